"""Ranks of relevant passages by sorting whole rows of scores."""

import numpy as np
import numpy.typing as npt

from isoglot.arrays import Ints
from isoglot.data.collection import Collection


def ranks_by_sorting(scores: npt.NDArray[np.floating], collection: Collection) -> tuple[Ints, Ints]:
    """(relevant,) and (relevant,): ranks in the pool and in the passage's language; equal scores by descending id.

    Args:
        scores: (queries, passages).
    """
    ids = np.array([identity.encode() for identity in collection.passages["id"].to_pylist()], dtype=object)
    last_first = np.argsort(ids, kind="stable")[::-1]
    pool, own = [], []
    for query, passage in zip(collection.judgements.query, collection.judgements.passage, strict=True):
        ranking = last_first[np.argsort(-scores[query, last_first], kind="stable")]
        place = int(np.flatnonzero(ranking == passage)[0])
        same = collection.passage_language[ranking] == collection.passage_language[passage]
        pool.append(place + 1)
        own.append(int(same[: place + 1].sum()))
    return np.array(pool), np.array(own)
