"""A service on a port of this machine, and questions to it without any patience for redirects or retries."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from socket import SO_SNDBUF, SOL_SOCKET, create_connection, create_server
from typing import Any

from isoglot.search.service.guard import Guard
from isoglot.search.service.limits import Limits
from isoglot.search.service.run import server_of


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def reason(self) -> str:
        """Why there is no answer."""
        found: str = self.json["error"]
        return found


@dataclass
class Service:
    """A service that runs."""

    port: int

    def ask(self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Send bytes, or anything else as JSON; read the answer, also to what could not be sent in full."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, raw, sent)
            found = connection.getresponse()
            return Answer(found.status, {key.lower(): value for key, value in found.getheaders()}, found.read())
        finally:
            connection.close()

    def search(self, text: str, **options: Any) -> Answer:
        """A question."""
        return self.ask("POST", "/search", {"text": text, **options})

    def send(self, raw: bytes) -> bytes:
        """Send bytes as they are, and read until the service closes."""
        with create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            try:
                connection.sendall(raw)
                return b"".join(iter(lambda: connection.recv(65_536), b""))
            except ConnectionError:
                return b""


@contextmanager
def served(app: Guard, limits: Limits | None = None) -> Iterator[Service]:
    """Serve an app until the block ends."""
    server = server_of(app, limits or Limits())
    with create_server(("127.0.0.1", 0)) as listening:
        listening.setsockopt(SOL_SOCKET, SO_SNDBUF, 4_096)  # answers that nobody reads fill it soon
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield Service(listening.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()
