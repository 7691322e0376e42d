"""Requests that no honest client sends, as the bytes that go over the wire."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_MANY = 100 << 20  # bytes
_PART = b"x" * 65_536


@dataclass(frozen=True)
class Hostile:
    """A request.

    Attributes:
        name: what is wrong with it.
        parts: gives its bytes, some at a time.
        sound: it is a strange question, but one that may be answered.
        silent: it never says what it wants, so that nothing is to be said to it.
    """

    name: str
    parts: Callable[[], Iterator[bytes]]
    sound: bool = False
    silent: bool = False


def quick_requests(key: str) -> list[Hostile]:
    """Those that are sent one after another, each as fast as it goes."""
    wire = _Wire(key)
    return [*_bodies(wire), *_questions(wire), *_heads(wire), *_keys(wire), *_paths(wire)]


def slow_requests(key: str, seconds: float) -> list[Hostile]:
    """Those that take as long as they are let, and are sent side by side.

    Args:
        key: of the service.
        seconds: between two bytes.
    """
    wire = _Wire(key)

    def slowly(begun: bytes, rest: bytes) -> Callable[[], Iterator[bytes]]:
        def parts() -> Iterator[bytes]:
            yield begun
            for byte in rest * 1_000:
                time.sleep(seconds)
                yield bytes([byte])

        return parts

    return [
        Hostile("slow head", slowly(b"GET /search HTTP/1.1\r\nHost: localhost\r\n", b"X: x\r\n")),
        Hostile("slow body", slowly(wire.head("POST /search HTTP/1.1", "Content-Length: 60000"), b" ")),
        Hostile("slow chunks", slowly(wire.head("POST /search HTTP/1.1", "Transfer-Encoding: chunked"), b"1\r\nx\r\n")),
        Hostile("says nothing", lambda: iter(()), silent=True),
    ]


@dataclass(frozen=True)
class _Wire:
    """Writes requests that have the key."""

    key: str

    def head(self, line: str, *headers: str | bytes, keyed: bool = True) -> bytes:
        own = ["Host: localhost", "Connection: close", *([f"Authorization: Bearer {self.key}"] if keyed else [])]
        lines = [line, *own, *headers, "", ""]
        return b"\r\n".join(each.encode() if isinstance(each, str) else each for each in lines)

    def post(self, body: bytes, *headers: str | bytes, keyed: bool = True) -> Callable[[], Iterator[bytes]]:
        sent = ("Content-Type: application/json", f"Content-Length: {len(body)}", *headers)
        return lambda: iter([self.head("POST /search HTTP/1.1", *sent, keyed=keyed), body])

    def question(self, **options: object) -> Callable[[], Iterator[bytes]]:
        return self.post(json.dumps({"text": "x", **options}).encode())

    def get(self, path: str, *headers: str | bytes, keyed: bool = True) -> Callable[[], Iterator[bytes]]:
        return lambda: iter([self.head(f"GET {path} HTTP/1.1", *headers, keyed=keyed)])


def _bodies(wire: _Wire) -> list[Hostile]:
    def many(*headers: str, around: tuple[bytes, bytes] = (b"", b"")) -> Iterator[bytes]:
        yield wire.head("POST /search HTTP/1.1", "Content-Type: application/json", *headers)
        yield around[0]
        yield from (_PART for _ in range(_MANY // len(_PART)))
        yield around[1]

    def chunked() -> Iterator[bytes]:
        yield wire.head("POST /search HTTP/1.1", "Transfer-Encoding: chunked")
        yield from (b"%x\r\n%s\r\n" % (len(_PART), _PART) for _ in range(_MANY // len(_PART)))
        yield b"0\r\n\r\n"

    def chunk(body: bytes) -> Callable[[], Iterator[bytes]]:
        return lambda: iter([wire.head("POST /search HTTP/1.1", "Transfer-Encoding: chunked"), body])

    json_of_many = (b'{"text": "', b'"}')
    return [
        Hostile("100 MB that no length declares", lambda: many()),
        Hostile("100 MB, declared", lambda: many(f"Content-Length: {_MANY}")),
        Hostile(
            "100 MB of sound JSON",
            lambda: many(f"Content-Length: {_MANY + sum(map(len, json_of_many))}", around=json_of_many),
        ),
        Hostile("100 MB, declared as 10 bytes", lambda: many("Content-Length: 10")),
        Hostile("100 MB, in chunks", chunked),
        Hostile(
            "100 MB, asking before it sends", wire.get("/search", f"Content-Length: {_MANY}", "Expect: 100-continue")
        ),
        Hostile("chunk of no size", chunk(b"zz\r\nx\r\n0\r\n\r\n")),
        Hostile("chunk of endless size", chunk(b"f" * 500 + b"\r\nx")),
        Hostile("chunk with an endless remark", chunk(b"1;" + b"x" * 1_000_000)),
        Hostile("endless trailer", chunk(b"1\r\nx\r\n0\r\nX: " + b"x" * 1_000_000)),
        Hostile("body of nothing", wire.post(b"")),
        Hostile("no JSON", wire.post(b'{"text": ')),
        Hostile("no UTF-8", wire.post(b"\xff\xfe\x00")),
        Hostile("a zip bomb's label", wire.post(b"\x1f\x8b\x08\x00" * 100, "Content-Encoding: gzip")),
        Hostile("a form", wire.post(b"text=x", "Content-Type: application/x-www-form-urlencoded")),
        Hostile("deep lists", wire.post(b"[" * 60_000)),
        Hostile("deep lists in a question", wire.post(b'{"text": ' + b"[" * 30_000 + b"]" * 30_000 + b"}")),
        Hostile("deep objects", wire.post(b'{"text":' * 8_000)),
        Hostile("a list", wire.post(b"[]")),
        Hostile("null", wire.post(b"null")),
        Hostile("5,000 fields", wire.question(**{f"x{number}": 1 for number in range(5_000)})),
    ]


def _questions(wire: _Wire) -> list[Hostile]:
    return [
        Hostile("text that is none", wire.question(text=["x"])),
        Hostile("text of spaces", wire.question(text=" \u3000\u2028")),
        Hostile("NUL in the text", wire.question(text="a\0b")),
        Hostile("escape in the text", wire.question(text="a\x1b[2J")),
        Hostile("half a character", wire.post(b'{"text": "\\ud800"}')),
        Hostile("half a character in a policy", wire.post(b'{"text": "x", "policy": "\\udfff"}')),
        Hostile("half a character as a field", wire.post(b'{"text": "x", "\\ud800": 1}')),
        Hostile("right-to-left marks", wire.question(text="\u202eabc\u200f \u2067def\u2069"), sound=True),
        Hostile("right-to-left policy", wire.question(policy="\u202eplain\u200f")),
        Hostile("right-to-left language", wire.question(language="\u200fde")),
        Hostile("2,000 marks on a letter", wire.question(text="a" + "\u0301" * 1_999), sound=True),
        Hostile("markup", wire.question(text="<script>alert(1)</script>'; DROP TABLE x; --"), sound=True),
        Hostile("a language as SQL", wire.question(languages=["de') OR ('1'='1"])),
        Hostile("text too long", wire.question(text="x" * 60_000)),
        Hostile("huge k", wire.question(k=10**9)),
        Hostile("k of 60,000 digits", wire.post(b'{"text": "x", "k": ' + b"9" * 60_000 + b"}")),
        Hostile("k of 1e999", wire.post(b'{"text": "x", "k": 1e999}')),
        Hostile("k as a list", wire.question(k=[10])),
        Hostile("negative page", wire.question(page=-1)),
        Hostile("dial of NaN", wire.post(b'{"text": "x", "dial": NaN}')),
        Hostile("5,000 languages", wire.question(languages=["de"] * 5_000)),
        Hostile("unknown language", wire.question(languages=["xx"])),
        Hostile("unknown policy", wire.question(policy="fair")),
        Hostile("unknown field", wire.question(**{"__proto__": {}})),
        Hostile("k as a word in the address", wire.get("/search?text=x&k=ten")),
        Hostile("NUL in the address", wire.get("/search?text=%00")),
    ]


def _heads(wire: _Wire) -> list[Hostile]:
    def raw(*parts: bytes) -> Callable[[], Iterator[bytes]]:
        return lambda: iter(parts)

    return [
        Hostile("2,000 headers", wire.get("/search", *(f"X-{number}: {'x' * 50}" for number in range(2_000)))),
        Hostile("20,000 empty headers", wire.get("/search", *(["X:"] * 20_000))),
        Hostile("one header of 1 MB", wire.get("/search", f"X: {'x' * 1_000_000}")),
        Hostile("headers without end", lambda: iter([b"GET / HTTP/1.1\r\n", *([b"X: x\r\n" * 1_000] * 1_000)])),
        Hostile("address of 500 kB", wire.get(f"/search?text={'x' * 500_000}")),
        Hostile("method of 100 kB", raw(b"G" * 100_000 + b" / HTTP/1.1\r\n\r\n")),
        Hostile("two lengths", wire.get("/search", "Content-Length: 1", "Content-Length: 2")),
        Hostile("negative length", wire.get("/search", "Content-Length: -1")),
        Hostile("length of 5,000 digits", wire.get("/search", f"Content-Length: {'9' * 5_000}")),
        Hostile("length and chunks", wire.get("/search", "Content-Length: 5", "Transfer-Encoding: chunked")),
        Hostile("chunks of another kind", wire.get("/search", "Transfer-Encoding: gzip, chunked")),
        Hostile("header with a NUL", wire.get("/search", b"X: a\0b")),
        Hostile("header with a line feed", wire.get("/search", b"X: a\n b: c")),
        Hostile("no host", raw(b"GET /search HTTP/1.1\r\n\r\n")),
        Hostile("two hosts", wire.get("/search", "Host: elsewhere")),
        Hostile("TLS", raw(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n")),
        Hostile("HTTP/2", raw(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")),
        Hostile("odd bytes", raw(bytes(range(256)) * 100)),
        Hostile("WebSocket", wire.get("/search", "Connection: Upgrade", "Upgrade: websocket")),
        Hostile("CONNECT", lambda: iter([wire.head("CONNECT elsewhere.example:443 HTTP/1.1")])),
        Hostile("TRACE", lambda: iter([wire.head("TRACE /search HTTP/1.1")])),
        Hostile("DELETE", lambda: iter([wire.head("DELETE /search HTTP/1.1")])),
    ]


def _keys(wire: _Wire) -> list[Hostile]:
    def with_key(value: str | bytes) -> Callable[[], Iterator[bytes]]:
        said = value.encode() if isinstance(value, str) else value
        return wire.post(b'{"text": "x"}', b"Authorization: " + said, keyed=False)

    return [
        Hostile("no key", wire.post(b'{"text": "x"}', keyed=False)),
        Hostile(
            "no key, 100 MB",
            lambda: iter(
                [
                    wire.head("POST /search HTTP/1.1", f"Content-Length: {_MANY}", keyed=False),
                    *([_PART] * (_MANY // len(_PART))),
                ]
            ),
        ),
        Hostile("another key", with_key("Bearer nonsense-of-some-length")),
        Hostile("the key's beginning", with_key(f"Bearer {wire.key[:-1]}")),
        Hostile("empty key", with_key("Bearer ")),
        Hostile("key of odd bytes", with_key(b"Bearer \xff\xfe\x80")),
        Hostile("key of 20 kB", with_key("Bearer " + "k" * 20_000)),
        Hostile("key by another scheme", with_key(f"Basic {wire.key}")),
        Hostile("metrics without a key", wire.get("/metrics", keyed=False)),
        Hostile("documentation without a key", wire.get("/openapi.json", keyed=False)),
        Hostile("path without a key", wire.get("//health", keyed=False)),
    ]


def _paths(wire: _Wire) -> list[Hostile]:
    paths = (
        "/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/%252e%252e/x",
        "//search?text=x",
        "/search/",
        "/search/../health",
        "/search%00",
        "/health%00.html",
        "/search;x=y",
        "/SEARCH",
        "\\..\\..\\x",
        "http://elsewhere.example/search/x",
        "*",
        "/%ff%fe",
        "/%e2%80%aesearch",
    )
    return [Hostile(f"path {path}", wire.get(path)) for path in paths]
