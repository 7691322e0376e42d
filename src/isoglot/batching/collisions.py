"""False negatives: items whose passages answer each other's queries must not meet in a batch.

Two things tell such items: the declared group (the same page or paragraph, in any language), and a passage
text that stands under two groups (a note repeated on two help pages). A sampler that compares texts alone
would pass the first and, as soon as the languages differ, also the second.
"""

import numpy as np
from scipy.sparse import coo_array, csr_array  # type: ignore[import-untyped, unused-ignore]
from scipy.sparse.csgraph import (  # type: ignore[import-untyped, unused-ignore]
    connected_components,
    maximum_bipartite_matching,
)

from isoglot.arrays import Ints
from isoglot.data.parallel import ParallelDataset


def collision_keys(dataset: ParallelDataset) -> Ints:
    """(items, 2) int64: items that agree in a column must not share a batch.

    Column 0 is the group; column 1 numbers the classes of items that share a passage text in some language.
    """
    return np.stack([dataset.groups, _text_classes(dataset)], axis=1)


def compatible(keys: Ints, chosen: Ints) -> Ints:
    """Positions of candidates that can join a batch together; of several that collide the first stays.

    Args:
        keys: (candidates, 2), as from :func:`collision_keys`.
        chosen: (n, 2), the keys of the items that are in the batch.
    """
    positions = np.arange(len(keys))
    for column, taken in zip(keys.T, chosen.T, strict=True):
        _, first = np.unique(column[positions], return_index=True)
        positions = positions[np.sort(first)]
        positions = positions[~np.isin(column[positions], taken)]
    return positions


def most_compatible(keys: Ints) -> Ints:
    """Positions of as many items as can be in one batch: (items, 2) -> (n,).

    An item joins its group to its text class, so the largest batch is a maximum matching of the two. Taking
    items one by one, as :func:`compatible` does, can end at half of that.
    """
    group, text = (np.unique(column, return_inverse=True)[1] for column in keys.T)
    classes = int(text.max(initial=-1)) + 1
    edges, first = np.unique(group * classes + text, return_index=True)
    graph = csr_array(
        (np.ones(len(edges), dtype=bool), (group[first], text[first])),
        shape=(int(group.max(initial=-1)) + 1, classes),
    )
    partner = maximum_bipartite_matching(graph, perm_type="column")  # (groups,): a text class, or -1
    matched = np.flatnonzero(partner >= 0)
    positions: Ints = first[np.searchsorted(edges, matched * classes + partner[matched])]
    return positions


def _text_classes(dataset: ParallelDataset) -> Ints:
    links = [np.empty((2, 0), dtype=np.int64)]
    # Languages that a restricted data set leaves out count too: they tell a passage as well as the others do.
    for digests in dataset.digests("passage", languages=dataset.stored_languages).T:
        items = np.flatnonzero(digests)
        _, first, text = np.unique(digests[items], return_index=True, return_inverse=True)
        same = items[first[text]]  # the first item with this text
        links.append(np.stack([items, same])[:, items != same])
    start, end = np.concatenate(links, axis=1)
    graph = coo_array((np.ones(len(start), dtype=bool), (start, end)), shape=(len(dataset), len(dataset)))
    classes: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return classes
