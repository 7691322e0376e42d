"""What came of the cells: per-query values by arm, domain, seed and test, and the matrices made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from isoglot.arrays import Ints
from isoglot.evaluation.bias.distance import RANK_DISTANCE
from isoglot.evaluation.scores import Scores, Topics
from isoglot.evaluation.settings import Setting, settings_of
from isoglot.evaluation.topics import read_topics
from isoglot.studies.cells import StudyCell, StudyTest
from isoglot.studies.config import REPAIRED, ZERO_SHOT
from isoglot.studies.prepared import PreparedStudy
from isoglot.studies.shift.transfer import Target, TransferMatrix
from isoglot.studies.shift.uncertainty import Arm

Table = Setting | Literal["bias"]
DISTANCE = RANK_DISTANCE.name
_DRAWS, _SEED = 2_000, 0
_NONE = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class StudyRun:
    """One finished cell on one test, with the study's repair or without."""

    cell: StudyCell
    topics: Topics
    repaired: bool

    @property
    def arm(self) -> str:
        """The cell's, which says whether it is repaired."""
        return self.cell.arm + REPAIRED if self.repaired else self.cell.arm

    def scores(self, table: Table, measure: str) -> Scores | None:
        """Per-query values; None where the test does not have this."""
        found = self.topics.tables.get(table)
        return found if found is not None and measure in found.values else None

    def macro(self, table: Table, measure: str) -> float:
        """The average over languages; NaN where the test does not have this."""
        found = self.scores(table, measure)
        return float("nan") if found is None else found.macro(measure)


@dataclass(frozen=True, kw_only=True)
class StudyOutcome:
    """Attributes:
    study: what was run.
    measure: what the per-query values are of, beside the rank distance.
    runs: (cell's label, test, repaired) -> the run; what is missing or failed is not there.
    """

    study: PreparedStudy
    measure: str
    runs: Mapping[tuple[str, str, bool], StudyRun]
    _arms: dict[tuple[Any, ...], Arm | None] = field(default_factory=dict, repr=False)  # the draws take a while

    @classmethod
    def read(cls, study: PreparedStudy, measure: str) -> StudyOutcome:
        """Read what is there.

        Raises:
            DataError: a file of per-query values is broken.
        """
        runs = {}
        for cell in study.plan.cells:
            for test in study.measurements:
                if cell.tested([test]):
                    topics = read_topics(cell.results(test), names=(measure, DISTANCE))[test.collection.name]
                    repaired = test.repair is not None
                    runs[cell.label, test.name, repaired] = StudyRun(cell=cell, topics=topics, repaired=repaired)
        return cls(study=study, measure=measure, runs=runs)

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains of the verdict that some cell was trained on."""
        config, found = self.study.config, {run.cell.domain for run in self.runs.values()}
        asked = (config.verdict and config.verdict.domains) or config.domains
        return tuple(name for name in config.domains if name in asked and name in found)

    @property
    def finished(self) -> tuple[tuple[str, str | None], ...]:
        """(Arm, domain) of the finished cells, the encoders as they are first, domains together."""
        config = self.study.config
        found = {(run.arm, run.cell.domain) for run in self.runs.values()}
        arms = config.measured(config.arms)
        untrained = sorted(key for key in found if key[0].startswith(ZERO_SHOT))
        return (*untrained, *((arm, d) for d in config.domains for arm in arms if (arm, d) in found))

    @property
    def arms(self) -> tuple[str, ...]:
        """Of the finished cells, in one order for all pictures: an arm keeps its colour."""
        return tuple(dict.fromkeys(arm for arm, _ in self.finished))

    def shared(self, arms: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """(The domains on which all the arms have a seed in common, the seeds that they have in all of these)."""
        seeds = {domain: set.intersection(*(self._seeds(arm, domain) for arm in arms)) for domain in self.domains}
        domains = tuple(domain for domain, found in seeds.items() if found)
        common = set.intersection(*(seeds[domain] for domain in domains)) if domains else set()
        return (domains, tuple(sorted(common))) if common else ((), ())

    def homes(self, matrix: TransferMatrix) -> Ints:
        """(sources,) which target of a matrix is each source's home, -1 for none."""
        found = (self.study.config.domains[domain].home for domain in matrix.sources)
        return np.array(
            [matrix.targets.index(home) if home in matrix.targets else -1 for home in found], dtype=np.int64
        )

    def of(self, arm: str, domain: str | None, test: str) -> dict[int | None, StudyRun]:
        """Seed -> the run of an arm on a domain, tested on a collection."""
        found = (run for (_, name, _), run in self.runs.items() if name == test)
        return {run.cell.seed: run for run in found if (run.arm, run.cell.domain) == (arm, domain)}

    def tests(self, setting: Setting) -> tuple[StudyTest, ...]:
        """Tests of the verdict that have the setting."""
        config = self.study.config
        asked = (config.verdict and config.verdict.tests) or config.tests
        return tuple(
            test for test in self.study.tests if test.name in asked and setting in settings_of(test.collection)
        )

    def columns(self, test: str) -> list[tuple[str, Table, str]]:
        """(heading, table, name) of what is shown of a test; a pool of one language has no rank distance."""
        there = settings_of(next(known.collection for known in self.study.tests if known.name == test))
        shown: list[tuple[str, Table, str]] = [(setting, setting, self.measure) for setting in there]
        return [*shown, (RANK_DISTANCE.heading, "bias", DISTANCE)] if "multi" in there else shown

    def arm(self, name: str, setting: Setting, *, domains: Sequence[str], seeds: Sequence[int]) -> Arm | None:
        """The matrices of an arm in a setting; None where no test has it. A zero-shot arm has the same in every row."""
        key = (name, setting, tuple(domains), tuple(seeds))
        if key not in self._arms:
            self._arms[key] = self._arm(name, setting, domains=domains, seeds=seeds)
        return self._arms[key]

    def whole_arm(self, name: str, setting: Setting) -> Arm | None:
        """The matrices of an arm over the domains and seeds that it has; None where there is none."""
        domains, seeds = self.shared([name])
        return self.arm(name, setting, domains=domains, seeds=seeds) if domains else None

    def _arm(self, name: str, setting: Setting, *, domains: Sequence[str], seeds: Sequence[int]) -> Arm | None:
        targets, tables = [], []
        for test in self.tests(setting):
            runs = {domain: self.scores(name, domain, test.name, setting, seeds) for domain in domains}
            found = {domain: list(scores) for domain, scores in runs.items() if scores}
            clusters = [run.topics.cluster for run in self._runs(name, domains, test.name)]
            # A test that no run has is there too, without values: matrices of all arms have the same columns.
            targets.append(Target(name=test.name, clusters=clusters[0] if clusters else _NONE, runs=found))
            tables.append(
                [[s.macro(self.measure) for s in runs[domain]] or [np.nan] * len(seeds) for domain in domains]
            )
        if not any(target.runs for target in targets):
            return None
        matrix = TransferMatrix.of(targets, self.measure, sources=domains, draws=_DRAWS, seed=_SEED)
        return Arm(matrix=matrix, seeds=np.array(tables, dtype=np.float64).transpose(2, 1, 0))

    def scores(self, arm: str, domain: str, test: str, setting: Setting, seeds: Sequence[int]) -> list[Scores]:
        """Per-query values of each seed, in order; none unless all are there. A zero-shot run is that of every seed."""
        runs = self.of(arm, domain, test) or {seed: run for run in self.of(arm, None, test).values() for seed in seeds}
        if not all(seed in runs for seed in seeds):
            return []
        found = [runs[seed].scores(setting, self.measure) for seed in seeds]
        return [scores for scores in found if scores is not None]

    def _seeds(self, arm: str, domain: str) -> set[int]:
        """The seeds of an arm that are finished on a domain, on every test; a zero-shot arm has them all."""
        if arm.startswith(ZERO_SHOT):
            return set(self.study.config.seeds) if self.runs else set()
        tests = (self.of(arm, domain, test.name) for test in self.study.tests)
        return set.intersection(*({seed for seed in runs if seed is not None} for runs in tests))

    def _runs(self, arm: str, domains: Sequence[str], test: str) -> list[StudyRun]:
        return [run for domain in (None, *domains) for run in self.of(arm, domain, test).values()]


def paired_difference(a: Sequence[Scores], b: Sequence[Scores], measure: str) -> Scores:
    """Per-query values of B minus those of A, means over seeds."""
    mean_a, mean_b = (np.mean([scores.values[measure] for scores in runs], axis=0) for runs in (a, b))
    return replace(b[0], values={measure: mean_b - mean_a})
