"""Servers on this machine that work for us, and misbehave on command: one translates, in both protocols."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

LANGUAGES = [
    {"code": "en", "name": "English", "targets": ["en", "es", "zt"]},
    {"code": "es", "name": "Spanish", "targets": ["en"]},
    {"code": "zt", "name": "Chinese (traditional)", "targets": ["en"]},
]


@dataclass
class Reply:
    """What the server says; ``body`` may be anything."""

    status: int = 200
    body: Any = b""
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    cut: bool = False
    trickle: bool = False


@dataclass
class Server:
    """Attributes:
    url: its address.
    asked: the texts of every request, in the order they came.
    times, paths, headers, bodies: of every request.
    misbehave: given the texts, what to answer instead of their translations; None to behave.
    """

    url: str
    misbehave: Callable[[list[str]], Any] = lambda texts: None
    asked: list[list[str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)

    def reply(self, path: str, body: dict[str, Any]) -> Reply:
        """Chat answers have 100 tokens in and 10 out for a text."""
        chat = path.endswith("/chat/completions")
        texts = json.loads(body["messages"][1]["content"]) if chat else body["q"]
        self.asked.append(texts)
        found = self.misbehave(texts)
        if isinstance(found, Reply):
            return found
        found = [f"<{text}>" for text in texts] if found is None else found
        if not chat:
            return Reply(body={"translatedText": found})
        content = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
        usage = {"prompt_tokens": 100 * len(texts), "completion_tokens": 10 * len(texts)}
        choice = {"message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
        return Reply(body={"choices": [choice], "usage": usage})


_Any = TypeVar("_Any", bound=Server)


@contextmanager
def serving(kind: Callable[..., _Any]) -> Iterator[_Any]:
    """A server of this kind, which is made with its address."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # headers and body are two writes: 40 ms for each answer

        def do_GET(self) -> None:
            self.send(Reply(body=LANGUAGES))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                server.times.append(time.monotonic())
                server.paths.append(self.path)
                server.headers.append(dict(self.headers))
                server.bodies.append(body)
                reply = server.reply(self.path, body)
            self.send(reply)

        def send(self, reply: Reply) -> None:
            time.sleep(reply.wait)
            raw = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            try:
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                if reply.trickle:
                    for place in range(len(raw)):
                        self.wfile.write(raw[place : place + 1])
                        time.sleep(0.05)
                else:
                    self.wfile.write(raw[: len(raw) // 2] if reply.cut else raw)
                self.close_connection = reply.cut
            except OSError:  # the other side did not wait
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    with listening(Handler) as httpd:
        server = kind(url=f"http://127.0.0.1:{httpd.server_port}")
        yield server


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[ThreadingHTTPServer]:
    """Answer on a free port of this machine, in a thread for each request, until the block ends."""
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    httpd.daemon_threads = True
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield httpd
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()
