"""What the service does not answer, and the sentence that says why."""

import json
from collections.abc import Mapping

_JSON = (b"content-type", b"application/json")
LATER = {"Retry-After": "1"}


class Refused(Exception):
    """A request that gets a reason instead of an answer.

    Args:
        status: of HTTP.
        reason: a sentence.
        headers: of the answer.
    """

    def __init__(self, status: int, reason: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status, self.reason, self.headers = status, reason, dict(headers or {})


def head_of(refused: Refused, *, length: int) -> list[tuple[bytes, bytes]]:
    """The headers of its answer.

    Args:
        length: of the body, in bytes.
    """
    own = [(name.lower().encode(), value.encode()) for name, value in refused.headers.items()]
    return [_JSON, (b"content-length", str(length).encode()), *own]


def document(reason: str) -> dict[str, str]:
    """The body of an answer that is none."""
    return {"error": reason}


def document_bytes(reason: str) -> bytes:
    """The same, as it is sent."""
    return json.dumps(document(reason)).encode()
