"""Addresses of servers: how they are written, and whether what is sent there stays within one's own network."""

import ipaddress
import socket
from urllib.parse import urlsplit

from isoglot.errors import ConfigError


def checked_url(url: str) -> str:
    """The address without a slash at the end.

    Raises:
        ConfigError: it is none, or has a password, a query or a fragment in it.
    """
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigError(f"{url!r} is not an address: write it as https://host/path.") from error
    if "@" in parts.netloc or "?" in url or "#" in url:
        raise ConfigError("the address of a server must not have a password, a query or a fragment in it.")
    if parts.scheme not in ("http", "https") or not host:
        raise ConfigError(f"{url!r} is not an address: write it as https://host/path.")
    return url.strip().rstrip("/")


def host_of(url: str) -> str:
    """The host in an address that was checked."""
    return urlsplit(url).hostname or ""


def is_private(host: str) -> bool:
    """Whether every address of a host is this machine's or of a network that is not reached from outside.

    A name that cannot be resolved here is taken for public: a proxy may know it.
    """
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return False
    return all(not _address(text).is_global for text in found)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(text.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address
