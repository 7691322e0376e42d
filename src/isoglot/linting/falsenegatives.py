"""False negatives: negatives of a batch that answer the query, which the loss pushes away all the same."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from isoglot.arrays import Bools, Ints
from isoglot.batching.plan import BatchPlan
from isoglot.batching.policies.kinds import BatchKind
from isoglot.batching.sampler import Batch
from isoglot.linting.birthday import colliding_pairs, together, unseen
from isoglot.linting.findings import LintFinding
from isoglot.linting.homes import home_forms, home_languages
from isoglot.text.near.jaccard import near_pairs

MOST_COMPARED = 20_000  # passages, in whole batches: some ten seconds

_OFTEN = 0.01  # of the queries


@dataclass(frozen=True, kw_only=True)
class FalseNegatives:
    """Per batch. A false negative is a query and a passage in its batch that is not its own and answers it.

    Attributes:
        compared: batches whose texts were compared.
        same_query: false negatives whose own query has the words of this one, in this one's language.
        expected_same_query: the same by formula (:mod:`isoglot.linting.birthday`), over all batches drawn.
        near_passage: false negatives whose passage is equal or near to the positive, in the language most items have.
        either: one of the two, counted once.
        queries: share of the queries that have such a negative.
        kept_apart: pairs of items of one group or passage text that a sampler blind to them would put in a batch.
        example: ids of two items that meet like that most often; None where none do.
    """

    compared: int
    same_query: float
    expected_same_query: float
    near_passage: float
    either: float
    queries: float
    kept_apart: float
    example: tuple[str, str] | None


def false_negatives(plan: BatchPlan, forms: Ints, *, most: int = MOST_COMPARED) -> FalseNegatives:
    """Compare the texts of a plan's batches, and what the formulas say.

    Args:
        forms: (items, languages) int64, as :attr:`isoglot.linting.queries.QueryCodes.form`.
        most: passages to compare, in batches evenly spaced over the plan; one batch at least.
    """
    data = plan.sampler.pairs.parallel
    homes = home_languages(data)
    batches = plan.sample(most)
    counts = np.zeros(4)
    queries = 0
    met = Counter[tuple[int, int]]()
    for batch in batches:
        other = batch.items[:, None] != batch.items  # an item's own passages in other languages are its positives
        same, near = _same_query(batch, forms) & other, near_pairs(home_forms(data, batch.items, homes)) & other
        wrong = same | near
        counts += same.sum(), near.sum(), wrong.sum(), wrong.any(axis=1).sum()
        queries += len(batch.items)
        met.update(tuple(sorted(pair)) for pair in batch.items[np.argwhere(wrong)].tolist())
    kept_apart, expected = _expected(plan, forms)
    return FalseNegatives(
        compared=len(batches),
        same_query=float(counts[0] / len(batches)),
        expected_same_query=expected,
        near_passage=float(counts[1] / len(batches)),
        either=float(counts[2] / len(batches)),
        queries=float(counts[3] / queries),
        kept_apart=kept_apart,
        example=_names(plan, met),
    )


def _same_query(batch: Batch, forms: Ints) -> Bools:
    """(queries, passages) bool: the item of the passage has the query too, in the query's language."""
    shown = forms[batch.items][:, batch.query_language].T  # (queries, items): each item's query in the query's language
    own = np.diag(shown)[:, None]
    same: Bools = (shown == own) & (own != 0)
    np.fill_diagonal(same, False)
    return same


def _expected(plan: BatchPlan, forms: Ints) -> tuple[float, float]:
    """(Colliding pairs a batch if collisions were not kept apart, false negatives of equal queries a batch)."""
    pools = Counter((batch.source, batch.kind, len(batch.items) // batch.kind.copies) for batch in plan.batches)
    known: dict[tuple[int, BatchKind], tuple[int, int, float]] = {}
    apart = same = 0.0
    for (source, kind, size), batches in pools.items():
        if (source, kind) not in known:
            known[source, kind] = _pool(plan, forms, source, kind)
        items, pairs, others = known[source, kind]
        share = batches / len(plan.batches) * together(items=items, batch=size)
        apart, same = apart + share * pairs, same + share * others
    return apart, same


def _pool(plan: BatchPlan, forms: Ints, source: int, kind: BatchKind) -> tuple[int, int, float]:
    """Of the items that a kind of batch draws from: how many, pairs of them that collide, and items that have another's
    query in the language it is shown in and may meet it, summed over all."""
    data, keys = plan.sampler.pairs.parallel, plan.sampler.pairs.collisions
    drawn = plan.sampler.sources[source]
    items = drawn.able(kind)
    weights = kind.query_weights(data.has_query[items], data.has_passage[items], drawn.weights)
    others = sum(
        float((weights[:, column] * unseen(forms[items, column], keys[items])).sum())
        for column in np.flatnonzero(weights.any(axis=0)).tolist()
    )
    return len(items), colliding_pairs(keys[items]), others


def _names(plan: BatchPlan, met: Counter[tuple[int, int]]) -> tuple[str, str] | None:
    if not met:
        return None
    (one, other), _ = met.most_common(1)[0]
    identities = plan.sampler.pairs.parallel.rows[[one, other]]["id"]
    return identities[0], identities[1]


def false_negative_findings(found: FalseNegatives, plan: BatchPlan, *, repeats: int | None) -> Iterator[LintFinding]:
    """What the sampler keeps apart, and a warning of what it cannot see.

    Args:
        repeats: ``data.max_query_repeats`` as it is.
    """
    size = plan.global_size
    if found.kept_apart:
        yield LintFinding(
            severity="note",
            subject="collisions",
            message=(
                f"drawn at random, a batch of {size} would hold {found.kept_apart:.2f} pairs of items of one group or "
                "one passage text, each other's false negatives; the sampler keeps them apart, so no batch holds any."
            ),
        )
    if not found.either:
        return
    by_query = found.same_query >= found.near_passage
    key, value, remedy = _remedy(by_query=by_query, repeats=repeats)
    yield LintFinding(
        severity="warning" if found.queries >= _OFTEN else "note",
        subject="false-negatives",
        key=key,
        value=value,
        message=(
            f"a batch of {size} holds {found.either:.2f} false negatives that no group declares "
            f"({found.same_query:.2f} with the words of the query, {found.near_passage:.2f} with a passage near to the "
            f"positive; {found.queries:.1%} of the queries have one; counted in {found.compared:,} batches), as of "
            f"the items {' and '.join(map(repr, found.example or ()))}: {remedy}."
        ),
    )


def _remedy(*, by_query: bool, repeats: int | None) -> tuple[str, int | None, str]:
    """(Key, value, what to do)."""
    if by_query and repeats != 1:
        lower = 1 if repeats == 2 else 2
        return "data.max_query_repeats", lower, f"set data.max_query_repeats = {lower}, or give such items one group"
    return "", None, "give such items one group in the data, or remove all but one"
