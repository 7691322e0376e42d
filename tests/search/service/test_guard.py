"""Who may ask, how much, and what is written down: hostile requests get a reason, and the service stays up."""

import json
import logging
import select
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from helpers.service import Service, served
from isoglot.search.index import Index
from isoglot.search.service.app import create_app
from isoglot.search.service.limits import Limits

KEY = "a-key-of-some-length"
MOST = Limits(body_bytes=1_000, head_bytes=2_000, characters=50, k=20, page=5, concurrency=2)
SOON = Limits(concurrency=2, connections=8, seconds=0.4)


@pytest.fixture(scope="module")
def service(repaired_index: Path) -> Iterator[Service]:
    with served(create_app(Index(repaired_index), limits=MOST), MOST) as found:
        yield found


@pytest.fixture(scope="module")
def impatient(repaired_index: Path) -> Iterator[Service]:
    with served(create_app(Index(repaired_index), limits=SOON), SOON) as found:
        yield found


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b'{"text"', 400, "the body is not JSON"),
        (b"\xff\x00", 400, "the body is not JSON"),
        (b"[" * 900, 400, "the body is not JSON"),
        (b'{"text": ' * 100, 400, "the body is not JSON"),
        (b"", 422, "must be a JSON object"),
        (b"[]", 422, "must be a JSON object"),
        (b'{"text": "x", "k": ' + b"9" * 900 + b"}", 422, "k"),
        (b"x" * 1_001, 413, "longer than 1,000 bytes"),
        ({"text": " "}, 422, "text: it is empty"),
        ({"text": "a\0b"}, 422, "the control character U+0000"),
        (b'{"text": "\\ud800"}', 422, "U+D800"),
        ({"text": "x" * 51}, 422, "text has 51 characters; this service takes up to 50"),
        ({"text": "x", "k": 21}, 422, "k is 21; this service takes up to 20"),
        ({"text": "x", "k": 0}, 422, "k: "),
        ({"text": "x", "page": -1}, 422, "page: "),
        ({"text": "x", "page": 6}, 422, "page is 6"),
        ({"text": "x", "dial": 2}, 422, "dial: "),
        (b'{"text": "x", "dial": NaN}', 422, "dial: "),
        ({"text": "x", "dial": 0.5, "policy": "plain"}, 422, "the dial is of the policy 'calibrated'"),
        ({"text": "x", "policy": "\u202efair"}, 422, "there is no policy"),
        ({"text": "x", "languages": ["fr"]}, 422, "no passages in 'fr'"),
        ({"text": "x", "language": "d\u200fe"}, 422, "language: "),
        ({"text": "x", "languages": []}, 422, "languages: "),
        ({"text": "x", "more": 1}, 422, "more: "),
        ({"text": ["x"]}, 422, "text: "),
    ],
)
def test_what_cannot_be_asked_is_said(service: Service, body: Any, status: int, reason: str) -> None:
    answer = service.ask("POST", "/search", body)
    assert (answer.status, answer.reason[-1]) == (status, ".")
    assert reason in answer.reason


@pytest.mark.parametrize(
    "path", ["/../../etc/passwd", "//search", "/search/../health", "/search%00", "/%2e%2e/x", "/x"]
)
def test_there_are_no_other_paths(service: Service, path: str) -> None:
    assert service.ask("GET", path).status == 404
    assert service.ask("DELETE", "/search").status == 405


def test_what_is_too_long_is_refused(service: Service) -> None:
    """By its declared length and by chunks; who goes on to send gets the reason all the same."""
    post = b"POST /search HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    declared = service.send(post + b"Content-Length: 2000000\r\n\r\n" + b"x" * 2_000_000)
    chunks = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    chunked = service.send(post + b"Transfer-Encoding: chunked\r\n\r\n" + 20 * chunks + b"0\r\n\r\n")
    for answer in (declared, chunked):
        assert answer.startswith(b"HTTP/1.1 413 ")
        assert answer.endswith(b'{"error": "the body is longer than 1,000 bytes."}')
    assert service.ask("GET", "/search?text=" + "x" * 1_950).status == 431
    for nonsense in (b"\0\r\n\r\n", b"GET / HTTP/1.1\r\nX: " + b"x" * 2_000_000):
        assert b"first line and headers are too long" in service.send(nonsense)
    for chunk in (b"zz\r\n", b"1;" + b"x" * 100_000, b"1\r\nx\r\n0\r\nX: " + b"x" * 100_000):
        assert b"does not come in the chunks" in service.send(post + b"Transfer-Encoding: chunked\r\n\r\n" + chunk)
    ahead = 1_000 * b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert service.send(ahead).count(b"HTTP/1.1 200") < 1_000  # nobody keeps questions ahead of their answers
    assert service.search("still up").status == 200


def test_who_is_slow_is_not_waited_for_and_keeps_nobody_out(impatient: Service) -> None:
    slow = {
        b"POST /search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{": b"the body did not come within 0.4",
        b"GET /health HT": b"the first line and headers did not come within 0.4 seconds",
        b"": b"",  # nothing is said to who says nothing
    }
    with ThreadPoolExecutor(6) as clients, socket.socket() as reader:
        answers = {begun: [clients.submit(impatient.send, begun) for _ in range(2)] for begun in slow}
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        reader.connect(("127.0.0.1", impatient.port))
        reader.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100)
        assert answered(impatient) == 200
        for begun, reason in slow.items():
            for answer in answers[begun]:
                assert reason in answer.result() if reason else answer.result() == b""
        gone = select.poll()
        gone.register(reader, 0)  # which tells a reset to who reads nothing
        assert gone.poll(10_000)


def test_more_connections_than_may_be_are_refused(impatient: Service) -> None:
    with ExitStack() as stack:
        for _ in range(SOON.connections):
            stack.enter_context(socket.create_connection(("127.0.0.1", impatient.port)))
        refused = impatient.search("one more")
        assert (refused.status, refused.headers["retry-after"]) == (503, "1")
        assert "8 connections are open" in refused.reason


def answered(service: Service) -> int:
    """The status of an answer that a busy machine had time for."""
    while "took longer" in (answer := service.search("quick")).body.decode():
        pass
    return answer.status


def test_what_takes_long_is_ended_and_too_many_are_refused(impatient: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    opened, encode = Event(), Index.encode

    def encode_later(index: Index, *given: Any) -> Any:
        opened.wait(10)
        return encode(index, *given)

    monkeypatch.setattr(Index, "encode", encode_later)
    with ThreadPoolExecutor(6) as clients:
        answers = list(clients.map(impatient.search, ["slow"] * 6))
    opened.set()
    assert {answer.status for answer in answers} == {503}
    assert {answer.reason for answer in answers} == {
        "this took longer than 0.4 seconds; try again.",
        "2 requests are being answered; try again in a second.",
    }
    assert answered(impatient) == 200


def test_a_key_is_asked_for(repaired_index: Path) -> None:
    with served(create_app(Index(repaired_index), key=KEY, local=False)) as service:
        for path in ("/", "/health"):
            assert service.ask("GET", path).status == 200
        for path in ("/search?text=x", "/index", "/metrics", "/openapi.json"):
            assert service.ask("GET", path, headers={"Authorization": f"Bearer {KEY}"}).status == 200
            assert service.ask("GET", path).status == 401
        for said in ("", "Bearer", f"Bearer {KEY}x", f"Basic {KEY}", KEY, "Bearer \xff"):
            refused = service.ask("GET", "/index", headers={"Authorization": said})
            assert (refused.status, refused.headers["www-authenticate"]) == (401, "Bearer")


def test_without_a_key_it_answers_to_this_machine_alone(service: Service) -> None:
    """A page from elsewhere whose name was turned to this machine names that in its requests."""
    assert service.ask("GET", "/index", headers={"Host": f"elsewhere.example:{service.port}"}).status == 421
    assert service.ask("GET", "/index", headers={"Host": f"localhost:{service.port}"}).status == 200


def test_the_log_has_requests_and_no_texts(
    service: Service, repaired_index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "a private question"
    with caplog.at_level(logging.INFO):
        named = service.search(secret, k=1)
        asked = service.ask("GET", "/search?text=a%20private%20question", headers={"X-Request-ID": "mine-1"})
        service.ask("GET", "/a%20private%20question")
        service.search(secret, policy=secret)
        service.search(secret + "\0")
        service.ask("GET", "/health")  # a line is written when its answer is sent
    assert secret not in caplog.text
    assert "private" not in caplog.text
    lines = [json.loads(record.getMessage()) for record in caplog.records if record.name == "isoglot.service"]
    first = [line["request"] for line in lines].index(named.headers["x-request-id"])
    lines = lines[first:]  # before them stands what a test before asked last
    assert lines[1]["request"] == "mine-1"
    assert asked.headers["x-request-id"] == "mine-1"
    assert [line["status"] for line in lines[:5]] == [200, 200, 404, 422, 422]
    assert service.ask("GET", "/health", headers={"X-Request-ID": "not one"}).headers["x-request-id"] != "not one"
