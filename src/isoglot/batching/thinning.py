"""Groups with more items than an epoch has batches: no two of a group may share a batch, so not all can come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from isoglot.arrays import Ints
from isoglot.batching.sources import Drawable
from isoglot.data.parallel import ParallelDataset


@dataclass(frozen=True, kw_only=True, eq=False)
class Thinned:
    """A group that is too large for its source.

    Attributes:
        source: whose batches are too few.
        group: its name.
        items: (n,) int64.
        kept: how many of them an epoch draws.
    """

    source: Drawable
    group: str
    items: Ints
    kept: int


def thinned(source: Drawable, data: ParallelDataset, sizes_of: Callable[[int], list[int]]) -> Iterator[Thinned]:
    """The groups of a source that are larger than its epochs have batches, and what is kept of them.

    Args:
        source: that is drawn from.
        data: whose items it has.
        sizes_of: of the batches of so many items; fewer items are fewer batches, so groups are cut until all fit. They
            are cut to the whole batches, for a short one may come with an item of another group.
    """
    _, groups, sizes = np.unique(data.groups[source.items], return_inverse=True, return_counts=True)
    kept, most = sizes, sizes_of(int(sizes.sum()))[:1]
    while kept.max(initial=0) > len(batches := sizes_of(int(kept.sum()))) > 0:
        kept = np.minimum(kept, batches.count(batches[0]))
    if batches[:1] != most:
        return  # nothing that fills a batch is left: the sampler says of what there is too little
    for number in np.flatnonzero(kept < sizes).tolist():
        items = source.items[groups == number]
        yield Thinned(source=source, group=data.rows[int(items[0])]["group"], items=items, kept=int(kept[number]))
