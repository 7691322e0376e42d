"""Collections as they are published: empty texts, and judgements of what is not there.

FiQA has an empty passage, ArguAna judges passages that its corpus does not have. What is done about it is decided here
for every format, so that numbers are those of BEIR, MTEB and trec_eval on the same files:

- an empty passage is a candidate, an empty query is asked: BEIR and MTEB encode and rank them like any other text;
- a relevant passage that the corpus does not have counts as never found: trec_eval counts it among the relevant;
- a judgement of a query that is not there says nothing, as nobody asks it.

Each is counted. ``strict`` refuses the first instead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from isoglot.data.judgements import Judgements
from isoglot.data.tables import empty_texts
from isoglot.errors import DataError
from isoglot.wording import counted

EMPTY_QUERIES, EMPTY_PASSAGES = "empty queries", "empty passages"
ABSENT_QUERIES, ABSENT_PASSAGES = "judgements of absent queries", "judgements of absent passages"

_SAID = {
    EMPTY_QUERIES: ("queries", "without text, asked like any other"),
    EMPTY_PASSAGES: ("passages", "without text, ranked like any other"),
    ABSENT_QUERIES: ("judgements", "of queries that are not there, ignored"),
    ABSENT_PASSAGES: ("judgements", "of passages that are not in the corpus, never found"),
}


class Judged(NamedTuple):
    """Where a judgement stands, and the ids of its query and passage."""

    where: str
    query: str
    passage: str


@dataclass(frozen=True, kw_only=True)
class Admitted:
    """Attributes:
    judgements: those of queries and passages that are there.
    never_found: relevant passages that are not there, of queries that are; ``passage`` is -1.
    faults: what there was -> how many; nothing with a count of 0.
    """

    judgements: Judgements
    never_found: Judgements
    faults: dict[str, int]


def admit(
    name: str,
    *,
    queries: pa.Table,
    passages: pa.Table,
    judgements: Judgements,
    judged: Callable[[int], Judged] | None,
    strict: bool,
) -> Admitted:
    """Take a collection as it is published.

    Args:
        name: the collection's, for errors.
        queries, passages: with columns ``id`` and ``text``, the text empty where there is none.
        judgements: with -1 for a query or passage that is not there.
        judged: tells of one of the judgements, for errors; None where they are made of what is there.
        strict: refuse what is counted otherwise.

    Raises:
        DataError: ``strict``, and a text is empty or a judgement is of what is not there.
    """
    empty = {"query": empty_texts(queries["text"]), "passage": empty_texts(passages["text"])}
    known, there = judgements.query >= 0, judgements.passage >= 0
    faults = {
        EMPTY_QUERIES: len(empty["query"]),
        EMPTY_PASSAGES: len(empty["passage"]),
        ABSENT_QUERIES: int((~known).sum()),
        ABSENT_PASSAGES: int((known & ~there).sum()),
    }
    if strict:
        for side, table in (("query", queries), ("passage", passages)):
            if len(empty[side]):
                raise DataError(f"{name}: {side} {table['id'][int(empty[side][0])].as_py()!r} has an empty text.")
        for side, absent in (("query", ~known), ("passage", ~there)):
            if judged is not None and absent.any():
                first = judged(int(np.flatnonzero(absent)[0]))
                identity = first.query if side == "query" else first.passage
                raise DataError(
                    f"{first.where}: {side} {identity!r} is judged but not there: add it or remove the line."
                )
    return Admitted(
        judgements=judgements.where(known & there),
        never_found=judgements.where(known & ~there & (judgements.grade > 0)),
        faults={what: count for what, count in faults.items() if count},
    )


def described(fault: str, count: int) -> str:
    """``5 judgements of passages that are not in the corpus, never found``."""
    things, rest = _SAID[fault]
    return f"{counted(count, things)} {rest}"
