"""Made-up texts in which nothing leaks but what is planted."""

import json
import random
from collections.abc import Sequence
from typing import Any

from isoglot.data.collection import Collection
from isoglot.data.parallel import ParallelDataset

LETTERS = {"en": "abcdefghijklmnopqrstuvwxyz", "de": "abcdefghijklmnopqrstuvwxyzäöüß", "zh": None}
FIRST_HAN, LAST_HAN = 0x4E00, 0x9FA5


def words(seed: object, count: int, language: str = "en") -> str:
    """Text of so many words (characters in Chinese) that no other seed gives."""
    draw = random.Random(repr((seed, language)))
    letters = LETTERS[language]
    if letters is None:
        return "".join(chr(draw.randint(FIRST_HAN, LAST_HAN)) for _ in range(count))
    return " ".join("".join(draw.choices(letters, k=draw.randint(3, 9))) for _ in range(count))


def item(name: str, *, group: str | None = None, **texts: str) -> dict[str, Any]:
    """A training item; its texts are keyed by side and language, such as ``query_en``."""
    row: dict[str, Any] = {"id": name, "group": group or name, "domain": "planted", "query": {}, "passage": {}}
    for key, text in texts.items():
        side, language = key.split("_")
        if side == "negative":
            row.setdefault("negatives", {})[language] = [text]
        else:
            row[side][language] = text
    return row


def filler(count: int, languages: Sequence[str] = ("en", "de")) -> list[dict[str, Any]]:
    """Items that are nowhere in a test collection."""
    texts = [
        {f"{side}_{lang}": words((side, n), size, lang) for side, size in _SIZES.items() for lang in languages}
        for n in range(count)
    ]
    return [item(f"filler-{number}", group=f"page-{number // 2}", **row) for number, row in enumerate(texts)]


def training(*rows: dict[str, Any]) -> ParallelDataset:
    languages = sorted({lang for row in rows for side in ("query", "passage") for lang in row[side]})
    return ParallelDataset.from_rows(rows, languages=languages, key=f"planted {json.dumps(rows)}")


def collection(*rows: dict[str, Any], name: str = "test") -> Collection:
    """Test texts: each of an item's passages, and queries, are translations of each other."""
    return Collection.from_parallel(name, training(*rows))


_SIZES = {"query": 8, "passage": 80}
