"""A policy is one class: configurations, the sampler, the linter and studies take it once it is registered."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from isoglot.arrays import Bools, Floats, Ints
from isoglot.batching.pairs import PairDataset
from isoglot.batching.policies.chances import LanguageChances
from isoglot.batching.policies.kinds import BatchKind
from isoglot.batching.policies.monolingual import Monolingual
from isoglot.batching.policies.policy import Policy, pairs_languages
from isoglot.batching.policies.registry import POLICIES
from isoglot.batching.sampler import LanguageBatchSampler
from isoglot.errors import ConfigError
from isoglot.linting.lint import lint
from isoglot.studies.config import StudyConfig
from isoglot.studies.domains import Domain
from isoglot.studies.plan import make_plan
from isoglot.training.config import TrainConfig
from isoglot.training.data import training_data

LANGUAGES = ("de", "en", "es")


@dataclass(frozen=True)
class Direction:
    """All queries in one language, all passages in another."""

    in_words: ClassVar[str] = "in one and another language"
    pairs_languages: ClassVar[bool] = True
    copies: ClassVar[int] = 1
    language: ClassVar[None] = None

    query: int
    passage: int

    def eligible(self, has_query: Bools, has_passage: Bools) -> Bools:
        both: Bools = has_query[:, self.query] & has_passage[:, self.passage]
        return both

    def languages(
        self, has_query: Bools, has_passage: Bools, rng: np.random.Generator, weights: Floats | None = None
    ) -> tuple[Ints, Ints]:
        return np.full(len(has_query), self.query), np.full(len(has_query), self.passage)

    def query_weights(self, has_query: Bools, has_passage: Bools, weights: Floats | None = None) -> Floats:
        return np.eye(has_query.shape[1])[np.full(len(has_query), self.query)]


@dataclass(frozen=True)
class Directed(Policy):
    """One direction a batch; a share stays within one language."""

    name: ClassVar[str] = "directed"
    summary: ClassVar[str] = "one language of queries and another of passages a batch"

    stay: float = 0.0

    def __post_init__(self) -> None:
        if self.stay > 1:
            raise ConfigError(f"stay must be a share, but is {self.stay}.")

    @property
    def monolingual_share(self) -> float:
        return self.stay

    def kinds(self, languages: Ints) -> tuple[BatchKind, ...]:
        mono = Monolingual().kinds(languages) if self.stay else ()
        pairs = ((q, p) for q in languages.tolist() for p in languages.tolist() if q != p)
        return (*mono, *(Direction(q, p) for q, p in pairs if self.stay < 1))

    def draw(self, languages: LanguageChances, rng: np.random.Generator) -> BatchKind:
        if rng.random() < self.stay:
            return Monolingual().draw(languages, rng)
        return Direction(*languages.some(2, rng))


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(POLICIES, Directed.name, Directed)


@pytest.fixture
def content(tmp_path: Path, tiny_encoder: Path) -> dict[str, Any]:
    rows = [
        {"id": f"i{n}"}
        | {
            side: {lang: f"{lang} {side[0]}{n * 7919 % 10007}" for lang in LANGUAGES[: 2 + n % 2]}
            for side in ("query", "passage")
        }
        for n in range(60)
    ]
    items = tmp_path / "items.jsonl"
    items.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return {
        "output": str(tmp_path / "out"),
        "encoder": {"name": str(tiny_encoder)},
        "data": {"train": [str(items)]},
        "batch": {"policy": "directed", "stay": 0.25, "size": 6},
        "optimization": {"steps": 60, "check_every": 30},
    }


def parse(content: dict[str, Any], **batch: Any) -> TrainConfig:
    return TrainConfig.parse({**content, "batch": {**content["batch"], **batch}}, where="test")


def test_a_configuration_takes_it_with_its_setting(content: dict[str, Any]) -> None:
    config = parse(content, stay="0.5")
    assert config.batch.build() == Directed(0.5)
    assert TrainConfig.parse(config.model_dump(mode="json"), where="saved").batch.build() == Directed(0.5)
    for batch, message in (
        ({"stay": "long"}, r"^test: key 'batch\.stay': must be a number, but is 'long'\.$"),
        ({"stay": 1.5}, r"^test: key 'batch\.stay': stay must be a share, but is 1\.5\.$"),
        ({"policy": "mono"}, r"^test: key 'batch\.stay': there is no such key \(got 0\.25\)\.$"),
        (
            {"policy": "both"},
            r"'batch\.policy': must be 'mono', 'cross', 'hybrid', 'grid', 'mixed' or 'directed', but is",
        ),
    ):
        with pytest.raises(ConfigError, match=message):
            parse(content, **batch)


def test_the_sampler_and_the_linter_draw_it(content: dict[str, Any]) -> None:
    config = parse(content)
    items = training_data(config).items
    batches = list(LanguageBatchSampler(PairDataset(items), config.batch.build(), batch_size=6).batches())
    assert {type(batch.kind) for batch in batches} == {Direction, type(Monolingual().kinds(np.arange(1))[0])}
    assert all(len({*batch.query_language}) == len({*batch.passage_language}) == 1 for batch in batches)
    report = lint(config)
    assert not report.fails
    assert report.drawn is not None
    assert report.drawn.exposure.pairs == 360
    english = lint(parse({**content, "data": {**content["data"], "languages": ["en"]}}, stay=0.0))
    assert [finding.subject for finding in english.findings if finding.severity == "error"] == ["batches"]


def test_a_study_plans_it_where_the_data_pairs_languages(content: dict[str, Any], tmp_path: Path) -> None:
    assert [pairs_languages(Directed(stay)) for stay in (0.0, 0.5, 1.0)] == [True, True, False]
    study = StudyConfig.parse(
        {
            "output": str(tmp_path / "study"),
            "train": {key: content[key] for key in ("encoder", "optimization")},
            "arms": {f"stay-{stay}": {"batch": {"policy": "directed", "stay": stay / 2}} for stay in range(3)}
            | {"small": {"batch": {"policy": "directed", "size": 4}}},
            "domains": {"english": {"train": ["x"]}},
            "tests": {"sample": "sample/test"},
        },
        where="study",
    )
    assert study.alphas == {"stay-0": 0.0, "stay-1": 0.5, "stay-2": 1.0}
    english = Domain(
        name="english",
        data=tmp_path / "english.parquet",
        fingerprint="0",
        items=9,
        languages={"en": 9},
        parallel=0,
        dropped=0,
        translated=None,
        leaks=None,
    )
    plan = make_plan(study, {"english": english})
    assert [cell.arm for cell in plan.cells if cell.domain] == ["stay-2"]
    assert "english has one language (en), and directed batches pair two" in plan.refused["stay-1", "english"]
