"""A fixed part of a large collection: so many questions of each language or domain, and so many passages."""

import zlib

import numpy as np

from isoglot.arrays import Bools, Ints
from isoglot.data.collection import Collection
from isoglot.data.entry import Sample
from isoglot.data.narrowed import of_rows

_SEED = 0  # a sample is one collection, whoever draws it


def thinned(collection: Collection, sample: Sample) -> Collection:
    """Draw questions of each language or domain, and passages: those that answer them, and others up to the limit.

    A language's, or domain's, draw does not depend on which others are there.

    Args:
        collection: every passage of which answers a query.
        sample: how many.
    """
    judged = collection.judgements
    units: list[str] = collection.queries[sample.by].to_pylist()
    names = sorted(set(units))
    of_query = np.array([names.index(unit) for unit in units], dtype=np.int64)
    of_passage = np.full(len(collection.passages), -1, dtype=np.int64)
    of_passage[judged.passage] = of_query[judged.query]
    asked = _drawn(of_query, names, sample.questions, first=np.zeros(len(units), dtype=bool))
    needed = np.zeros(len(of_passage), dtype=bool)
    needed[judged.passage[asked[judged.query]]] = True
    held = _drawn(of_passage, names, sample.passages, first=needed)
    return of_rows(collection, queries=np.flatnonzero(asked), passages=np.flatnonzero(held))


def _drawn(unit: Ints, names: list[str], limit: int, *, first: Bools) -> Bools:
    """(rows,) bool: of each unit at most so many, those of ``first`` before others and all of them."""
    drawn = first.copy()
    for number, name in enumerate(names):
        random = np.random.default_rng([_SEED, zlib.crc32(name.encode())])
        others = random.permutation(np.flatnonzero((unit == number) & ~first))
        drawn[others[: max(0, limit - int(first[unit == number].sum()))]] = True
    return drawn
