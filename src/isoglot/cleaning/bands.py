"""Candidates for near duplicates among many texts: those that agree in a whole band of MinHash minima."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from isoglot.arrays import Ints
from isoglot.extras import need
from isoglot.leakage.near import PERMUTATIONS, bands
from isoglot.text.grams import distinct_grams
from isoglot.text.normal import normal_form

_TEXTS_PER_BATCH = 1_000
_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd: powers of it never vanish modulo 2^64


def candidates(column: pa.ChunkedArray, items: Ints, *, threshold: float) -> Iterator[tuple[int, int]]:
    """Pairs of texts that are near duplicates, 99% of them and more, and some that are none.

    Args:
        column: texts.
        items: (texts,) positions in the column of those to compare.
        threshold: the Jaccard index at which a pair is near.

    Yields:
        (earlier, later) places in ``items``, by the later one and then by the earlier one.

    Raises:
        ConfigError: the library that makes the hashes is not installed.
    """
    keys = _band_keys(column, items, threshold)
    pairs = np.empty(0, dtype=np.int64)
    for band in range(keys.shape[1]):
        found = [late * len(items) + early for early, late in _sharing(keys[:, band])]
        pairs = np.union1d(pairs, np.array(found, dtype=np.int64))
    for pair in pairs.tolist():
        late, early = divmod(pair, len(items))
        yield early, late


def _sharing(keys: npt.NDArray[np.uint64]) -> Iterator[tuple[int, int]]:
    """Pairs of places with the same key."""
    order = np.argsort(keys, kind="stable")
    ends = np.flatnonzero(keys[order][1:] != keys[order][:-1]) + 1
    for bucket in np.split(order, ends):
        if len(bucket) > 1:
            yield from combinations(bucket.tolist(), 2)


def _band_keys(column: pa.ChunkedArray, items: Ints, threshold: float) -> npt.NDArray[np.uint64]:
    """(texts, bands): equal where all minima of the band are."""
    datasketch = need(
        "datasketch", extra="cleaning", what="near duplicates need", instead='or leave the check out (skip = ["near"])'
    )
    count, rows = bands(threshold)
    keys = np.arange(len(items) * count, dtype=np.uint64).reshape(len(items), count)  # a text without grams is alone
    powers = np.cumprod(np.full(rows, _BASE))
    for start in range(0, len(items), _TEXTS_PER_BATCH):
        batch = [
            normal_form(text) for text in column.take(pa.array(items[start : start + _TEXTS_PER_BATCH])).to_pylist()
        ]
        hashes, owner = distinct_grams(batch, "shingle")
        texts, starts = np.unique(owner, return_index=True)
        low = np.split(hashes & np.uint64(0xFFFFFFFF), starts[1:])
        for text, sketch in zip(
            texts.tolist(), datasketch.MinHash.generator(low, num_perm=PERMUTATIONS, hashfunc=int), strict=True
        ):
            minima = sketch.hashvalues[: count * rows].astype(np.uint64).reshape(count, rows)
            keys[start + text] = (minima * powers).sum(axis=1)
    return keys
