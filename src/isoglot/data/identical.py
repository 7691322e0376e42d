"""Passages that have a query's id: the rule of ArguAna and Quora, whose queries are passages of their corpora.

The text that asks would be its own best hit. So BEIR (Thakur et al. 2021, arXiv 2104.08663) and those who publish
numbers on it drop a hit that has the query's id. Here it is dropped only where it is not judged relevant: a
collection whose queries and passages share ids because they belong together keeps them.
"""

import numpy as np
import pyarrow as pa

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
