"""Calls to Milvus, which are tried again for a while; what still cannot be done is one sentence."""

from __future__ import annotations

import json
import logging
import os
import random
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


class Client:
    """Of a cluster, or of Milvus Lite, which runs in this process.

    A call that a cluster does not answer is repeated after pauses of .1 to 3 seconds until its time is over. None does
    harm when it is done twice.

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
            within: seconds; :data:`DONE_WITHIN` if left out.

        Raises:
            StorageError: Milvus does not do it.
        """
        seconds = within or DONE_WITHIN
        with self.said():
            asked = getattr(self._opened, method)
            return self._repeated(lambda left: asked(*args, timeout=left, **options), seconds)

    def _repeated(self, attempt: Callable[[float], Any], seconds: float) -> Any:
        """What an attempt gives, which is given the seconds that are left; pymilvus gives up where nothing listens."""
        until, pause = time.monotonic() + seconds, _FIRST_PAUSE
        while True:
            try:
                return attempt(max(until - time.monotonic(), _FIRST_PAUSE))
            except self._pymilvus.MilvusException as error:
                said = _whole(error)
                if _any(_LOGIN, said) or not _any(_AWAY, said) or time.monotonic() + pause > until:
                    raise
            time.sleep(pause * (1 + random.random()) / 2)  # clients that wait as long as each other would come at once
            pause = min(2 * pause, _LONGEST_PAUSE)

    @cached_property
    def _opened(self) -> Any:
        if self._folder is not None:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            self._check_folder(self._folder)
        client = self._pymilvus.MilvusClient
        options = {"token": self._token, **({} if self._folder is None else {"grpc_options": _NO_PINGS})}
        return self._repeated(lambda left: client(self.place, timeout=left, **options), CONNECTED_WITHIN)

    def _check_folder(self, folder: Path) -> None:
        """Milvus Lite would put its files among others, and say nothing of another process but that it failed."""
        if not folder.exists():
            return
        guard = folder / "LOCK"
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
            raise StorageError(f"{self.place}: {self._sentence(error)}") from error
        except Exception as error:
            if type(error).__module__.partition(".")[0] != "grpc":
                raise
            raise StorageError(f"{self.place}: {self._sentence(error)}") from error

    def _sentence(self, error: Exception) -> str:
        said = _whole(error)
        if _any(_LOGIN, said):
            if self._token:
                return f"the cluster does not let in, or does not allow this to, who has the token in {TOKEN}."
            return f"the cluster wants a password: put a token, or user:password, into the variable {TOKEN}."
        if self._folder is None and _any(_AWAY, said):
            return (
                "the cluster does not answer; what was written before is kept. Look whether it runs and the address is "
                "right, then run the command again."
            )
        reason = first_line(error)
        shown = reason.replace(self._token, "***") if self._token else reason
        return f"Milvus cannot do it ({shown[:300]})."


def _whole(error: BaseException) -> str:
    """What it says and what its causes say: of a refused password pymilvus says that it cannot connect."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:  # pymilvus makes errors their own cause
        chain.append(cause)
        cause = cause.__cause__
    return " ".join(map(str, chain)).lower()


def _any(signs: Sequence[str], said: str) -> bool:
    return any(sign in said for sign in signs)


def quoted(texts: Sequence[str]) -> str:
    """As a list in a filter; Milvus Lite fills no templates."""
    return json.dumps(list(texts), ensure_ascii=False)


def _is_served(folder: Path) -> bool:
    """Whether this process has it open itself, which makes nothing of a second client."""
    manager = import_module("milvus_lite.server_manager").server_manager_instance
    return os.path.abspath(folder) in manager._servers
