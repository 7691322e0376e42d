"""A training run that linting finds nothing in, to be spoilt."""

import json
from pathlib import Path
from typing import Any

LANGUAGES = ("de", "en", "es")
ALIEN = {"id": "x", "query": {"en": "who came first"}, "passage": {"en": "nobody can tell any more who it was"}}


def faultless(folder: Path, encoder: Path) -> dict[str, Any]:
    """A configuration with nothing wrong: 60 items of their own in three languages."""
    rows = [
        {
            "id": f"i{n}",
            "group": f"g{n}",
            "query": {lang: f"{lang} q{n}" for lang in LANGUAGES},
            "passage": {lang: f"{lang} {n * 7919 % 10007} {n * 104729 % 1009}" for lang in LANGUAGES},
        }
        for n in range(60)
    ]
    items = write(folder / "items.jsonl", rows)
    return {
        "output": str(folder / "out"),
        "encoder": {"name": str(encoder)},
        "data": {"train": [items]},
        "leaks": {"against": [write(folder / "exam.jsonl", [ALIEN])]},
        "batch": {"policy": "hybrid", "size": 8},
        "optimization": {"steps": 8, "check_every": 4},
    }


def write(path: Path, rows: list[dict[str, Any]]) -> str:
    """Rows as JSON lines; where they are."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)
