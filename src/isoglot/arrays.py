"""The arrays that data is carried in, by what they hold: one name for each type, whatever the room."""

from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
"""Positions, codes and counts: of texts, languages, groups, ranks."""

Floats = npt.NDArray[np.float64]
"""What is computed with: values of measures, means, offsets, probabilities."""

Bools = npt.NDArray[np.bool_]
"""Masks: which of the rows are meant."""

Vectors = npt.NDArray[np.float32]
"""(texts, width): texts as an encoder gives them."""

Similarities = npt.NDArray[np.floating]
"""Scores of queries and passages, or of their stand-ins in a run: float32, or float64 where they are distances."""

Hashes = npt.NDArray[np.uint64]
"""64-bit digests of n-grams and words."""

Digests = npt.NDArray[np.void]
"""(texts,) :data:`DIGEST_BYTES` each: a BLAKE2b of the text."""

DIGEST_BYTES = 16


def distinct(values: npt.NDArray[Any]) -> tuple[Ints, Ints]:
    """The different values, numbered in order of first appearance.

    Returns:
        (distinct,) where each stands first, ascending; and for each of the (values,) the number of its own among them.
    """
    _, first, inverse = np.unique(values, return_index=True, return_inverse=True)
    order = np.argsort(first)
    number = np.empty_like(order)
    number[order] = np.arange(len(order))
    return first[order], number[inverse]
