"""Prompts of models that were trained with them, but are published without."""

from collections.abc import Mapping
from pathlib import Path

_E5 = {"query": "query: ", "document": "passage: "}
_KNOWN = {f"multilingual-e5-{size}": _E5 for size in ("small", "base", "large")}


def known_prompts(model: str) -> Mapping[str, str]:
    """``query`` and ``document`` -> what stands before such texts; empty for any other model.

    Args:
        model: its name, of which the last part counts.
    """
    return _KNOWN.get(Path(model).name, {})
