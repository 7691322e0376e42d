"""Passages that have a query's id: the rule of ArguAna and Quora, whose queries are passages of their corpora.

The text that asks would be its own best hit. So BEIR (Thakur et al. 2021, arXiv 2104.08663) and those who publish
numbers on it drop a hit that has the query's id. Here it is dropped only where it is not judged relevant: a
collection whose queries and passages share ids because they belong together keeps them.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from isoglot.arrays import Ints
from isoglot.data.judgements import Judgements
from isoglot.data.tables import places


def own_passages(queries: pa.Table, passages: pa.Table, judgements: Judgements) -> Ints:
    """The passage that is no candidate for each query: it has the query's id and is not judged relevant to it.

    Args:
        queries, passages: tables with a column ``id`` of different values; read through once.
        judgements: by position in both.

    Returns:
        (queries,) int64, position in ``passages``; -1 for none.
    """
    own = places(passages["id"], queries["id"].combine_chunks())
    relevant = (judgements.grade > 0) & (judgements.passage == own[judgements.query])
    own[judgements.query[relevant]] = -1
    return np.ascontiguousarray(own)


def left_out_by_id(own: Ints, passages: pa.Table, judgements: Judgements) -> int:
    """How many queries lose a passage to the rule above. A text that asks for its own translations loses none.

    Args:
        own: of :func:`own_passages`.
        passages: with a column ``group``.
        judgements: by position.
    """
    losing = own >= 0
    if losing.any():
        asked = np.flatnonzero(losing[judgements.query] & (judgements.grade > 0))
        query, groups = judgements.query[asked], passages["group"].combine_chunks()
        sides = (groups.take(pa.array(rows)) for rows in (own[query], judgements.passage[asked]))
        losing[query[pc.equal(*sides).to_numpy(zero_copy_only=False)]] = False
    return int(losing.sum())
