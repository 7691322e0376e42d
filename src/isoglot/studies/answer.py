"""The study's question: what the treatment does to retrieval at home and abroad, compared with the baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from isoglot.arrays import Bools, Floats, Ints
from isoglot.errors import ConfigError
from isoglot.evaluation.settings import SETTINGS, Setting
from isoglot.evaluation.statistics.multiplicity import holm
from isoglot.studies.config import ZERO_SHOT, VerdictConfig
from isoglot.studies.outcome import StudyOutcome, paired_difference
from isoglot.studies.shift.interaction import Interaction, interaction
from isoglot.studies.shift.measures import effective_robustness, in_domain, mean_gap, out_of_domain
from isoglot.studies.shift.uncertainty import Arm, Uncertain, difference, uncertain


@dataclass(frozen=True, kw_only=True)
class SettingAnswer:
    """One setting's part; differences are treatment minus baseline.

    Attributes:
        home: difference at home, mean over domains that have a home in this setting.
        abroad: difference on all other tests, mean over them and then over domains.
        gap: difference of the domain gap (home minus abroad): below 0 where the treatment loses less abroad.
        cells: (domain, test) -> difference.
        p_holm: (domain, test) -> p, over all cells of all settings.
        interactions: test -> whether languages gain otherwise after one training domain than after another; or
            the reason why that cannot be tested.
        effective: domain -> effective robustness of the treatment against the line through the other arms, or the
            reason why there is none.
        homes: the domains that have a home here.
    """

    home: Uncertain
    abroad: Uncertain
    gap: Uncertain
    cells: dict[tuple[str, str], Uncertain]
    p_holm: dict[tuple[str, str], float]
    interactions: dict[str, Interaction | str]
    effective: dict[str, Uncertain | str]
    homes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Attributes:
    question: the arms, the measure and the margin.
    domains: those that both arms were trained on.
    seeds: those that both arms have in all of these domains.
    settings: setting -> its part; settings that no test has are missing.
    """

    question: VerdictConfig
    domains: tuple[str, ...]
    seeds: tuple[int, ...]
    settings: dict[Setting, SettingAnswer]


def answer(outcome: StudyOutcome, question: VerdictConfig) -> Answer | str:
    """The answer, or why there is none."""
    pair = (question.baseline, question.treatment)
    domains, seeds = outcome.shared(pair)
    if not domains:
        return f"no domain has a finished run of both {question.treatment} and {question.baseline} on every test."
    parts = {}
    for setting in SETTINGS:
        arms = [outcome.arm(name, setting, domains=domains, seeds=seeds) for name in pair]
        if arms[0] is not None and arms[1] is not None:
            parts[setting] = _setting(outcome, question, setting, (arms[0], arms[1]), seeds)
    return Answer(question=question, domains=domains, seeds=seeds, settings=_corrected(parts))


def _setting(
    outcome: StudyOutcome, question: VerdictConfig, setting: Setting, arms: tuple[Arm, Arm], seeds: Sequence[int]
) -> SettingAnswer:
    matrix = arms[0].matrix
    home = outcome.homes(matrix)
    with_home = np.flatnonzero(home >= 0)

    def one(row: int, column: int) -> Callable[[Floats], Floats]:
        return lambda values: values[..., row, column]

    cells = {
        (source, target): difference(*arms, one(row, column))
        for row, source in enumerate(matrix.sources)
        for column, target in enumerate(matrix.targets)
        if not np.isnan(matrix.values[row, column])
    }
    return SettingAnswer(
        home=difference(*arms, partial(in_domain, home=home)),
        abroad=difference(*arms, partial(out_of_domain, home=home)),
        gap=difference(*arms, partial(mean_gap, home=home)),
        cells=cells,
        p_holm={},
        interactions=_interactions(outcome, question, setting, matrix.sources, matrix.targets, seeds),
        effective=_effective(outcome, question, setting, matrix.sources, seeds),
        homes=tuple(matrix.sources[row] for row in with_home),
    )


def _corrected(parts: Mapping[Setting, SettingAnswer]) -> dict[Setting, SettingAnswer]:
    """Cells with p values corrected together: they are one family of claims."""
    keys = [(setting, cell) for setting, part in parts.items() for cell in part.cells]
    adjusted = holm(np.nan_to_num([parts[setting].cells[cell].p for setting, cell in keys], nan=1.0))
    found = dict(zip(keys, adjusted.tolist(), strict=True))
    return {
        setting: SettingAnswer(**{**vars(part), "p_holm": {cell: found[setting, cell] for cell in part.cells}})
        for setting, part in parts.items()
    }


def _interactions(
    outcome: StudyOutcome,
    question: VerdictConfig,
    setting: Setting,
    domains: Sequence[str],
    tests: Sequence[str],
    seeds: Sequence[int],
) -> dict[str, Interaction | str]:
    found: dict[str, Interaction | str] = {}
    for test in tests:
        try:
            found[test] = _interaction(outcome, question, setting, domains, test, seeds)
        except ConfigError as error:
            found[test] = str(error)
    return found


def _interaction(
    outcome: StudyOutcome,
    question: VerdictConfig,
    setting: Setting,
    domains: Sequence[str],
    test: str,
    seeds: Sequence[int],
) -> Interaction:
    """Do cells (languages, or pairs) differ in what they gain by training domain?"""
    gains, clusters = [], np.empty(0, dtype=np.int64)
    for domain in domains:
        a, b = (outcome.scores(arm, domain, test, setting, seeds) for arm in (question.baseline, question.treatment))
        gains.append(paired_difference(a, b, outcome.measure))
        clusters = next(iter(outcome.of(question.treatment, domain, test).values())).topics.cluster
    return interaction(
        np.concatenate([gain.values[outcome.measure] for gain in gains]),
        cluster=np.concatenate([clusters[gain.query] for gain in gains]),
        language=np.concatenate([gain.cell for gain in gains]),
        domain=np.repeat(np.arange(len(gains)), [len(gain.query) for gain in gains]),
        languages=gains[0].cells,
        domains=domains,
        draws=2_000,
        seed=0,
    )


def _effective(
    outcome: StudyOutcome, question: VerdictConfig, setting: Setting, domains: Sequence[str], seeds: Sequence[int]
) -> dict[str, Uncertain | str]:
    """Of every domain with a home: is the treatment better abroad than the line through the other arms lets expect?"""
    config = outcome.study.config
    names = [name for name in (*config.arms, *((ZERO_SHOT,) if config.zero_shot else ())) if name != question.treatment]
    made = [outcome.arm(name, setting, domains=domains, seeds=seeds) for name in (question.treatment, *names)]
    arms = [arm for arm in made if arm is not None]
    home = outcome.homes(arms[0].matrix)  # all arms have the same columns
    found: dict[str, Uncertain | str] = {}
    for row, domain in enumerate(domains):
        there = [arm for arm in arms if not np.isnan(arm.matrix.values[row]).any()]
        if not there or home[row] < 0 or len(there[0].matrix.targets) < 2:
            continue
        if len(there) < 4:
            found[domain] = "fewer than three other arms, through which any line would pass."
            continue
        reference = np.arange(len(there)) > 0
        found[domain] = uncertain(
            _residual([arm.matrix.values[[row]] for arm in there], home[[row]], reference),
            _residual([arm.matrix.value_draws[:, [row]] for arm in there], home[[row]], reference),
            _residual([arm.seeds[:, [row]] for arm in there], home[[row]], reference),
            min(arm.matrix.clusters for arm in there),
        )
    return found


def _residual(matrices: Sequence[Floats], home: Ints, reference: Bools) -> Floats:
    """(..., 1, targets) of every arm -> (...,) of the first arm."""
    inside = np.stack([in_domain(matrix, home) for matrix in matrices], axis=-1)
    outside = np.stack([out_of_domain(matrix, home) for matrix in matrices], axis=-1)
    residual: Floats = effective_robustness(inside, outside, reference)[..., 0]
    return residual
