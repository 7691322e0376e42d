"""How much training sees of each language, and how often it sees the same texts of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from isoglot.arrays import Floats, Ints
from isoglot.batching.plan import BatchPlan
from isoglot.batching.policies.registry import settings_of
from isoglot.linting.findings import LintFinding
from isoglot.wording import listed

_STARVED = 0.25  # of an even share of the pairs
_BATCHES_A_LANGUAGE = 20  # Poisson: less than a quarter of that comes of chance for one language in 60,000
_EVEN = 0.5  # of the batches monolingual: every language then gets half of an even share, but for chance
_WORN = 5.0  # times as often as the median language's texts; and
_REPEATS = 3.0  # at least so often


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """(languages,) float64 arrays, of the whole run.

    Attributes:
        as_query, as_passage: pairs with their query, or passage, in the language.
        query_uses, passage_uses: times that a text of the language is seen, on average; 0 where there are none.
        pairs: of the run.
        epochs: of the run.
    """

    as_query: Floats
    as_passage: Floats
    query_uses: Floats
    passage_uses: Floats
    pairs: float
    epochs: float

    @property
    def scarcer(self) -> Floats:
        """(languages,) pairs on the side where the language has fewer."""
        least: Floats = np.minimum(self.as_query, self.as_passage)
        return least

    @property
    def uses(self) -> Floats:
        """(languages,) of queries or passages, whichever are seen more often."""
        most: Floats = np.maximum(self.query_uses, self.passage_uses)
        return most


def exposure(plan: BatchPlan) -> Exposure:
    """Count over a plan's batches; a run of which only the beginning was drawn goes on like that."""
    data = plan.sampler.pairs.parallel
    scale = plan.steps / len(plan.batches)
    queries = _count([batch.query_language for batch in plan.batches], len(data.languages)) * scale
    passages = _count([batch.passage_language for batch in plan.batches], len(data.languages)) * scale
    return Exposure(
        as_query=queries,
        as_passage=passages,
        query_uses=queries / np.maximum(data.has_query.sum(axis=0), 1),
        passage_uses=passages / np.maximum(data.has_passage.sum(axis=0), 1),
        pairs=plan.pairs * scale,
        epochs=plan.steps / plan.epoch,
    )


def _count(parts: list[Ints], languages: int) -> Floats:
    counts: Floats = np.bincount(np.concatenate(parts), minlength=languages).astype(np.float64)
    return counts


def exposure_findings(found: Exposure, plan: BatchPlan) -> Iterator[LintFinding]:
    """Languages that training hardly sees, or whose few texts it sees over and over."""
    languages = plan.sampler.pairs.parallel.languages
    even = found.pairs / len(languages)
    starved = [number for number in np.argsort(found.scarcer) if found.scarcer[number] < _STARVED * even]
    if starved:
        least = listed(f"{languages[number]} {found.scarcer[number]:,.0f}" for number in starved)
        key, value, remedy = _remedy(plan, len(languages))
        yield LintFinding(
            severity="warning",
            subject="starved-language",
            key=key,
            value=value,
            message=(
                f"of {found.pairs:,.0f} pairs in {plan.steps:,} steps, an even share for each of {len(languages)} "
                f"languages is {even:,.0f}, but these are the query or the passage of far fewer: {least}; {remedy}."
            ),
        )
    median = float(np.median(found.uses))
    worn = [number for number in np.argsort(-found.uses) if found.uses[number] >= max(_REPEATS, _WORN * median)]
    if worn:
        most = listed(f"{languages[number]} {found.uses[number]:.1f} times" for number in worn)
        keep = [language for number, language in enumerate(languages) if number not in worn]
        yield LintFinding(
            severity="warning",
            subject="repeated-language",
            key="data.languages",
            value=keep,
            message=(
                f"the run sees a text of the median language {median:.1f} times, but those of some languages far more "
                f"often, which invites learning them by heart: {most}; translate more items into them, or leave them "
                "out of data.languages."
            ),
        )


def _remedy(plan: BatchPlan, languages: int) -> tuple[str, Any, str]:
    """(Key, value, what to do). Monolingual batches draw languages evenly."""
    policies = [source.source.policy for source in plan.sampler.sources]
    share = min(policy.monolingual_share or 0.0 for policy in policies)
    if share >= _EVEN:  # so it was chance
        steps = round(_BATCHES_A_LANGUAGE * languages / share)
        return "optimization.steps", steps, f"set optimization.steps = {steps}, so that chance evens out"
    if all("alpha" in settings_of(type(policy)) for policy in policies):
        how = f"set batch.alpha = {_EVEN}, as monolingual batches draw languages evenly, or translate more items"
        return "batch.alpha", _EVEN, how
    how = 'set batch.policy = "hybrid", half of whose batches draw languages evenly, or translate more items'
    return "batch.policy", "hybrid", how
