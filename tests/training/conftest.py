import json
from pathlib import Path
from typing import Any

import pytest

_LANGUAGES = ("de", "en", "es")


@pytest.fixture
def items(tmp_path: Path) -> Path:
    """48 items in three languages, a word of its own in each, so there is something to learn."""
    path = tmp_path / "items.jsonl"
    rows = [
        {
            "id": f"i{n}",
            "group": f"g{n}",
            "query": {lang: f"{lang} question w{n}" for lang in _LANGUAGES},
            "passage": {lang: f"{lang} passage w{n} text" for lang in _LANGUAGES},
        }
        for n in range(48)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def config(tmp_path: Path, items: Path, tiny_encoder: Path) -> dict[str, Any]:
    """A complete small configuration, to be changed by tests and parsed."""
    return {
        "output": str(tmp_path / "out"),
        "encoder": {"name": str(tiny_encoder)},
        "data": {"train": [str(items)], "validation": 0.25},
        "batch": {"policy": "hybrid", "size": 8},
        "optimization": {"steps": 8, "learning_rate": 1e-3, "check_every": 4, "log_every": 1},
    }
