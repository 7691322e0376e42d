"""Calls to Milvus, which are tried again for a while; what still cannot be done is one sentence."""

from __future__ import annotations

import json
import logging
import os
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from isoglot.errors import StorageError, first_line
from isoglot.extras import need
from isoglot.locks import lock
from isoglot.search.disk import refused_by_disk
from isoglot.search.store import StoreAway

TOKEN = "ISOGLOT_MILVUS_TOKEN"
"""The environment variable of what a cluster asks for: a token, or ``user:password``."""

LONGEST = 65_535
"""Bytes of a text that Milvus holds."""

IN_ONE_CALL = 16 << 20
"""Bytes; a cluster takes 64 MiB unless it is told otherwise."""

CONNECTED_WITHIN = 10.0  # seconds
DONE_WITHIN = 60.0
BUILT_WITHIN = 3_600.0
"""Seconds for what takes a cluster longer with more rows: writing out, loading, indexing."""

_NO_PINGS = {"grpc.keepalive_time_ms": 2**31 - 1}  # Milvus Lite ends the connection of who sends many
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 3.0  # seconds
_LOGIN = ("unauthenticated", "auth check", "permission", "privilege")
_AWAY = ("unavailable", "fail connecting", "deadline", "retry timeout", "timeout")
_LOADING = ("wait for loading collection", "not fully loaded")
_NOT_LOADED = 101  # the number of Milvus's error
_NO_DATABASE = re.compile(r"database (not found|'[^']*' does not exist)")


class Client:
    """Of a cluster, or of Milvus Lite, which runs in this process.

    A call that a cluster does not answer, or not yet, is repeated after pauses of .1 to 3 seconds until its time is
    over. None does harm when it is done twice. A collection that the server released, or lost when it was started anew,
    is loaded again first.

    Args:
        place: an address, or a folder that ends in ``.db``.
        folder: that folder.
    """

    def __init__(self, place: str, folder: Path | None) -> None:
        self.place, self._folder = place, folder
        self._token = "" if folder else os.environ.get(TOKEN, "")
        os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # its remarks would stand between our lines
        self._pymilvus = need("pymilvus", extra="milvus", what="an index in Milvus needs")
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # what it tells is raised, too
        if folder is not None:
            need("milvus_lite", extra="milvus", what=f"{place}: an index in a file of Milvus needs")
            logging.getLogger("milvus_lite").setLevel(logging.CRITICAL)

    @property
    def index(self) -> str:
        """What Milvus itself chooses; Milvus Lite would choose HNSW, which finds less under a filter by language."""
        return "AUTOINDEX" if self._folder is None else "FLAT"

    @cached_property
    def schemas(self) -> Any:
        """What makes schemas, fields and indexes."""
        return self._pymilvus

    def call(self, method: str, *args: Any, within: float | None = None, **options: Any) -> Any:
        """What a method of pymilvus's client gives.

        Args:
            args: of the method, whose first is a collection.
            within: seconds; :data:`DONE_WITHIN` if left out.

        Raises:
            StoreAway: Milvus did not answer in this time.
            StorageError: Milvus does not do it.
        """
        with self.said():
            asked = getattr(self._opened, method)
            collection = args[0] if args else None
            return self._repeated(lambda left: asked(*args, timeout=left, **options), within or DONE_WITHIN, collection)

    def pages(self, collection: str, *, rows: int, columns: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
        """All rows of a collection, so many at a time.

        Raises:
            StoreAway, StorageError: as of :meth:`call`.
        """
        found = self.call("query_iterator", collection, batch_size=rows, output_fields=list(columns))
        while True:
            with self.said():
                page = self._repeated(lambda _: found.next(), DONE_WITHIN, collection)
            if not page:
                break
            yield page

    def _repeated(self, attempt: Callable[[float], Any], seconds: float, collection: str | None = None) -> Any:
        """What an attempt gives, which is given the seconds that are left; pymilvus gives up where nothing listens."""
        until, pause, load = time.monotonic() + seconds, _FIRST_PAUSE, False
        while True:
            try:
                if load:
                    self._opened.load_collection(collection, timeout=max(until - time.monotonic(), _FIRST_PAUSE))
                return attempt(max(until - time.monotonic(), _FIRST_PAUSE))
            except self._pymilvus.MilvusException as error:
                load = error.code == _NOT_LOADED
                if not _may_pass(error) or time.monotonic() + pause > until:
                    raise
            time.sleep(pause * (1 + random.random()) / 2)  # clients that wait as long as each other would come at once
            pause = min(2 * pause, _LONGEST_PAUSE)

    @cached_property
    def _opened(self) -> Any:
        if self._folder is not None:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            self._check_folder(self._folder)
        # pymilvus takes what ends in .db for a file, be it the name of a host or of a database.
        place, options = (f"{self.place}/", {}) if self._folder is None else (self.place, {"grpc_options": _NO_PINGS})
        client = self._pymilvus.MilvusClient
        return self._repeated(lambda left: client(place, token=self._token, timeout=left, **options), CONNECTED_WITHIN)

    def _check_folder(self, folder: Path) -> None:
        """Milvus Lite would put its files among others, and say nothing of another process but that it failed."""
        guard = folder / "LOCK"
        for there in (folder.parent if not folder.exists() else folder, guard):
            if there.exists() and not os.access(there, os.W_OK):
                raise StorageError(
                    f"{folder}: Milvus Lite writes into its folder even to search, and the system does not let this "
                    "user: give it the right, or copy the index to another place."
                )
        if not folder.exists():
            return
        if not folder.is_dir() or (any(folder.iterdir()) and not guard.exists()):
            raise StorageError(f"{folder}: this is no folder of Milvus Lite: give the index another name.")
        if not guard.exists() or _is_served(folder):
            return
        try:
            locked = lock(guard, wait=False)
        except BlockingIOError:
            raise StorageError(
                f"{folder}: another process has this index open, and Milvus Lite serves one at a time: end that one, "
                "or put the index on a cluster."
            ) from None
        if locked is not None:
            os.close(locked)

    @contextmanager
    def said(self) -> Iterator[None]:
        """Turn what pymilvus raises into one sentence."""
        try:
            yield
        except (self._pymilvus.MilvusException, OSError, ValueError) as error:
            raise self._told(error) from error
        except Exception as error:
            if type(error).__module__.partition(".")[0] != "grpc":
                raise
            raise self._told(error) from error

    def _told(self, error: Exception) -> StorageError:
        return (StoreAway if _may_pass(error) else StorageError)(f"{self.place}: {self._sentence(error)}")

    def _sentence(self, error: Exception) -> str:
        said, reason = _whole(error), _message(error)
        reason = (reason.replace(self._token, "***") if self._token else reason)[:300]
        if self._folder is not None:
            return refused_by_disk(said) or f"Milvus cannot do it ({reason})."
        if _any(_LOGIN, said):
            if self._token:
                return f"the cluster does not let in, or does not allow this to, who has the token in {TOKEN}."
            return f"the cluster wants a password: put a token, or user:password, into the variable {TOKEN}."
        if _NO_DATABASE.search(said):
            return "the cluster has no database of this name: make it, or name another one in the address."
        if _is_unloaded(error):
            return f"the cluster has not loaded the index into its memory yet ({reason}): try again later."
        if _any(_AWAY, said):
            return (
                "the cluster does not answer; what was written before is kept. Look whether it runs and the address is "
                "right, then run the command again."
            )
        if _may_pass(error):
            return f"the cluster is not ready ({reason}); what was written before is kept. Run the command again later."
        return f"Milvus cannot do it ({reason})."


def _chain(error: BaseException) -> list[BaseException]:
    """It and its causes: of a refused password pymilvus says that it cannot connect."""
    found: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in found:  # pymilvus makes errors their own cause
        found.append(cause)
        cause = cause.__cause__
    return found


def _whole(error: BaseException) -> str:
    """What it and its causes say."""
    return " ".join(map(str, _chain(error))).lower()


def _message(error: Exception) -> str:
    """The line of it that says what is wrong."""
    details = getattr(error, "details", None)
    text = getattr(error, "message", None) or (details() if callable(details) else None)
    return first_line(Exception(text)) if text else first_line(error)


def _is_unloaded(error: Exception) -> bool:
    """Whether the server does not have a collection in its memory, or not yet."""
    return any(getattr(cause, "code", None) == _NOT_LOADED for cause in _chain(error)) or _any(_LOADING, _whole(error))


def _may_pass(error: Exception) -> bool:
    """Whether the same call may be answered later."""
    said = _whole(error)
    retriable = any(getattr(cause, "retriable", False) for cause in _chain(error))
    return not _any(_LOGIN, said) and (retriable or _is_unloaded(error) or _any(_AWAY, said))


def _any(signs: Sequence[str], said: str) -> bool:
    return any(sign in said for sign in signs)


def quoted(texts: Sequence[str]) -> str:
    """As a list in a filter; Milvus Lite fills no templates."""
    return json.dumps(list(texts), ensure_ascii=False)


def _is_served(folder: Path) -> bool:
    """Whether this process has it open itself, which makes nothing of a second client."""
    manager = import_module("milvus_lite.server_manager").server_manager_instance
    return os.path.abspath(folder) in manager._servers
