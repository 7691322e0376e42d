"""Lists of scored hits: ranks of a few passages in them, by counting what scores higher, and the best of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from isoglot.arrays import Bools, Floats, Ints, Similarities

_SIGN = np.uint32(1 << 31)
_TILE = 1 << 19  # hits looked at together: they and what is computed of them stay in the processor's cache


@dataclass(frozen=True, kw_only=True)
class Lists:
    """Lists of hits, one after the other, in any order within a list.

    Attributes:
        start: (lists + 1,) int64; list n is from ``start[n]`` to before ``start[n + 1]``.
        passage: (hits,) int64, index into ``ids``, at most once in a list.
        score: (hits,) float32, not NaN.
        ids: by which equal scores are ordered, descending by bytes, as trec_eval does.
    """

    start: Ints
    passage: Ints
    score: Similarities
    ids: pa.StringArray

    def ranks(self, of: Ints, passage: Ints) -> Floats:
        """The rank of each wanted passage in its list, from 1; infinite where the list does not have it.

        Nothing is sorted: the cost grows with wanted passages times hits of their lists.

        Args:
            of: (wanted,) int64, the list, or -1 for none.
            passage: (wanted,) int64, -1 for one that no list has.
        """
        found = np.full(len(of), np.inf)
        full = np.diff(self.start, append=self.start[-1]) > 0  # with a last one for -1
        sought = np.flatnonzero(full[of] & (passage >= 0))
        sought = sought[np.argsort(of[sought], kind="stable")]
        lists, first, count = np.unique(of[sought], return_index=True, return_counts=True)
        for tile in self._tiles(lists, count):
            scores, passages = self._table(lists[tile])
            for place in range(int(count[tile[0]])):
                # Most wanted first, so that the lists which have another one are those at the top.
                height = int(np.searchsorted(-count[tile], -place))
                wanted = sought[first[tile[:height]] + place]
                found[wanted] = _ranks(scores[:height], passages[:height], passage[wanted], self.ids)
        return found

    def without(self, passage: Ints) -> "Lists":
        """The lists without one passage each: (lists,) int64, -1 for none."""
        if (passage < 0).all():
            return self
        kept = self.passage != np.repeat(passage, np.diff(self.start))
        start = np.concatenate([[0], np.cumsum(kept)])[self.start]
        return replace(self, start=start, passage=self.passage[kept], score=self.score[kept])

    def split(self, label: Ints, labels: int) -> "Lists":
        """List n as lists n * ``labels`` + l, one for each label l of the passages.

        Args:
            label: (passages,) int64, from 0 to ``labels`` - 1.
            labels: how many.
        """
        own = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))
        key = own * labels + label[self.passage]
        order = np.argsort(key, kind="stable")
        counts = np.bincount(key, minlength=(len(self.start) - 1) * labels)
        start = np.concatenate([[0], np.cumsum(counts)])
        return Lists(start=start, passage=self.passage[order], score=self.score[order], ids=self.ids)

    def best(self, order: Ints, depth: int) -> tuple[Ints, Similarities]:
        """(lists, depth) passages, best first, and their scores; -1 and -inf after a list's last hit.

        Args:
            order: (passages,) int64, each passage's place in the order of ids.
            depth: how many; as many as the longest list has, at least.
        """
        lengths = np.diff(self.start)
        row = np.repeat(np.arange(len(lengths)), lengths)
        column = np.arange(len(row)) - np.repeat(self.start[:-1], lengths)
        # One whole number a hit that sorts as (score, id) does; a float's bits, its sign aside, sort as it does.
        bits = (self.score + np.float32(0)).view(np.uint32)  # without a negative zero
        rising = np.where(bits >> 31, ~bits, bits | _SIGN)
        keys = np.zeros((len(lengths), depth), dtype=np.uint64)
        keys[row, column] = rising.astype(np.uint64) << 32 | order[self.passage].astype(np.uint64)
        keys.sort(axis=1)
        keys = keys[:, ::-1]
        rising = (keys >> 32).astype(np.uint32)
        scores = np.where(rising & _SIGN, rising ^ _SIGN, ~rising).view(np.float32)
        there = keys > 0  # that of a score of -inf is too
        passage_at = np.empty_like(order)
        passage_at[order] = np.arange(len(order))
        passages = passage_at[(keys & 0xFFFFFFFF).astype(np.int64)]
        return np.where(there, passages, -1), np.where(there, scores, np.float32(-np.inf))

    def _tiles(self, lists: Ints, count: Ints) -> Iterator[Ints]:
        """Places in ``lists`` of lists of about one length, those with most wanted passages first."""
        length = self.start[lists + 1] - self.start[lists]
        order = np.argsort(-length, kind="stable")
        begin = 0
        while begin < len(order):
            height = max(1, _TILE // max(1, int(length[order[begin]])))
            tile = order[begin : begin + height]
            yield tile[np.argsort(-count[tile], kind="stable")]
            begin += height

    def _table(self, lists: Ints) -> tuple[Similarities, Ints]:
        """(lists, longest) scores and passages; after a list's last hit NaN, which nothing is above, and -1."""
        first, length = self.start[lists], self.start[lists + 1] - self.start[lists]
        column = np.arange(int(length.max()))
        inside = column < length[:, None]
        place = np.minimum(first[:, None] + column, len(self.score) - 1)
        scores, passages = self.score[place], self.passage[place]
        if not inside.all():
            scores[~inside], passages[~inside] = np.nan, -1
        return scores, passages


def _ranks(scores: Similarities, passages: Ints, wanted: Ints, ids: pa.StringArray) -> Floats:
    """(lists,) the rank of one wanted passage a list."""
    same = passages == wanted[:, None]
    rows, column = np.arange(len(same)), same.argmax(axis=1)
    here = same[rows, column]
    own = scores[rows, column][:, None]
    above, level = _count(scores > own), _count(scores >= own)
    ties = np.flatnonzero(here & (level - above > 1))
    if len(ties):
        row, rival = np.nonzero(scores[ties] == own[ties])
        before = pc.greater(ids.take(pa.array(passages[ties][row, rival])), ids.take(pa.array(wanted[ties][row])))
        above[ties] += np.bincount(row, weights=before.to_numpy(zero_copy_only=False), minlength=len(ties)).astype(int)
    return np.where(here, above + 1.0, np.inf)


def _count(marks: Bools) -> npt.NDArray[np.int32]:
    """(lists,) how many are true; adding bytes is faster than numpy's own count by row."""
    counts: npt.NDArray[np.int32] = np.add.reduce(marks.view(np.int8), axis=1, dtype=np.int32)
    return counts
