"""False negatives: items whose passages answer each other's queries must not meet in a batch.

Two things tell such items: the declared group (the same page or paragraph, in any language), and a passage text that
stands under two groups (a note repeated on two help pages). A sampler that compares texts alone would pass the
first and, as soon as the languages differ, also the second.
"""

import hashlib

import numpy as np
import numpy.typing as npt

from isoglot.data.parallel import ParallelDataset


def collision_keys(dataset: ParallelDataset) -> npt.NDArray[np.int64]:
    """(items, 2) int64: items that agree in a column must not share a batch.

    Column 0 is the group; column 1 numbers the classes of items that share a passage text in some language.
    """
    return np.stack([dataset.groups, _text_classes(dataset)], axis=1)


def _text_classes(dataset: ParallelDataset) -> npt.NDArray[np.int64]:
    parent = np.arange(len(dataset))
    first: dict[bytes, int] = {}
    for item, row in enumerate(dataset):
        for language, text in row["passage"].items():
            digest = hashlib.blake2b(f"{language}\0{text}".encode(), digest_size=16).digest()
            parent[_root(parent, item)] = _root(parent, first.setdefault(digest, item))
    return np.array([_root(parent, item) for item in range(len(parent))], dtype=np.int64)


def _root(parent: npt.NDArray[np.int64], item: int) -> int:
    while parent[item] != item:
        parent[item] = parent[parent[item]]
        item = int(parent[item])
    return item
