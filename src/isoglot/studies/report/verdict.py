"""The answer in words, each sentence with the number that it stands on and its uncertainty."""

from __future__ import annotations

import math
from collections.abc import Iterator

from isoglot.evaluation.comparison.comparison import LEVEL
from isoglot.evaluation.settings import Setting
from isoglot.studies.answer import Answer, SettingAnswer
from isoglot.studies.shift.interaction import Interaction
from isoglot.studies.shift.uncertainty import Uncertain
from isoglot.wording import counted, enumerated, p_value, signed, with_interval

_WHERE: dict[Setting, str] = {
    "mono": "within one language (mono)",
    "cross": "from one language to another (cross)",
    "multi": "in one pool of all languages (multi)",
    "single-gold": "in the pool with one relevant passage left (single-gold)",
}


def verdict(answer: Answer) -> Iterator[str]:
    """Sentences, the most important first."""
    question = answer.question
    count = len(answer.seeds)
    yield (
        f"Compared: {question.treatment} with {question.baseline}, trained on {enumerated(answer.domains)}, "
        f"{counted(count, 'seeds')} each; differences in {question.measure}, with 95% intervals over "
        f"questions{' and seeds' if count > 1 else ' (one seed: another training may differ)'}."
    )
    for setting, part in answer.settings.items():
        yield from _setting(answer, setting, part)


def _setting(answer: Answer, setting: Setting, part: SettingAnswer) -> Iterator[str]:
    treatment, baseline, margin = answer.question.treatment, answer.question.baseline, answer.question.margin
    if math.isnan(part.abroad.value):
        yield f"{_WHERE[setting].capitalize()}: cells are missing, so there is no answer out of domain."
        return
    yield (
        f"{_WHERE[setting].capitalize()}, out of domain, {treatment} {_changes(part.abroad, baseline, margin)}: "
        f"{said(part.abroad)}."
    )
    if not math.isnan(part.home.value):
        yield (
            f"In domain ({enumerated(part.homes)}) it {_changes(part.home, baseline, margin)}: {said(part.home)}. "
            f"The gap between in domain and out of domain {_gap(part.gap)}: {said(part.gap)}."
        )
    better = [cell for cell, p in part.p_holm.items() if p < LEVEL and part.cells[cell].value > 0]
    worse = [cell for cell, p in part.p_holm.items() if p < LEVEL and part.cells[cell].value < 0]
    yield (
        f"Of {len(part.cells)} pairs of training domain and test, {len(better)} are better and {len(worse)} worse "
        f"after Holm's correction{_named(worse)}."
    )
    for test, found in part.interactions.items():
        if isinstance(found, Interaction):
            word = "depends" if found.p < LEVEL else "is not seen to depend"
            p = p_value(found.p, "{:.3f}".format)  # with the 0 before the point, as in the reports in docs/results
            yield f"On {test}, which languages gain {word} on the training domain (p {p})."


def _changes(found: Uncertain, baseline: str, margin: float) -> str:
    """What can be said of a difference."""
    if math.isnan(found.low):
        return f"cannot be told from {baseline}, for want of clusters"
    if found.low > 0:
        return f"is better than {baseline}"
    if found.high < 0:
        lost = "; it loses less than the margin" if found.p_below(margin) < LEVEL else ""
        return f"is worse than {baseline}{lost}"
    if -margin < found.low and found.high < margin:
        return f"differs from {baseline} by less than {margin:g}"
    if found.p_below(margin) < LEVEL:
        return f"is no worse than {baseline} by {margin:g} or more"
    return f"is not told from {baseline} by this study"


def _gap(found: Uncertain) -> str:
    if math.isnan(found.low):
        return "cannot be judged"
    if found.high < 0:
        return "shrinks"
    return "grows" if found.low > 0 else "is not seen to change"


def said(found: Uncertain) -> str:
    """``+.052 [+.047, +.058]``."""
    return with_interval(found, signed)


def _named(cells: list[tuple[str, str]]) -> str:
    return f" (worse: {', '.join(f'{source} on {test}' for source, test in cells)})" if cells else ""
