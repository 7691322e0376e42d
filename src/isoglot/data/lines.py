"""Reading text files line by line so that an error can say where it is."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from isoglot.errors import DataError


def open_text(path: Path) -> IO[str]:
    """Open a UTF-8 file, through gzip where the name ends in ``.gz``.

    Raises:
        DataError: there is no such file.
    """
    if not path.is_file():
        raise DataError(f"{path}: no such file.")
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line) of a text file, blank lines left out.

    Raises:
        DataError: the file is missing, not UTF-8, or a damaged gzip file.
    """
    with open_text(path) as file:
        number = 0
        try:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
        except UnicodeDecodeError as error:
            raise DataError(f"{path}: line {number + 1} is not UTF-8 text ({error.reason}).") from error
        except (EOFError, gzip.BadGzipFile) as error:
            raise DataError(
                f"{path}: the gzip file ends or breaks after line {number}; fetch it again."
            ) from error


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number from 1, object) of a JSON-lines file.

    Raises:
        DataError: a line is not a JSON object, or the file cannot be read.
    """
    for number, line in numbered_lines(path):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(
                f"{path}: line {number} is not JSON ({error.msg} at column {error.colno})."
            ) from error
        if not isinstance(row, dict):
            raise DataError(f"{path}: line {number} must be a JSON object, not {type(row).__name__}.")
        yield number, row


def read_json(path: Path) -> Any:
    """Load a whole JSON file.

    Raises:
        DataError: the file is missing or is not JSON.
    """
    try:
        with open_text(path) as file:
            return json.load(file)
    except (json.JSONDecodeError, UnicodeDecodeError, EOFError, gzip.BadGzipFile) as error:
        raise DataError(f"{path}: not a readable JSON file ({error}).") from error


def digest_files(*paths: Path) -> str:
    """SHA-256 (hex) over the bytes of some files, in the order given."""
    total = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()
