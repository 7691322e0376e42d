"""Reading text files line by line so that an error can say where it is."""

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from isoglot.errors import DataError
from isoglot.languages import normalise

_BROKEN_GZIP = (EOFError, gzip.BadGzipFile, zlib.error)
_CHUNK_BYTES = 1 << 20
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def open_bytes(path: Path) -> BinaryIO | gzip.GzipFile:
    """Open a file, through gzip where the name ends in ``.gz``.

    Raises:
        DataError: there is no such file.
    """
    if path.is_dir():
        raise DataError(f"{path}: a folder, where a file is wanted.")
    if not path.is_file():
        raise DataError(f"{path}: no such file.")
    if path.suffix == ".gz":
        return gzip.open(path, "rb")
    return path.open("rb")


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line without its end) of a UTF-8 text file, blank lines left out.

    Raises:
        DataError: the file is missing, not UTF-8, or a damaged gzip file.
    """
    with open_bytes(path) as file:
        number = 0
        try:
            # Decoded line by line: a text file decodes ahead, and its error would name a line too early.
            for number, line in enumerate(file, start=1):
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                if text.strip():
                    yield number, text.rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise DataError(f"{path}: line {number} is not UTF-8 text ({error.reason}).") from error
        except _BROKEN_GZIP as error:
            raise DataError(f"{path}: the gzip file ends or breaks after line {number}; fetch it again.") from error


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number from 1, object) of a JSON-lines file.

    Raises:
        DataError: a line is not a JSON object, or the file cannot be read.
    """
    for number, line in numbered_lines(path):
        try:
            row = _parse(line)
        except json.JSONDecodeError as error:
            raise DataError(f"{path}: line {number} is not JSON ({error.msg} at column {error.colno}).") from error
        except RecursionError as error:
            raise DataError(f"{path}: line {number} has too many brackets in each other.") from error
        except UnicodeEncodeError as error:
            raise DataError(f"{path}: line {number} is not Unicode text ({error.reason}).") from error
        if not isinstance(row, dict):
            raise DataError(f"{path}: line {number} must be a JSON object, not {type(row).__name__}.")
        yield number, row


def read_json(path: Path) -> Any:
    """Load a whole JSON file.

    Raises:
        DataError: the file is missing or is not JSON.
    """
    try:
        with open_bytes(path) as file:
            return _parse(file.read().decode("utf-8-sig"))
    except (json.JSONDecodeError, RecursionError, UnicodeError, *_BROKEN_GZIP) as error:
        raise DataError(f"{path}: not a readable JSON file ({error}).") from error


def language_at(where: str, tag: str) -> str:
    """The standard form of a language tag that stands at ``where``, which the error begins with.

    Raises:
        DataError: the tag is not a language of BCP 47.
    """
    try:
        return normalise(tag)
    except DataError as error:
        raise DataError(f"{where}: {error}") from error


def digest_files(*paths: Path) -> str:
    """SHA-256 (hex) over the contents of some files, unpacked where they are gzipped, in the order given."""
    total = hashlib.sha256()
    for path in paths:
        content = hashlib.sha256()
        with open_bytes(path) as file:
            while chunk := file.read(_CHUNK_BYTES):
                content.update(chunk)
        total.update(content.digest())
    return total.hexdigest()


def _parse(text: str) -> Any:
    """What JSON says; half a surrogate pair is refused, which JSON can write but no UTF-8 file can hold."""
    value = json.loads(text)
    if _SURROGATE.search(text):
        json.dumps(value, ensure_ascii=False).encode()
    return value
