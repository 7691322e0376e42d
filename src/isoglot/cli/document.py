"""``--json``: the result as one JSON document on standard output, everything else on standard error."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from typing import Annotated, Any, TextIO

import typer

from isoglot.result import SCHEMA

FLAG = "--json"
AsJson = Annotated[
    bool,
    typer.Option(FLAG, help="Print the result as one JSON document, and messages and errors on standard error."),
]


class _Document:
    """Where the document of this process goes; standard output where nothing is kept apart."""

    stream: TextIO | None = None


@contextmanager
def kept_apart() -> Iterator[None]:
    """Keep standard output for the document: what anybody prints in the block goes to standard error."""
    _Document.stream = sys.stdout
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        _Document.stream = None


def write_document(content: Mapping[str, Any]) -> None:
    """Print a result; characters that the stream's encoding may lack are escaped as JSON has it."""
    stream = _Document.stream or sys.stdout
    print(json.dumps(content, indent=1, ensure_ascii=not _is_unicode(stream), allow_nan=False), file=stream, flush=True)


def error_line(command: str, error: BaseException, sentence: str, *, code: int) -> str:
    """An error as a JSON object in one line.

    Args:
        command: such as ``isoglot evaluate``.
        error: what was raised.
        sentence: what the user is told.
        code: the exit status.
    """
    told = {"kind": type(error).__name__, "message": sentence, "exit_status": code}
    return json.dumps(described(command, {"error": told}), ensure_ascii=not _is_unicode(sys.stderr))


def described(command: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """What is no :class:`~isoglot.result.Result`, with the keys that every result has."""
    return {"what": command, "schema": SCHEMA, **content}


def _is_unicode(stream: TextIO) -> bool:
    return (getattr(stream, "encoding", None) or "").lower().startswith("utf")
