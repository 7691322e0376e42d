"""The sample's items, which are clean in seven languages and five scripts, and faults to plant in them."""

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from isoglot.cleaning.clean import clean
from isoglot.cleaning.config import CleaningConfig
from isoglot.cleaning.report import CleaningReport
from isoglot.data.parallel import ParallelDataset
from isoglot.data.sample import load_sample

LANGUAGES = ("ar", "de", "en", "es", "hi", "vi", "zh")
# Items to plant in, one a language, each of another group.
ITEMS, OTHERS = range(10, 38, 4), range(38, 66, 4)

Row = dict[str, Any]


@cache
def _rows() -> str:
    return json.dumps(list(load_sample("sample")))


def sample_rows(count: int = 66) -> list[Row]:
    """Fresh rows of the sample: half of it, which has all that is planted and what a check counts by."""
    rows: list[Row] = json.loads(_rows())[:count]
    return rows


def build(rows: Sequence[Row]) -> ParallelDataset:
    languages = sorted({language for row in rows for side in ("query", "passage") for language in row[side]})
    key = hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()
    return ParallelDataset.from_rows(rows, languages=languages, key=f"cleaning {key}")


def cleaned(rows: Sequence[Row], **settings: Any) -> tuple[dict[str, Row], CleaningReport]:
    """(Id -> row of what is left, report)."""
    made = clean(build(rows), options=CleaningConfig.parse(settings, where="test"))
    return {row["id"]: row for row in made.data}, made.report


def _in_tags(row: Row, language: str) -> str:
    return f'<div class="nav"><a href="/index.html">{row["passage"][language]}</a></div>'


def _too_short(row: Row, language: str) -> str:
    return str(row["passage"][language][:4])


def _other_language(row: Row, language: str) -> str:
    return str(row["passage"]["de" if language != "de" else "es"])


def _over_and_over(row: Row, language: str) -> str:
    return str(row["passage"][language] + row["passage"][language][:12] * 8)


def _cut(row: Row, language: str) -> str:
    return str(row["passage"][language][: len(row["passage"][language]) // 5])


# Check -> what it must find in a passage, and settings under which no other check finds it first.
PASSAGE_FAULTS: dict[str, tuple[Callable[[Row, str], str], dict[str, Any]]] = {
    "markup": (_in_tags, {}),
    "length": (_too_short, {}),
    "language": (_other_language, {}),
    "repeats": (_over_and_over, {}),
    "copies": (lambda row, language: str(row["passage"]["en"]), {"skip": ["language"]}),
    "ratio": (_cut, {"length": {"passage_least": 5}}),
}
