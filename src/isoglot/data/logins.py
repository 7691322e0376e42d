"""Addresses with a login, ``https://user:password@host``: urllib would take the password for a port, and show it."""

import base64
from urllib.parse import unquote, urlsplit, urlunsplit


def split_login(url: str) -> tuple[str, dict[str, str]]:
    """The address without its login, and the header that carries it (HTTP Basic, RFC 7617); none where it has none."""
    parts = urlsplit(url)
    login, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, {}
    user, _, password = login.partition(":")
    coded = base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
    return urlunsplit(parts._replace(netloc=host)), {"Authorization": f"Basic {coded}"}
