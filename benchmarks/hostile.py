"""Requests that no honest client sends, over and over; every one has to get a reason, and none may take memory.

from hostile import attack
attack(port, key, 500)  # Counter of statuses
"""

import json
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import cycle, islice

_MANY = 100 << 20  # bytes
_PART = b"x" * 65_536

Request = Iterator[bytes]


def attack(port: int, key: str, count: int) -> Counter[str]:
    """Statuses, and ``reset`` where the service closed before its answer could be read."""
    statuses: Counter[str] = Counter()
    for name, request in islice(cycle(_requests(key).items()), count):
        statuses[f"{name}: {_status(port, request())}"] += 1
    return statuses


def _status(port: int, parts: Request) -> str:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        try:
            for part in parts:
                connection.sendall(part)
        except ConnectionError:
            pass  # it has said enough
        try:
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
        except ConnectionError:
            return "reset"
    return answer[9:12].decode() or "reset"


def _requests(key: str) -> dict[str, Callable[[], Request]]:
    def head(line: str, *headers: str, keyed: bool = True) -> bytes:
        lines = [line, "Host: localhost", "Connection: close", *headers]
        return "\r\n".join([*lines, *([f"Authorization: Bearer {key}"] if keyed else []), "", ""]).encode()

    def post(body: bytes, *, keyed: bool = True) -> Callable[[], Request]:
        length = f"Content-Length: {len(body)}"
        begun = head("POST /search HTTP/1.1", "Content-Type: application/json", length, keyed=keyed)
        return lambda: iter([begun, body])

    def question(**options: object) -> Callable[[], Request]:
        return post(json.dumps({"text": "x", **options}).encode())

    def get(path: str, *headers: str) -> Callable[[], Request]:
        return lambda: iter([head(f"GET {path} HTTP/1.1", *headers)])

    def declared() -> Request:
        yield head("POST /search HTTP/1.1", f"Content-Length: {_MANY}")
        yield from (_PART for _ in range(_MANY // len(_PART)))

    def chunked() -> Request:
        yield head("POST /search HTTP/1.1", "Transfer-Encoding: chunked")
        yield from (b"%x\r\n%s\r\n" % (len(_PART), _PART) for _ in range(_MANY // len(_PART)))
        yield b"0\r\n\r\n"

    return {
        "100 MB, declared": declared,
        "100 MB, in chunks": chunked,
        "no JSON": post(b'{"text": '),
        "no UTF-8": post(b"\xff\xfe\x00"),
        "deep JSON": post(b"[" * 60_000),
        "deep objects": post(b'{"text":' * 8_000),
        "long integer": post(b'{"text": "x", "k": ' + b"9" * 60_000 + b"}"),
        "no key": post(b'{"text": "x"}', keyed=False),
        "another key": get("/index", "Authorization: Bearer nonsense"),
        "many headers": get("/search", *(f"X-{number}: {'x' * 50}" for number in range(2_000))),
        "one long header": get("/search", f"X: {'x' * 1_000_000}"),
        "long address": get(f"/search?text={'x' * 500_000}"),
        "path upwards": get("/../../../../etc/passwd"),
        "path upwards, encoded": get("/%2e%2e/%2e%2e/etc/passwd"),
        "NUL in the path": get("/search%00"),
        "NUL in the text": question(text="a\0b"),
        "right-to-left marks": question(policy="\u202eplain\u200f"),
        "right-to-left language": question(language="\u200fde"),
        "half a character": post(b'{"text": "\\ud800"}'),
        "huge k": question(k=10**9),
        "negative page": question(page=-1),
        "long text": question(text="x" * 60_000),
        "many languages": question(languages=["de"] * 5_000),
        "no HTTP": lambda: iter([b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"]),
        "two lengths": get("/search", "Content-Length: 1", "Content-Length: 2"),
    }
