"""The record in a trained encoder's folder, as whoever loads the encoder reads it: nothing heavy is imported here."""

import json
import re
from pathlib import Path
from typing import Any

from isoglot.errors import DataError

RECORD = "isoglot.json"
LEAKS = "leaks.json"


def read_record(folder: Path) -> dict[str, Any] | None:
    """The record in an encoder's folder; None where it has none.

    Raises:
        DataError: it cannot be read.
    """
    return _read(folder / RECORD)


def read_certificate(folder: Path) -> dict[str, Any] | None:
    """The certificate of leaks in an encoder's folder; None where it has none.

    Raises:
        DataError: it cannot be read.
    """
    return _read(folder / LEAKS)


def _read(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(f"{path}: cannot be read ({error}); mend it or remove it.") from error
    if not isinstance(record, dict):
        raise DataError(f"{path}: is no JSON object; mend it or remove it.")
    return record


def trained_on(folder: Path, test: str) -> list[str]:
    """The named data sets with texts of a test set that an encoder in a folder was trained on; empty where unknown.

    Args:
        folder: of the encoder, merged or not.
        test: name of a collection; languages, split and place may follow, as in ``miracl@ar:/data/miracl``.

    Raises:
        DataError: the encoder's record cannot be read.
    """
    record = read_record(folder) or {}
    record = record.get("merged", {}).get("trained", {}).get("record") or record
    name = re.split("[@/:]", test, maxsplit=1)[0]
    return [source["name"] for source in record.get("provenance", ()) if name in source["leaks"]]
