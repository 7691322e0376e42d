"""What an encoder's folder says of its repair; nothing is loaded."""

import json
from pathlib import Path
from typing import Literal

from isoglot.encoder.affine_files import JSON
from isoglot.errors import EncoderError

ARRAYS = "debias"
"""Where the folder of one that needs no language keeps the transform as arrays."""

_OWN = ("isoglot.encoder.bylanguage.ByLanguage", "isoglot.debias.module.ByLanguage")
"""What folders call our module: its name, and the one that it had when they were written."""

Repair = Literal["by language", "whatever language"]


def saved_repair(folder: Path) -> Repair | None:
    """How the encoder in a folder is repaired; None where it is not.

    Raises:
        EncoderError: the folder's list of modules cannot be read.
    """
    if own_module(folder) is not None:
        return "by language"
    return "whatever language" if (folder / ARRAYS / JSON).is_file() else None


def own_module(folder: Path) -> Path | None:
    """Where a folder keeps our module; None where it has none.

    Raises:
        EncoderError: the folder's list of modules cannot be read.
    """
    listed = folder / "modules.json"
    if not listed.is_file():
        return None
    try:
        modules = json.loads(listed.read_text(encoding="utf-8"))
        named = {module["type"]: module["path"] for module in modules}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise EncoderError(
            f"{listed}: not a list of sentence-transformers' modules ({error}); save it again."
        ) from error
    return next((folder / named[name] for name in _OWN if name in named), None)
