"""The service on a port, from its start to its end."""

import ipaddress
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from isoglot.errors import ConfigError
from isoglot.search.index import Index
from isoglot.search.service.app import create_app
from isoglot.search.service.guard import LOG, Guard
from isoglot.search.service.impatient import Impatient
from isoglot.search.service.limits import Limits

KEY = "ISOGLOT_API_KEY"
"""The environment variable with the key that requests must have."""

_SHORTEST = 16  # characters of a key
_STALE = 1.0  # seconds


def serve(
    place: str,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    memory_mib: int,
    limits: Limits | None = None,
    open_to_all: bool = False,
    log_texts: bool = False,
    started: Callable[[str, Index], None],
) -> None:
    """Serve an index until SIGTERM or Ctrl-C; what is being answered then is answered.

    Args:
        place: of the index.
        host: an address or name of this machine.
        port: 0 for any that is free.
        memory_mib: for vectors.
        limits: of a request.
        open_to_all: allow a host that others reach, without a key.
        log_texts: write queries to the log.
        started: told of the address once it answers.

    Raises:
        ConfigError: the port is taken, others would reach the service without a key, or the key is too short.
        DataError, EncoderError, StorageError: the index cannot be searched.
    """
    limits, key = limits or Limits(), _key()
    local = _is_loopback(host)
    if not (local or key or open_to_all):
        raise ConfigError(
            f"{host} may be reached from other machines: set {KEY}, or allow anybody to search by --open-to-all."
        )
    with _listening(host, port) as listening:
        index = Index(place, memory_mib=memory_mib, stale=_STALE)
        app = create_app(index, limits=limits, key=key, local=local and key is None, log_texts=log_texts)
        with _logged(), _ending_well():
            started(_address(listening), index)
            server_of(app, limits).run(sockets=[listening])


def server_of(app: Guard, limits: Limits) -> uvicorn.Server:
    """What speaks HTTP for the app."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=Impatient.within(limits),
            ws="none",
            lifespan="on",
            log_config=None,
            proxy_headers=False,
            server_header=False,
            h11_max_incomplete_event_size=limits.head_bytes,
            timeout_graceful_shutdown=int(limits.seconds) + 1,
        )
    )


def _key() -> str | None:
    key = os.environ.get(KEY)
    if key is not None and (len(key) < _SHORTEST or not key.isascii() or not key.isprintable() or " " in key):
        raise ConfigError(f"{KEY} must have at least {_SHORTEST} characters, of ASCII and without spaces.")
    return key


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        found = socket.create_server((host, port), family=family, backlog=1024)
    except (OSError, OverflowError) as error:
        raise ConfigError(f"{host} port {port} cannot be listened on ({error}): choose others.") from error
    with found:
        yield found


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


@contextmanager
def _logged() -> Iterator[None]:
    """Write the log to standard error: the service's lines as they are, and errors of the server."""
    handler = logging.StreamHandler(sys.stderr)
    server = logging.getLogger("uvicorn.error")
    for logger, level in ((LOG, logging.INFO), (server, logging.ERROR)):
        logger.addHandler(handler)
        logger.setLevel(level)
        logger.propagate = False
    try:
        yield
    finally:
        for logger in (LOG, server):
            logger.removeHandler(handler)


@contextmanager
def _ending_well() -> Iterator[None]:
    """Let the server end the process by its own return: it raises again what it was stopped by."""
    stops = (signal.SIGTERM, signal.SIGINT)
    before = {stop: signal.signal(stop, lambda *_: None) for stop in stops}
    try:
        yield
    finally:
        for stop, handler in before.items():
            signal.signal(stop, handler)
