"""Which hosts are one's own."""

import socket
from typing import Any

import pytest

from isoglot.endpoint.hosts import checked_url, host_of, is_private
from isoglot.errors import ConfigError


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("10.1.2.3", True),
        ("192.168.0.9", True),
        ("100.64.0.1", True),
        ("169.254.1.1", True),
        ("8.8.8.8", False),
        ("2001:4860:4860::8888", False),
        ("::ffff:8.8.8.8", False),
        ("::ffff:10.0.0.1", True),
    ],
)
def test_addresses(host: str, private: bool) -> None:
    assert is_private(host) == private


def test_a_name_is_private_where_all_its_addresses_are(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, list[str]] = {"gpu": ["10.0.0.1", "fe80::1%eth0"], "both": ["10.0.0.1", "8.8.8.8"]}

    def resolved(host: str, port: None) -> list[Any]:
        if host not in known:
            raise socket.gaierror("no such name")
        return [(None, None, None, "", (address, 0)) for address in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    assert [is_private(host) for host in ("gpu", "both", "unknown")] == [True, False, False]


def test_how_an_address_is_written() -> None:
    assert host_of(checked_url("https://Host:8000/v1/")) == "host"
    for url in ("host", "ftp://host", "http://", "http://[::1", "http://host:x"):
        with pytest.raises(ConfigError, match="is not an address: write it as https://host/path"):
            checked_url(url)
    for url in ("http://u:secret@host", "http://host?k=secret", "http://host#secret"):
        with pytest.raises(ConfigError, match="must not have a password, a query or a fragment") as refused:
            checked_url(url)
        assert "secret" not in str(refused.value)
