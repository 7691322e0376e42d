"""What stands before the service: who may ask, how much, and what is written down about it."""

import asyncio
import json
import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Collection, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from isoglot.search.service.limits import Limits
from isoglot.search.service.metrics import Metrics
from isoglot.search.service.refusals import LATER, Refused, document_bytes, head_of

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOG = logging.getLogger("isoglot.service")

_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_BEARER = b"bearer "
_LOCAL = {b"localhost", b"127.0.0.1", b"[::1]"}
_SAFE = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
]
_CLOSE = {"Connection": "close"}


@dataclass(eq=False)
class _Asked:
    """A request under way."""

    method: str
    path: str
    id: str
    begun: float = field(default_factory=time.perf_counter)
    status: int = 0
    read: bool = False  # its whole body


class Guard:
    """An ASGI app around another: request ids, the key, limits, and a line in the log for every request.

    A line names the path only where it is one of the service's: what else stands there may be a text of a user's.

    Args:
        app: the service.
        limits: of a request.
        paths: of the service.
        open_paths: those that need no key.
        key: that the others need, as ``Authorization: Bearer KEY``; None where anybody may ask.
        local: refuse requests that name another host than this machine, as a page from elsewhere makes a browser do
            whose name was turned to this machine.
        metrics: told of every request.
    """

    def __init__(
        self,
        app: App,
        *,
        limits: Limits,
        paths: Collection[str],
        open_paths: Collection[str],
        key: str | None,
        local: bool,
        metrics: Metrics,
    ) -> None:
        self._app, self._limits, self._metrics, self._local = app, limits, metrics, local
        self._paths, self._open = frozenset(paths), frozenset(open_paths)
        self._key = None if key is None else sha256(key.encode()).digest()
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or say why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = self._asked(scope)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                asked.status = message["status"]
                message["headers"] = [*message.get("headers", []), *_SAFE, (b"x-request-id", asked.id.encode())]
            await send(message)

        async def read() -> Message:
            message = await receive()
            asked.read = not message.get("more_body", False)
            return message

        try:
            self._check(scope)
            await self._bounded(scope, read, answer)
        except Refused as refused:
            if not asked.status:
                if not asked.read and refused.status != 408:  # whoever is too slow has had time enough
                    await self._spent(scope, read)
                await _refuse(answer, refused)
        finally:
            self._note(asked)

    def _asked(self, scope: Scope) -> _Asked:
        given = _header(scope, b"x-request-id")
        named = given.decode() if given and _ID.fullmatch(given) else uuid.uuid4().hex
        path = scope["path"] if scope["path"] in self._paths else "other"
        return _Asked(scope["method"], path, named)

    def _check(self, scope: Scope) -> None:
        """Refuse what needs no look at the body."""
        head = len(scope.get("raw_path") or b"") + len(scope["query_string"])
        head += sum(len(name) + len(value) + 4 for name, value in scope["headers"])
        if head > self._limits.head_bytes:
            raise Refused(431, f"the first line and headers have {head:,} bytes; {self._limits.head_bytes:,} may be.")
        if self._local and _host(scope) not in _LOCAL:
            raise Refused(421, "this service answers to localhost and 127.0.0.1 alone.")
        if self._key is not None and scope["path"] not in self._open:
            self._check_key(_header(scope, b"authorization") or b"", self._key)

    def _check_key(self, given: bytes, key: bytes) -> None:
        scheme, said = given[: len(_BEARER)].lower(), given[len(_BEARER) :].strip()
        if not (compare_digest(sha256(said).digest(), key) and scheme == _BEARER):
            raise Refused(
                401, "this needs the key, as the header 'Authorization: Bearer KEY'.", {"WWW-Authenticate": "Bearer"}
            )

    async def _bounded(self, scope: Scope, receive: Receive, send: Send) -> None:
        body: bytes | None = None
        try:
            async with asyncio.timeout(self._limits.seconds):
                body = await self._body(scope, receive)
                with self._counted():  # not before: whoever sends slowly would keep others out
                    await self._app(scope, _again(body, receive), send)
        except TimeoutError:
            if body is None:
                said = f"the body did not come within {self._limits.seconds:g} seconds."
                raise Refused(408, said, _CLOSE) from None
            said = f"this took longer than {self._limits.seconds:g} seconds; try again."
            raise Refused(503, said, LATER) from None

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """One more request that is being answered, unless too many are."""
        if self._running >= self._limits.concurrency:
            raise Refused(503, f"{self._running} requests are being answered; try again in a second.", LATER)
        self._running += 1
        self._metrics.running.set(self._running)
        try:
            yield
        finally:
            self._running -= 1
            self._metrics.running.set(self._running)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        """All of it; what is longer than it may be is not read."""
        most = self._limits.body_bytes
        said = Refused(413, f"the body is longer than {most:,} bytes.")
        if int(_header(scope, b"content-length") or 0) > most:
            raise said
        parts, length, more = [], 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Refused(400, "the body ended before it was whole.")
            parts.append(message.get("body", b""))
            length += len(parts[-1])
            more = message.get("more_body", False)
            if length > most:
                raise said
        return b"".join(parts)

    async def _spent(self, scope: Scope, receive: Receive) -> None:
        """Throw away what is left of a body: a client that still sends would lose the reason."""
        if _header(scope, b"expect"):  # it asks before it sends
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(self._limits.seconds):
                while (await receive()).get("more_body"):
                    pass

    def _note(self, asked: _Asked) -> None:
        seconds = time.perf_counter() - asked.begun
        self._metrics.answered(asked.path, asked.status, seconds)
        line = {
            "request": asked.id,
            "method": asked.method,
            "path": asked.path,
            "status": asked.status,
            "ms": round(1000 * seconds, 1),
        }
        LOG.info(json.dumps(line))


def _header(scope: Scope, name: bytes) -> bytes | None:
    found: bytes | None = next((value for key, value in scope["headers"] if key == name), None)
    return found


def _host(scope: Scope) -> bytes:
    """That the request names, without its port."""
    host = (_header(scope, b"host") or b"").lower()
    bare, colon, port = host.rpartition(b":")
    return bare if colon and port.isdigit() else host


def _again(body: bytes, receive: Receive) -> Receive:
    """What gives a body that was read, and then whatever comes."""
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


async def _refuse(send: Send, refused: Refused) -> None:
    body = document_bytes(refused.reason)
    headers = head_of(refused, length=len(body))
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
