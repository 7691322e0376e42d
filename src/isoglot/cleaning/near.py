"""Near duplicates between items: passages of different groups that are nearly the same, and pairs twice in a group.

The passages of a group are often one passage by design, each with its own question; they are no duplicates.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from isoglot.arrays import Bools, Ints, distinct
from isoglot.cleaning.boilerplate import normal_digests
from isoglot.cleaning.config import NearConfig
from isoglot.cleaning.texts import Masks, RemainingTexts
from isoglot.extras import need
from isoglot.progress import Progress
from isoglot.text.near.column import candidate_pairs
from isoglot.text.near.jaccard import jaccard
from isoglot.text.normal import normal_form, shingles

_TEXTS_PER_BATCH = 1_000


class NearCheck:
    """Of passages that are near duplicates across groups, those of the first group stay; in each language by itself.

    Candidates come from MinHash in bands (:mod:`isoglot.text.near`), and each is confirmed by its exact Jaccard
    index. A passage goes only if it is a duplicate of one that stays. Within a group, where a pair of the same query
    and passage occurs again, the query goes.
    """

    name = "near"

    def __init__(self, config: NearConfig) -> None:
        """Raises:
        ConfigError: the library that makes the hashes is not installed.
        """
        need(
            "datasketch",
            extra="cleaning",
            what="near duplicates need",
            instead='or leave the check out (skip = ["near"])',
        )
        self._threshold = config.jaccard

    def faults(self, texts: RemainingTexts, progress: Progress) -> Masks:
        """See :class:`isoglot.cleaning.texts.Check`. Memory: some 350 bytes for each passage of one language."""
        digests = normal_digests(texts, progress)
        found = texts.none()
        for number, language in enumerate(texts.languages):
            query, passage = digests["query"][:, number], digests["passage"][:, number]
            left = np.flatnonzero(texts.left["passage"][:, number])
            column = texts.column("passage", language)
            repeats = self._repeats(column, left, passage[left], texts.groups[left])
            found["passage"][left[repeats], number] = True
            pairs = left[~repeats & texts.left["query"][left, number]]
            found["query"][pairs, number] = _again(texts.groups[pairs], query[pairs], passage[pairs])
        return found

    def _repeats(self, column: pa.ChunkedArray, items: Ints, digests: Ints, groups: Ints) -> Bools:
        """(items,) bool: those whose passage has a near duplicate in the group of an earlier item."""
        first, text = distinct(digests)
        owner = groups[first]  # of each different passage, the group that keeps it
        gone = np.zeros(len(first), dtype=bool)
        for early, late in candidate_pairs(_normal_runs(column, items[first]), threshold=self._threshold):
            if not gone[early] and not gone[late] and owner[early] != owner[late]:
                one, other = (_shingles(column, items[first[place]]) for place in (early, late))
                gone[late] = jaccard(one, other) >= self._threshold
        repeats: Bools = gone[text] | (owner[text] != groups)
        return repeats


def _normal_runs(column: pa.ChunkedArray, items: Ints) -> Iterator[list[str]]:
    """Texts of the column in normal form, some at a time."""
    for start in range(0, len(items), _TEXTS_PER_BATCH):
        yield [normal_form(text) for text in column.take(pa.array(items[start : start + _TEXTS_PER_BATCH])).to_pylist()]


def _shingles(column: pa.ChunkedArray, item: np.int64) -> frozenset[str]:
    return shingles(normal_form(column[int(item)].as_py()))


def _again(*columns: Ints) -> Bools:
    """(rows,) bool: those that are equal to an earlier one in all columns."""
    _, first = np.unique(np.stack(columns, axis=1), axis=0, return_index=True)
    again = np.ones(len(columns[0]), dtype=bool)
    again[first] = False
    return again
