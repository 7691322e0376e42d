"""The study file: what is trained, on what, how often, and what it is tested on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from isoglot.configuration import ConfigFile, ConfigPath, ConfigTable, DataName, DataSource, Seed
from isoglot.debiasing.transforms.kinds import estimator
from isoglot.encoder.fitted import Choice
from isoglot.errors import ConfigError
from isoglot.evaluation.measures import parse_measure
from isoglot.training.config import TrainConfig
from isoglot.translation.config import TranslateConfig

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
ZERO_SHOT = "zero-shot"
REPAIRED = "+repair"
"""Behind an arm's name, where its vectors are repaired before they are measured."""


class DomainConfig(ConfigTable):
    """A training domain."""

    train: list[DataSource] = Field(min_length=1, description="as data.train of a training configuration")
    languages: list[str] | None = Field(None, description="train on these only; all if left out")
    max_items: int | None = Field(None, gt=0, description="draw at most so many items, whole groups")
    max_query_repeats: int | None = Field(None, gt=0, description="as data.max_query_repeats")
    home: str | None = Field(None, description="the test that is this domain's own")
    translate: bool = Field(True, description="translate what is missing, where the study has an engine")


class RepairConfig(ConfigTable):
    """With what every cell is measured once more, repaired: the same for all, chosen before anything is seen."""

    fit: list[DataName] = Field(min_length=1, description="texts in several languages, as for `isoglot debias --fit`")
    kind: str = Field("centring", description="as for `isoglot debias --kind`")
    strength: float = Field(1.0, description="0 does nothing, 1 everything")
    rank: int = Field(0, ge=0, description="how many directions, where the kind removes some")

    @property
    def choice(self) -> Choice:
        """The transform."""
        return Choice(kind=self.kind, strength=self.strength, rank=self.rank)


class VerdictConfig(ConfigTable):
    """The question the study is to answer."""

    treatment: str = "hybrid"
    baseline: str = "mono"
    measure: str = "map"
    also: list[tuple[str, str]] = Field(
        default_factory=list,
        description="more pairs of a treatment and a baseline, of which the verdict is said as well",
    )
    margin: float = Field(0.01, gt=0, description="in the measure's units: a loss that does not matter")
    domains: list[str] | None = Field(None, min_length=1, description="that the verdict is about; all if left out")
    tests: list[str] | None = Field(
        None, min_length=1, description="that the verdict is about, no two with the same queries; all if left out"
    )

    @property
    def questions(self) -> tuple[VerdictConfig, ...]:
        """One for each pair of arms, this one first."""
        others = ({"treatment": treatment, "baseline": baseline} for treatment, baseline in self.also)
        return (self, *(self.model_copy(update={**pair, "also": []}) for pair in others))


class StudyConfig(ConfigFile):
    """A whole study.

    Example::

        >>> config = isoglot.StudyConfig.of("study.toml")
        >>> list(config.arms)
        ['hybrid']

    ``train`` is a training configuration without ``output``, ``seed`` and ``data.train``. What an arm says
    replaces what is said there, key by key, so an arm may be a batch policy, an encoder, or anything else that a
    training run is made of.
    """

    output: ConfigPath
    seeds: list[Seed] = Field([0], min_length=1)
    zero_shot: bool = Field(True, description="test the encoders as they are, too")
    keep_models: bool = Field(True, description="false: a model is removed once it is tested")
    measures: list[str] = Field(["AP", "R@10"], min_length=1)
    draws: int = Field(1_000, ge=20)
    train: dict[str, Any] = Field(description="of every run")
    arms: dict[str, dict[str, Any]] = Field(min_length=1)
    domains: dict[str, DomainConfig] = Field(min_length=1)
    tests: dict[str, DataName] = Field(min_length=1, description="name -> collection, as for `isoglot evaluate`")
    leaks: Literal["unchecked", "keep", "drop"] = Field(
        "unchecked", description="keep: look for tests in the training data and say so; drop: leave such items out"
    )
    translate: TranslateConfig | None = None
    repair: RepairConfig | None = Field(None, description="left out: no cell is measured repaired")
    verdict: VerdictConfig | None = None

    @cached_property
    def runs(self) -> dict[str, TrainConfig]:
        """Arm -> its training run, but for the data, seed and output, which :meth:`training` fills in.

        Raises:
            ConfigError: a run has a key that is unknown or has an unusable value.
        """
        unsaid = {"data": {"train": ["-"]}, "output": self.output}
        return {
            name: TrainConfig.parse(merged(merged(self.train, arm), unsaid), where=f"arms.{name} with train")
            for name, arm in self.arms.items()
        }

    def training(self, arm: str, *, train: str, seed: int, output: Path) -> TrainConfig:
        """The training run of an arm on some data, with a seed."""
        run = self.runs[arm]
        data = run.data.model_copy(update={"train": [train]})
        return run.model_copy(update={"data": data, "seed": seed, "output": output})

    @property
    def encoders(self) -> tuple[str, ...]:
        """The encoders that arms begin with, each once."""
        return tuple(dict.fromkeys(run.encoder.name for run in self.runs.values()))

    @property
    def alphas(self) -> dict[str, float]:
        """Arm -> the share of monolingual batches, of the arms that say nothing else."""
        found = {}
        for name, arm in self.arms.items():
            batch = self.runs[name].batch
            alone = arm.keys() == {"batch"} and arm["batch"].keys() <= {"policy", *batch.settings}
            share = batch.build().monolingual_share
            if alone and share is not None:
                found[name] = share
        return found

    def measured(self, arms: Iterable[str]) -> tuple[str, ...]:
        """The arms and, where the study has a repair, each of them repaired behind it."""
        return tuple(name for arm in arms for name in ((arm,) if self.repair is None else (arm, arm + REPAIRED)))

    def _check(self, where: str) -> None:
        for section in ("arms", "domains", "tests"):
            for name in getattr(self, section):
                if not _NAME.fullmatch(name):
                    raise ConfigError(f"{where}: key '{section}.{name}': names are of letters, digits, '_' and '-'.")
        if ZERO_SHOT in self.arms:
            raise ConfigError(f"{where}: key 'arms.{ZERO_SHOT}': the untrained encoder has this name; choose another.")
        if len(set(self.seeds)) < len(self.seeds):
            raise ConfigError(f"{where}: key 'seeds': must be different.")
        for measure in self.measures:
            parse_measure(measure)
        if self.repair is not None:
            try:
                estimator(self.repair.choice)
            except ConfigError as error:
                raise ConfigError(f"{where}: key 'repair': {error}") from error
        self._check_homes(where)
        self._check_training(where)
        self._check_verdict(where)

    def _check_homes(self, where: str) -> None:
        homes = [domain.home for domain in self.domains.values() if domain.home is not None]
        for name, domain in self.domains.items():
            if domain.home is not None and domain.home not in self.tests:
                raise ConfigError(
                    f"{where}: key 'domains.{name}.home': {domain.home!r} is none of tests: {', '.join(self.tests)}."
                )
            if domain.home is not None and homes.count(domain.home) > 1:
                raise ConfigError(f"{where}: key 'domains.{name}.home': two domains have the home {domain.home!r}.")

    def _check_training(self, where: str) -> None:
        for section, table in (("train", self.train), *((f"arms.{name}", arm) for name, arm in self.arms.items())):
            for key in ("output", "seed"):
                if key in table:
                    raise ConfigError(f"{where}: key '{section}.{key}': the study sets it for every run.")
            if "train" in table.get("data", {}):
                raise ConfigError(f"{where}: key '{section}.data.train': say it in domains.")
        try:
            _ = self.runs
        except ConfigError as error:
            raise ConfigError(f"{where}: {error}") from error

    def _check_verdict(self, where: str) -> None:
        if self.verdict is None:
            return
        known = self.measured((*self.arms, *((ZERO_SHOT,) if self.zero_shot else ())))
        pairs = ((("verdict.treatment", "verdict.baseline"), (self.verdict.treatment, self.verdict.baseline)),)
        for keys, names in (*pairs, *((("verdict.also",) * 2, pair) for pair in self.verdict.also)):
            for key, name in zip(keys, names, strict=True):
                if name not in known:
                    raise ConfigError(f"{where}: key '{key}': {name!r} is none of the arms: {', '.join(known)}.")
        for section in ("domains", "tests"):
            known = tuple(getattr(self, section))
            for name in getattr(self.verdict, section) or ():
                if name not in known:
                    raise ConfigError(f"{where}: key 'verdict.{section}': {name!r} is none of {', '.join(known)}.")
        if self.verdict.measure not in {parse_measure(measure).mean for measure in self.measures}:
            raise ConfigError(
                f"{where}: key 'verdict.measure': {self.verdict.measure!r} is not measured; see measures."
            )


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Two nested tables, of which the second's keys win."""
    result = deepcopy(dict(below))
    for key, value in above.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, Mapping) else deepcopy(value)
    return result
