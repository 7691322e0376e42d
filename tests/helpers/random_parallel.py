"""Random parallel data, of which every text says whose it is and in which language."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from isoglot.data.parallel import ParallelDataset

LANGUAGES = ("ar", "de", "en", "es")


def build(rows: Sequence[dict[str, Any]], languages: Sequence[str] = LANGUAGES) -> ParallelDataset:
    content = json.dumps([rows, languages], sort_keys=True)
    return ParallelDataset.from_rows(
        rows, languages=languages, key=f"batching {hashlib.sha256(content.encode()).hexdigest()}"
    )


def row(item: int, *, query: Sequence[str], passage: Sequence[str], **other: Any) -> dict[str, Any]:
    """An item of its own group; its texts are "q 7 en", "p 7 de", its negatives "n1 7 de" and "n2 7 de"."""
    text = other.pop("text", item)
    return {
        "id": f"i{item}",
        "group": f"g{item}",
        "domain": "d",
        "query": {language: f"q {item} {language}" for language in query},
        "passage": {language: f"p {text} {language}" for language in passage},
        "negatives": {language: [f"n{k} {item} {language}" for k in (1, 2)] for language in passage},
        **other,
    }


def complete(items: int, languages: Sequence[str] = LANGUAGES, **other: Any) -> ParallelDataset:
    """Items of a group each with both texts in all languages."""
    rows = [row(item, query=languages, passage=languages, **other) for item in range(items)]
    return build(rows, languages)


@st.composite
def parallel_data(draw: st.DrawFn, *, complete: bool = False, alone: bool = False) -> ParallelDataset:
    """30 to 90 items of one to three sources in two to four languages.

    Args:
        complete: every item has both texts in every language.
        alone: no two items share a group or a passage text.
    """
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    items = draw(st.integers(30, 90))
    languages = LANGUAGES[: draw(st.integers(2, 4))]
    cover = 1.0 if complete else draw(st.sampled_from([0.6, 0.8, 0.95]))
    groups = items if alone else draw(st.integers(items // 2, items))
    shared = 0.0 if alone else draw(st.sampled_from([0.0, 0.1, 0.3]))
    sources = draw(st.integers(1, 3)) if items > 50 else 1
    rows = []
    for item in range(items):
        sides = [[lang for lang in languages if rng.random() < cover] for _ in range(2)]
        query, passage = (side or [languages[rng.integers(len(languages))]] for side in sides)
        source = int(rng.integers(sources))
        rows.append(
            row(
                item,
                query=query,
                passage=passage,
                source=f"s{source}",
                group=f"g{item}" if alone else f"g{source}.{rng.integers(groups)}",
                text=f"shared {rng.integers(items // 8)}" if rng.random() < shared else item,
            )
        )
    return build(rows, languages)
