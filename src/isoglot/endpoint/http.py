"""JSON over HTTP, from servers that work for us: what is worth another try gets one, and nothing hangs.

Requests are repeated with exponential backoff and full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS
Architecture Blog 2015), after a server's own ``Retry-After`` (RFC 9110, 10.2.3) at the earliest.
"""

import json
import os
import random
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx2

from isoglot.endpoint.hosts import checked_url
from isoglot.endpoint.options import EndpointOptions
from isoglot.errors import ConfigError, IsoglotError

_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0  # seconds
_PATIENCE = 600.0  # seconds that a server may ask to wait
_SILENT = 5  # requests in a row without an answer, each with all its tries, after which the server is given up
_CONNECT_SECONDS = 15.0
_BYTES = 64 * 2**20  # of an answer; none that is asked for here is so long
_EXCERPT = 200  # characters of an answer that an error shows
_PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
_ABOUT_TEXTS = {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY}


class RequestFailed(Exception):
    """A request that came to nothing, though the server may answer others.

    Attributes:
        reason: a few words, the same for requests that failed in the same way.
        spent: whether the server may have done the work all the same.
    """

    def __init__(self, reason: str, *, spent: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.spent = reason, spent


class _Passing(RequestFailed):
    """Worth another try.

    Attributes:
        wait: seconds that the server asked to wait.
        said: what else it said.
    """

    wait = 0.0
    said = ""


class Stopped(Exception):
    """The work was stopped from outside while a request waited for its turn."""


class Endpoint:
    """A server, from any number of threads.

    Redirections are not followed: the key would go where it was not meant to.

    Args:
        url: with the scheme, without a query.
        options: time-out, retries, rate and the name of the key's environment variable.
        name: of who asks, for errors.
        error: what is raised where the server fails.

    Attributes:
        url: without a slash at the end.
        key: from the environment; it is in no message.

    Raises:
        ConfigError: not such an address, the environment variable is not set, or the environment names a proxy or
            certificates that cannot be used.
    """

    def __init__(self, url: str, options: EndpointOptions, *, name: str, error: type[IsoglotError]) -> None:
        self.url, self.name, self.options, self._error = checked_url(url), name, options, error
        self.key = _key(options.key_env)
        self._client = _client(options)
        self._lock = threading.Lock()
        self._next = 0.0  # on the monotonic clock: the next request's turn, by the rate
        self._closed_until = 0.0  # by the server's wish
        self._silent = 0

    def start(self) -> None:
        """Forget requests without an answer, for they may be of long ago."""
        self._silent = 0

    def ask(
        self,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        before_again: Callable[[RequestFailed], None] = lambda failure: None,
        stop: threading.Event | None = None,
    ) -> Any:
        """The JSON that the server answers: POST with a body, GET without.

        Args:
            path: behind ``url``.
            before_again: told why, before a request is sent another time; what it raises ends the request.
            stop: ends all waiting once it is set, though not what is under way.

        Raises:
            RequestFailed: this request failed, for all its tries.
            IsoglotError: of the endpoint's kind; the server is not there, refuses the key, asks for too long a wait, or
                has not answered several requests in a row.
            Stopped: see ``stop``.
        """
        stop = stop or threading.Event()
        for tried in range(self.options.retries + 1):
            self._wait_for_turn(stop)
            try:
                found = self._once(path, body, headers)
            except _Passing as failure:
                if tried == self.options.retries:
                    self._count_silence(failure)
                    raise
                before_again(failure)
                self._delay(failure, tried, stop)
            else:
                self._silent = 0
                return found
        raise AssertionError("unreachable")

    def _once(self, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str] | None) -> Any:
        deadline = time.monotonic() + self.options.timeout
        content = None if body is None else _content(body)
        sent = {**(headers or {}), **({} if body is None else {"Content-Type": "application/json"})}
        method = "GET" if body is None else "POST"
        try:
            with self._client.stream(method, self.url + path, content=content, headers=sent) as response:
                raw = bytearray()
                for chunk in response.iter_bytes():
                    raw += chunk
                    if time.monotonic() > deadline:
                        raise _Passing(f"no whole answer within {self.options.timeout:g} s", spent=True)
                    if len(raw) > _BYTES:
                        raise RequestFailed("an answer of more than 64 MiB", spent=True)
                return self._json(response, bytes(raw))
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            raise _Unreachable(self._clean(str(error) or type(error).__name__)) from error
        except httpx2.TimeoutException as error:
            raise _Passing(f"no answer within {self.options.timeout:g} s", spent=True) from error
        except (httpx2.NetworkError, httpx2.RemoteProtocolError, httpx2.DecodingError) as error:
            raise _Passing("the connection broke", spent=True) from error
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as error:
            raise self._error(f"{self.name}: {self.url} cannot be asked: {self._clean(str(error))}.") from error

    def _json(self, response: httpx2.Response, raw: bytes) -> Any:
        status, said = response.status_code, self._excerpt(response, raw)
        if status in _PASSING or status >= 500:
            failure = _Passing(f"HTTP {_named(status)}")
            failure.wait, failure.said = _retry_after(response.headers.get("Retry-After")), f": {said}"
            raise failure
        if status in _ABOUT_TEXTS:
            raise RequestFailed(f"HTTP {_named(status)}: {said}")
        if status >= 300:
            hint = {
                HTTPStatus.UNAUTHORIZED: "; name the environment variable of a valid key: key_env=NAME",
                HTTPStatus.NOT_FOUND: "; look at the address and the model",
            }.get(HTTPStatus(status) if status in set(HTTPStatus) else HTTPStatus.OK, "")
            raise self._error(f"{self.name}: {self.url} refuses with HTTP {_named(status)}: {said}{hint}.")
        try:
            return json.loads(raw)
        except (ValueError, RecursionError) as error:
            # A proxy's page in the place of a server that restarts, often: another try may help.
            raise _Passing(f"an answer that is not JSON: {said}", spent=True) from error

    def _wait_for_turn(self, stop: threading.Event) -> None:
        while not stop.is_set():
            with self._lock:
                now = time.monotonic()
                turn = max(self._next, self._closed_until)
                if turn <= now:
                    if self.options.requests_per_minute is not None:
                        self._next = now + 60 / self.options.requests_per_minute
                    return
            stop.wait(turn - now)
        raise Stopped

    def _delay(self, failure: _Passing, tried: int, stop: threading.Event) -> None:
        if failure.wait > _PATIENCE:
            raise self._error(
                f"{self.name}: {self.url} asks to wait {failure.wait:,.0f} s ({failure.reason}): run it again later; "
                "what came before is kept."
            )
        if failure.wait:
            with self._lock:  # for all threads
                self._closed_until = max(self._closed_until, time.monotonic() + failure.wait)
        backoff = random.uniform(0, min(_LONGEST_WAIT, _FIRST_WAIT * 2**tried))
        if stop.wait(failure.wait + backoff):
            raise Stopped

    def _count_silence(self, failure: _Passing) -> None:
        with self._lock:
            self._silent += 1
            silent = self._silent
        if isinstance(failure, _Unreachable):
            raise self._error(
                f"{self.name}: {self.url} cannot be reached ({failure.reason}), tried {self.options.retries + 1} times."
            ) from failure
        if silent >= _SILENT:
            raise self._error(
                f"{self.name}: {self.url} left {silent} requests in a row without a good answer, each tried "
                f"{self.options.retries + 1} times; at last: {failure.reason}{failure.said}; what was translated is "
                "kept."
            ) from failure

    def _excerpt(self, response: httpx2.Response, raw: bytes) -> str:
        if 300 <= response.status_code < 400:
            return f"it sends to {self._clean(response.headers.get('Location', 'nowhere'))}, use that address"
        text = " ".join(self._clean(raw.decode(errors="replace")).split())
        return text[:_EXCERPT] or "nothing"

    def _clean(self, text: str) -> str:
        """The text without the key, as it is or as JSON and addresses write it. Cut only what is clean."""
        if self.key:
            for written in (self.key, json.dumps(self.key)[1:-1], quote(self.key), quote(self.key, safe="")):
                text = text.replace(written, "***")
        return text


class _Unreachable(_Passing):
    """No connection."""


def _client(options: EndpointOptions) -> httpx2.Client:
    try:
        return httpx2.Client(
            timeout=httpx2.Timeout(options.timeout, connect=min(_CONNECT_SECONDS, options.timeout), pool=None),
            limits=httpx2.Limits(max_connections=options.parallel),
            headers={"User-Agent": "isoglot"},
        )
    except (httpx2.InvalidURL, ValueError, OSError, ImportError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise ConfigError(
            f"the proxy or the certificates that the environment names (HTTPS_PROXY, SSL_CERT_FILE, ...) cannot be "
            f"used: {reason}."
        ) from error


def _content(body: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise RequestFailed("half a character (a lone surrogate) in the text") from error


def _key(variable: str | None) -> str | None:
    if variable is None:
        return None
    key = os.environ.get(variable, "").strip()
    if not key:
        raise ConfigError(f"key_env: the environment variable {variable} is not set; it should hold the key.")
    if not key.isascii() or not key.isprintable():
        raise ConfigError(f"key_env: the environment variable {variable} does not hold a key: it is not plain ASCII.")
    return key


def _named(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}" if status in set(HTTPStatus) else str(status)


def _retry_after(value: str | None) -> float:
    """Seconds to wait, of either form; 0 where the server does not say."""
    if value is None:
        return 0.0
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
