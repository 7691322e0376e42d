"""A server that is asked: it is given time, the rate is kept, and nothing hangs."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from helpers.server import Reply, Server, serving
from isoglot.endpoint import http
from isoglot.endpoint.http import Endpoint
from isoglot.endpoint.options import EndpointOptions
from isoglot.errors import ConfigError, EncoderError, TranslationError


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_FIRST_WAIT", 0.01)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server) as one:
        yield one


def _endpoint(url: str, **options: Any) -> Endpoint:
    return Endpoint(url, EndpointOptions(retries=2, timeout=5, **options), name="a server", error=TranslationError)


def _ask(endpoint: Endpoint, times: int = 1) -> None:
    with ThreadPoolExecutor(endpoint.options.parallel) as pool:
        for _ in pool.map(lambda number: endpoint.ask("/translate", body={"q": [str(number)]}), range(times)):
            pass


def test_a_wished_wait_is_honoured_by_all_threads_and_the_rate_is_kept_after_it(server: Server) -> None:
    server.misbehave = lambda texts: Reply(status=429, headers={"Retry-After": "1"}) if len(server.asked) == 1 else None
    begun = time.monotonic()
    _ask(_endpoint(server.url, parallel=4, requests_per_minute=600), 6)
    after = [when - begun for when in server.times if when - begun > 0.8]  # not under way before
    assert all(when >= 1 + 0.1 * number for number, when in enumerate(after))
    assert after


def test_a_wait_may_be_a_date() -> None:
    moment = datetime.now(UTC) + timedelta(seconds=60)
    assert 55 < http._retry_after(format_datetime(moment, usegmt=True)) <= 60
    assert http._retry_after("soon") == http._retry_after(None) == 0


def test_too_long_a_wait_is_an_error(server: Server) -> None:
    server.misbehave = lambda texts: Reply(status=429, headers={"Retry-After": "86400"})
    begun = time.monotonic()
    with pytest.raises(TranslationError, match=r"asks to wait 86,400 s \(HTTP 429 Too Many Requests\): run it again"):
        _ask(_endpoint(server.url))
    assert time.monotonic() - begun < 3


def test_requests_keep_to_the_rate(server: Server) -> None:
    begun = time.monotonic()
    _ask(_endpoint(server.url, requests_per_minute=1_200, parallel=5), 5)
    assert all(when - begun >= 0.05 * number for number, when in enumerate(server.times))


@pytest.mark.parametrize("error", [TranslationError, EncoderError])
def test_a_server_that_is_not_there(error: type[Exception]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    endpoint = Endpoint(url, EndpointOptions(retries=2), name="who asks", error=error)
    with pytest.raises(error, match=rf"^who asks: {url} cannot be reached \(.*\), tried 3 times"):
        _ask(endpoint)


def test_a_proxy_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "ftp://host")
    with pytest.raises(ConfigError, match="the proxy or the certificates that the environment names"):
        _endpoint("http://host")
