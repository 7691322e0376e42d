"""Reading text files line by line so that an error can say where it is, and within limits (:mod:`isoglot.limits`)."""

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from isoglot.errors import DataError
from isoglot.languages import normalise
from isoglot.limits import DEPTH, FILE_BYTES, LINE_BYTES, PastLimit, check_depth, mebibytes, read_until, within_limits

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
        raise DataError(f"{path}: {'a link that leads to no file' if path.is_symlink() else 'no such file'}.")
    if path.suffix == ".gz":
        return gzip.open(path, "rb")
    return path.open("rb")


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line without its end) of a UTF-8 text file, blank lines left out.

    Raises:
        DataError: the file is missing, not UTF-8, or a damaged gzip file, or a line is too long.
    """
    with open_bytes(path) as file:
        number = 0
        try:
            # Decoded line by line: a text file decodes ahead, and its error would name a line too early.
            for number, line in enumerate(iter(partial(file.readline, LINE_BYTES + 1), b""), start=1):
                if len(line) > LINE_BYTES:
                    raise DataError(f"{path}: line {number} is longer than {mebibytes(LINE_BYTES)}.")
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                if text.strip():
                    yield number, text.rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise DataError(f"{path}: line {number} is not UTF-8 text ({error.reason}).") from error
        except _BROKEN_GZIP as error:
            raise DataError(f"{path}: the gzip file ends or breaks after line {number}; fetch it again.") from error


def whole_lines(path: Path) -> bytearray:
    """The content of a file of lines, which may be large, unpacked.

    Raises:
        DataError: the file is missing, or a line is too long.
        OSError, EOFError, zlib.error: a damaged gzip file.
    """
    data, since = bytearray(), 0  # bytes since the last end of a line
    with open_bytes(path) as file:
        while part := file.read(_CHUNK_BYTES):
            end = part.rfind(b"\n")
            since = since + len(part) if end < 0 else len(part) - end
            if since > LINE_BYTES:
                raise DataError(f"{path}: a line is longer than {mebibytes(LINE_BYTES)}.")
            data += part  # in place: parts that are joined are in memory twice
    return data


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number from 1, object) of a JSON-lines file.

    Raises:
        DataError: a line is not a JSON object within the limits, or the file cannot be read.
    """
    for number, line in numbered_lines(path):
        row = parse_json(line, f"{path}: line {number}")
        if not isinstance(row, dict):
            raise DataError(f"{path}: line {number} must be a JSON object, not {type(row).__name__}.")
        yield number, row


def read_json(path: Path) -> Any:
    """Load a whole JSON file.

    Raises:
        DataError: the file is missing, too large, or is not JSON within the limits.
    """
    try:
        with open_bytes(path) as file:
            content = read_until(file, FILE_BYTES)
        if len(content) > FILE_BYTES:
            raise DataError(f"{path}: larger than {mebibytes(FILE_BYTES)}; only a file of JSON lines may be.")
        return _parse(content.decode("utf-8-sig"))
    except PastLimit as error:
        raise DataError(f"{path}: {error}.") from error
    except (ValueError, *_BROKEN_GZIP) as error:
        raise DataError(f"{path}: not a readable JSON file ({error}).") from error


def parse_json(text: str, where: str) -> Any:
    """What a JSON text says.

    Args:
        where: what the error begins with.

    Raises:
        DataError: it is not JSON, half a character is in it, or it passes a limit.
    """
    try:
        return _parse(text)
    except PastLimit as error:
        raise DataError(f"{where} {error}.") from error
    except json.JSONDecodeError as error:
        raise DataError(f"{where} is not JSON ({error.msg} at column {error.colno}).") from error
    except UnicodeEncodeError as error:
        raise DataError(f"{where} is not Unicode text ({error.reason}).") from error


def language_at(where: str, tag: str) -> str:
    """The standard form of a language tag that stands at ``where``, which the error begins with.

    Raises:
        DataError: the tag is not a language of BCP 47.
    """
    try:
        return normalise(tag)
    except DataError as error:
        raise DataError(f"{where}: {error}") from error


def id_at(where: str, value: Any) -> str:
    """An id that stands at ``where``, which the error begins with; a whole number is one too.

    Raises:
        DataError: it is no string or number, or empty.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value.strip():
        raise DataError(f"{where} must be a non-empty string or a whole number.")
    return value


def text_at(where: str, row: Mapping[str, Any], *keys: str) -> str:
    """The text under the first of the keys that a row at ``where`` has; null is an empty text.

    Raises:
        DataError: the row has none of them, or no text there.
    """
    key = next((key for key in keys if key in row), None)
    text = "" if key is None or row[key] is None else row[key]
    if key is None or not isinstance(text, str):
        raise DataError(f'{where}: key "{keys[0]}" must be a text.')
    return text


def languages_at(tags: Iterable[str], where: str) -> dict[str, str]:
    """The standard form of each language tag of an object -> the tag as it stands there.

    Raises:
        DataError: a tag is not a language of BCP 47, or two are one language; the error begins with ``where``.
    """
    found: dict[str, str] = {}
    for tag in tags:
        language = language_at(where, tag)
        if found.setdefault(language, tag) != tag:
            raise DataError(f"{where}: {found[language]!r} and {tag!r} are one language; keep one.")
    return found


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
    with within_limits():
        value = json.loads(text)
    if text.count("[") + text.count("{") > DEPTH:
        check_depth(value)
    if _SURROGATE.search(text):
        json.dumps(value, ensure_ascii=False).encode()
    return value
