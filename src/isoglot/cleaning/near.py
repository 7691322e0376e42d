"""Near duplicates between items: passages of different groups that are nearly the same, and pairs twice in a group.

The passages of a group are often one passage by design, each with its own question; they are no duplicates.
"""

import numpy as np
import pyarrow as pa

from isoglot.arrays import Bools, Ints, distinct
from isoglot.cleaning.boilerplate import normal_digests
from isoglot.cleaning.config import NearConfig
from isoglot.cleaning.texts import Masks, RemainingTexts
from isoglot.data.tables import texts_at
from isoglot.extras import need
from isoglot.progress import Progress, StartProgress
from isoglot.text.near.column import near_earlier
from isoglot.text.normal import normal_form


class NearCheck:
    """Of passages that are near duplicates across groups, those of the first group stay; in each language by itself.

    A passage goes only if it is a duplicate of one that stays (:func:`~isoglot.text.near.column.near_earlier`). Within
    a group, where a pair of the same query and passage occurs again, the query goes.
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

    def faults(self, texts: RemainingTexts, begin: StartProgress) -> Masks:
        """See :class:`isoglot.cleaning.texts.Check`. Memory: some 350 bytes for each passage of one language."""
        told = begin(self.name, len(texts) + 2 * int(texts.left["passage"].sum()))
        digests = normal_digests(texts, told)
        found = texts.none()
        for number, language in enumerate(texts.languages):
            query, passage = digests["query"][:, number], digests["passage"][:, number]
            left = np.flatnonzero(texts.left["passage"][:, number])
            column = texts.column("passage", language)
            repeats = self._repeats(column, left, passage[left], texts.groups[left], told)
            found["passage"][left[repeats], number] = True
            pairs = left[~repeats & texts.left["query"][left, number]]
            found["query"][pairs, number] = _again(texts.groups[pairs], query[pairs], passage[pairs])
        return found

    def _repeats(self, column: pa.ChunkedArray, items: Ints, digests: Ints, groups: Ints, told: Progress) -> Bools:
        """(items,) bool: those whose passage has a near duplicate in the group of an earlier item."""
        first, text = distinct(digests)
        owner = groups[first]  # of each different passage, the group that keeps it
        told(2 * (len(items) - len(first)))

        def read(numbers: Ints) -> list[str]:
            return [normal_form(passage) for passage in texts_at(column, items[first[numbers]])]

        gone = near_earlier(read, owner, threshold=self._threshold, progress=told)
        repeats: Bools = gone[text] | (owner[text] != groups)
        return repeats


def _again(*columns: Ints) -> Bools:
    """(rows,) bool: those that are equal to an earlier one in all columns."""
    _, first = np.unique(np.stack(columns, axis=1), axis=0, return_index=True)
    again = np.ones(len(columns[0]), dtype=bool)
    again[first] = False
    return again
