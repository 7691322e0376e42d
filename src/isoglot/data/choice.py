"""Which items of a data set are used: those in some languages, without ambiguous queries, at most so many."""

from collections.abc import Sequence

import numpy as np

from isoglot.arrays import Ints
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError

_DRAW_SEED = 1  # the items drawn are the same whatever seed a run has, and no more than by chance those held out


def chosen_items(
    data: ParallelDataset, *, languages: Sequence[str] | None, max_query_repeats: int | None, max_items: int | None
) -> ParallelDataset:
    """The items to train on; None leaves a choice out.

    Args:
        data: to choose from.
        languages: these only.
        max_query_repeats: leave out items whose query, in some language, stands on more items than this.
        max_items: draw at most so many of what is left (:func:`draw_items`).

    Raises:
        DataError: nothing is left.
    """
    if languages is not None:
        data = data.restrict(languages)
    if max_query_repeats is not None:
        data = data.select(most_repeats(data.digests("query")) <= max_query_repeats)
    if not len(data):
        raise DataError("data: no item is left to train on; loosen data.languages or data.max_query_repeats.")
    return data if max_items is None else draw_items(data, max_items)


def draw_items(data: ParallelDataset, limit: int) -> ParallelDataset:
    """At most ``limit`` items, in whole groups drawn at random; all of a smaller draw are in a larger one.

    Groups are taken in a fixed random order up to the first that does not fit: to skip it for a smaller one
    would draw small groups more often, and draws would no longer lie within each other.

    Raises:
        DataError: the first group has more items than that.
    """
    if len(data) <= limit:
        return data
    sizes = np.bincount(data.groups)
    order = np.random.default_rng(_DRAW_SEED).permutation(len(sizes))
    fits = np.cumsum(sizes[order]) <= limit
    if not fits.any():
        raise DataError(
            f"key 'data.max_items': the first group drawn has {sizes[order[0]]:,} items, so none of at most {limit:,} "
            "is left to train on; raise it."
        )
    drawn = np.zeros(len(sizes), dtype=bool)
    drawn[order[fits]] = True
    return data.select(drawn[data.groups])


def most_repeats(digests: Ints) -> Ints:
    """How many items have an item's query, in the language where most have it: it cannot tell their passages.

    Args:
        digests: (items, languages) int64, of the queries (:meth:`ParallelDataset.digests`).

    Returns:
        (items,) int64.
    """
    most = np.zeros(len(digests), dtype=np.int64)
    for column in digests.T:
        _, number, count = np.unique(column, return_inverse=True, return_counts=True)
        most = np.maximum(most, np.where(column == 0, 0, count[number]))
    return most
