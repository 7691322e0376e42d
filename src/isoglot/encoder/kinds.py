"""What kind of model a name stands for, by what it says of itself where it is saved; it is not loaded."""

import json
from pathlib import Path
from typing import Any

from isoglot.encoder.folders import folder_of
from isoglot.encoder.hub import hub_file
from isoglot.encoder.model_encoder import ModelEncoder
from isoglot.encoder.options import LoadOptions
from isoglot.encoder.sparse_model import SparseModel
from isoglot.encoder.token_model import TokenModel

_FILE = "config_sentence_transformers.json"
_KINDS: dict[str, type[ModelEncoder[Any]]] = {
    SparseModel.saved_as: SparseModel,
    TokenModel.saved_as: TokenModel,
    "ColBERT": TokenModel,  # as PyLate saves it
}


def saved_kind(options: LoadOptions) -> type[ModelEncoder[Any]] | None:
    """The kind of a model that has no dense vectors; None for any other, and where nothing is said.

    Args:
        options: of which model.

    Raises:
        ConnectionError: the hub gives no answer.
    """
    folder = folder_of(options.model)
    path = hub_file(options.model, _FILE, options.revision) if folder is None else folder / _FILE
    return None if path is None else _said(path)


def kind_of(model: object) -> type[ModelEncoder[Any]] | None:
    """The same of a model that is loaded."""
    return _KINDS.get(str(getattr(model, "model_type", "")))


def _said(path: Path) -> type[ModelEncoder[Any]] | None:
    try:
        return _KINDS.get(json.loads(path.read_text(encoding="utf-8"))["model_type"])
    except (OSError, ValueError, LookupError, TypeError, RecursionError):  # what is wrong is for the loader to say
        return None
