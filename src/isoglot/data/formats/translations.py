"""A collection without questions: does a passage find its own translations?

Bilingual and multilingual corpora need no judgements for that: a passage in one language is the query, its
translations are relevant, and it is left out of its own ranking. What reads texts and no judgements needs no
translations either.
"""

import numpy as np
import pyarrow as pa

from isoglot.arrays import Bools, Ints
from isoglot.data.collection import Collection
from isoglot.data.judgements import Judgements
from isoglot.data.tables import numbered, query_table
from isoglot.errors import DataError


def from_translations(
    name: str, passages: pa.Table, *, seed: int, questions: int = 1_000, strict: bool = False, judged: bool = True
) -> Collection:
    """Draw groups of translations; each of their passages asks for those of its group in other languages.

    Args:
        name: the collection's name.
        passages: a checked table, such as :func:`isoglot.data.formats.beir.read_corpus` gives; translations of one
            passage share a ``group``. All of them are the pool.
        seed: of the draw.
        questions: how many groups to draw, of those with passages in two languages or more; all if fewer.
        strict: see :mod:`isoglot.data.published`.
        judged: False for what needs texts of both roles and no judgements: a language with fewer queries than
            ``questions`` takes other passages as well, of which nothing is judged.

    Returns:
        A collection with the drawn passages as queries, of their id, their group's cluster and group.

    Raises:
        DataError: no group has passages in two languages, and judgements are needed.
    """
    groups, languages = numbered(passages["group"]), numbered(passages["lang"])
    random = np.random.default_rng(seed)
    drawn = _draw(groups, languages, random, questions)
    if judged and not len(drawn):
        raise DataError(
            f'{name}: no two passages in different languages share a "group"; give translations of a passage one.'
        )
    asks = translated = np.isin(groups, drawn)
    if not judged:
        asks = _filled(translated, languages, random, questions)
    rows = np.flatnonzero(asks)
    judgements = Judgements.by_key(groups[rows], np.where(translated, groups, -1))
    other = languages[rows][judgements.query] != languages[judgements.passage]
    asked = _take(passages, rows)
    return Collection.published(
        name,
        queries=query_table(asked.append_column("cluster", asked["group"]), f"{name}: query", domain=name),
        passages=passages,
        judgements=judgements.where(other),
        strict=strict,
    )


def _draw(groups: Ints, languages: Ints, random: np.random.Generator, questions: int) -> Ints:
    """The numbers of up to so many groups with two languages or more, sorted."""
    width = int(languages.max(initial=0)) + 1
    pairs = np.unique(groups * width + languages) // width
    able, count = np.unique(pairs, return_counts=True)
    able = able[count > 1]
    return np.sort(random.choice(able, size=min(questions, len(able)), replace=False)) if len(able) else able


def _filled(asks: Bools, languages: Ints, random: np.random.Generator, questions: int) -> Bools:
    """(passages,) those that ask, and further ones of a language that has fewer than ``questions``."""
    filled = asks.copy()
    for language in np.unique(languages).tolist():
        others = np.flatnonzero((languages == language) & ~asks)
        wanted = questions - int((languages == language).sum()) + len(others)
        filled[random.choice(others, size=min(len(others), max(0, wanted)), replace=False)] = True
    return filled


def _take(table: pa.Table, rows: Ints) -> pa.Table:
    """These rows, which ascend; ``Table.take`` would put all texts together in memory first."""
    parts, start = [], 0
    for batch in table.to_batches():
        low, high = np.searchsorted(rows, (start, start + len(batch)))
        parts.append(batch.take(pa.array(rows[low:high] - start)))
        start += len(batch)
    return pa.Table.from_batches(parts, schema=table.schema)
