r"""Texts in the stream format of Apertium's programs, separated by NUL.

In the stream, ``\`` escapes what has a meaning to the programs, and what stands in ``[]`` passes through them
untouched. Each text gets the end that Apertium's own reader of plain text gives it, ``.[]``: without a full stop the
tagger would leave the last words of a text undecided.
"""

import re
from collections.abc import Sequence

from isoglot.errors import TranslationError

_RESERVED = re.compile(r"[\[\]{}^$<>@\\/]")
_MARK = "~"  # Apertium's own: it asks for contractions
_END = ".[]"
# Control characters, halves of surrogate pairs and what ICU takes for the end of a file.
_NO_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TOKEN = re.compile(r"\\(.)|\[(~?)\]", re.DOTALL)


def clean(text: str) -> str:
    """The text in one line: white space, and what cannot be sent, becomes one space; none at the ends."""
    return " ".join(_NO_TEXT.sub(" ", text).split())


def encode(texts: Sequence[str]) -> bytes:
    """A stream of cleaned texts."""
    return "".join(f"{_escape(text)}{_END}\0" for text in texts).encode()


def split(stream: bytes, count: int, *, program: str) -> list[bytes]:
    """The parts of a stream of so many texts.

    Raises:
        TranslationError: it has another number of parts.
    """
    parts = stream.split(b"\0")
    if len(parts) < count or any(parts[count:]):  # each program adds an empty part at the end of its input
        raise TranslationError(f"{program} returned {len(parts)} parts for {count} texts: its version may be too old.")
    return parts[:count]


def decode(part: bytes) -> str:
    """The text in a part of a translated stream."""
    text = part.decode(errors="replace").removesuffix("[]").removesuffix(".")
    return clean(_TOKEN.sub(lambda token: token[1] or token[2] or "", text))


def _escape(text: str) -> str:
    return _RESERVED.sub(r"\\\g<0>", text).replace(_MARK, f"[{_MARK}]")
