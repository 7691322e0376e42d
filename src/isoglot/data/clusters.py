"""Which queries, or paragraphs, belong together: what statistics resample as one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from isoglot.arrays import Ints, distinct

_MOST_IN_ONE = 0.05  # of the queries: a larger component is a chain of chance links rather than one text
_FEW = 20  # queries: below, one text may well have more than that share


@dataclass(frozen=True, eq=False)
class Clusters:
    """Attributes:
    of_query: (queries,) int64, clusters numbered in order of first appearance.
    rule: how they were found, in words.
    """

    of_query: Ints
    rule: str


def shared_answers(query_group: Ints, query: Ints, answer: Ints) -> Clusters:
    """Clusters of queries for which none are stated: what shares a relevant passage is about one text.

    A cluster is a connected component of queries over their groups (one question in several languages) and the groups
    of their relevant passages (one passage in several languages). Where the largest has more than 5% of the queries,
    and more than 20, chance links have joined much of the collection; then a cluster is a query's group.

    Args:
        query_group: (queries,) int64, from 0.
        query, answer: (judgements,) int64, relevant pairs: the query, and the group of the passage.
    """
    groups = int(query_group.max(initial=-1)) + 1
    _, answer = np.unique(answer, return_inverse=True)
    label = _components(query_group[query], groups + answer, groups + int(answer.max(initial=-1)) + 1)
    found = distinct(label[query_group])[1]
    largest = int(np.bincount(found).max(initial=0))
    share = largest / max(1, len(found))
    if largest <= _FEW or share <= _MOST_IN_ONE:
        return Clusters(found, "queries that share a relevant passage")
    rule = f"queries of one group, since shared passages would join {share:.0%} of the queries"
    return Clusters(distinct(query_group)[1], rule)


def connected(left: Ints, right: Ints) -> Ints:
    """(rows,) int64: rows that share a code on either side, through others too, are one; by first appearance.

    Args:
        left, right: (rows,) int64, each from 0 without gaps.
    """
    lefts, rights = (int(codes.max(initial=-1)) + 1 for codes in (left, right))
    return distinct(_components(left, lefts + right, lefts + rights)[left])[1]


def _components(left: Ints, right: Ints, size: int) -> Ints:
    """(size,) int64: the least node of each node's component, from edges."""
    label = np.arange(size)
    while True:
        least = np.minimum(label[left], label[right])
        lowered = label.copy()
        for end in (left, right):
            np.minimum.at(lowered, label[end], least)
        lowered = lowered[lowered]
        if (lowered == label).all():
            return label
        label = lowered


def components(sets: Iterable[Sequence[str]]) -> dict[str, str]:
    """Member -> a member that its component is named after; sets that share a member are in one component.

    In XQuAD a paragraph has one place in all languages; in MLQA the same article text sits at different
    places, and only the shared question ids tell that two paragraphs belong together.

    Args:
        sets: each with a member or more: the paragraphs of one question, one a language.
    """
    parent: dict[str, str] = {}

    def root(member: str) -> str:
        while parent.setdefault(member, member) != member:
            parent[member] = parent[parent[member]]
            member = parent[member]
        return member

    for first, *others in sets:
        root(first)
        for other in others:
            parent[root(other)] = root(first)
    return {member: root(member) for member in list(parent)}
