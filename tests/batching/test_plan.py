"""The batches that are linted are those that training draws, and what is counted over them is what they hold."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from helpers.drawn import plans
from helpers.random_parallel import LANGUAGES, complete
from isoglot.batching.pairs import PairDataset
from isoglot.batching.plan import BatchPlan, draw_plan
from isoglot.batching.policies.cross_lingual import CrossLingual
from isoglot.batching.policies.hybrid import Hybrid
from isoglot.batching.policies.mixed import Mixed
from isoglot.batching.policies.monolingual import Monolingual
from isoglot.batching.policies.policy import Policy
from isoglot.batching.sampler import LanguageBatchSampler
from isoglot.linting.exposure import exposure
from isoglot.linting.lint import lint
from isoglot.linting.shortcut import shortcut
from isoglot.training.collator import PairCollator
from isoglot.training.config import TrainConfig
from isoglot.training.data import training_data
from isoglot.training.train import train


def test_the_plan_is_what_training_draws(tmp_path: Path, tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two epochs and a half, with validation in between; the texts that reach the tokenizer, in their order."""
    rows = [
        {"id": f"i{n}", "query": {lang: f"q{n} {lang}" for lang in ("de", "en", "es")}}
        | {"passage": {lang: f"p{n} {lang}" for lang in ("de", "en", "es")}}
        for n in range(40)
    ]
    (tmp_path / "items.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    content = {
        "output": str(tmp_path / "out"),
        "seed": 7,
        "encoder": {"name": str(tiny_encoder)},
        "data": {"train": [str(tmp_path / "items.jsonl")], "validation": 0.2},
        "batch": {"policy": "hybrid", "size": 6},
        "optimization": {"steps": 15, "check_every": 7},
    }
    config = TrainConfig.parse(content, where="test")
    items = training_data(config).items
    pairs = PairDataset(items, labels=True)
    sampler = LanguageBatchSampler(pairs, config.batch.build(), batch_size=6, seed=7)
    plan = draw_plan(sampler, steps=15)
    expected = [
        pairs.__getitems__(pairs.encode(batch.items, batch.query_language, batch.passage_language).tolist())
        for batch in plan.batches
    ]
    ours = {query for row in items for query in row["query"].values()}
    seen: list[list[dict[str, str]]] = []
    collate = PairCollator.__call__

    def record(self: PairCollator, batch: list[dict[str, str]]) -> dict[str, Any]:
        if batch[0]["query"] in ours:
            seen.append(batch)
        return collate(self, batch)

    found = lint(config).drawn
    monkeypatch.setattr(PairCollator, "__call__", record)
    train(config)
    assert seen[:15] == expected
    assert found is not None
    for side, pairs_of in (("query", found.exposure.as_query), ("passage", found.exposure.as_passage)):
        counts = Counter(row[side].split()[1] for batch in seen[:15] for row in batch)
        assert pairs_of.tolist() == [counts[language] for language in items.languages]


@given(plans())
@settings(max_examples=15, deadline=None)
def test_languages_and_the_shortcut_are_what_the_batches_hold(plan: BatchPlan) -> None:
    data, negatives = plan.sampler.pairs.parallel, plan.sampler.pairs.negatives
    queries, passages = Counter[str](), Counter[str]()
    total = foreign = told = 0
    for batch in plan.batches:
        shown = [data.languages[language] for language in batch.passage_language for _ in range(1 + negatives)]
        for place, (query, passage) in enumerate(zip(batch.query_language, batch.passage_language, strict=True)):
            asked, answer = data.languages[query], data.languages[passage]
            queries[asked] += 1
            passages[answer] += 1
            others = shown[: place * (1 + negatives)] + shown[place * (1 + negatives) + 1 :]
            total += len(others)
            foreign += sum(other != answer for other in others)
            told += sum(asked == answer != other for other in others)
    found, counted = shortcut(plan), exposure(plan)
    assert found.foreign == pytest.approx(foreign / total)
    assert found.told_apart == pytest.approx(told / total)
    for number, language in enumerate(data.languages):
        assert counted.as_query[number] == queries[language]
        assert counted.as_passage[number] == passages[language]
        assert counted.passage_uses[number] == pytest.approx(
            passages[language] / sum(language in row["passage"] for row in data)
        )


@pytest.mark.parametrize(
    ("policy", "foreign", "told_apart", "solved"),
    [
        (Monolingual(), 0, 0, 1 / 16),
        (CrossLingual(), 3 / 4, 0, 0),
        (Hybrid(0.25), 9 / 16, 0, 1 / 64),
        (Mixed(), 3 / 4, 3 / 4, (1 - (3 / 4) ** 16) / 4),  # E[1 / (1 + X)], X ~ Bin(15, 1/4)
    ],
)
def test_policies_leave_the_shortcut_that_theory_says(
    policy: Policy, foreign: float, told_apart: float, solved: float
) -> None:
    """On items that are complete in four languages, an even share of each on each side."""
    sampler = LanguageBatchSampler(PairDataset(complete(160)), policy, batch_size=16)
    plan = draw_plan(sampler, steps=1500)
    found, seen = shortcut(plan), exposure(plan)
    assert found.foreign == pytest.approx(foreign, abs=0.03)
    assert found.told_apart == pytest.approx(told_apart, abs=0.01)
    assert found.solved == pytest.approx(solved, abs=0.01)
    assert found.chance == pytest.approx(1 / 16)
    assert np.allclose(seen.as_query, 1500 * 16 / len(LANGUAGES), rtol=0.15)
    assert np.allclose(seen.query_uses, seen.as_query / 160)


def test_of_a_long_run_the_beginning_stands_for_the_whole() -> None:
    sampler = LanguageBatchSampler(PairDataset(complete(40)), Monolingual(), batch_size=4)
    whole, part = (exposure(draw_plan(sampler, steps=2000, most_pairs=most)) for most in (10**6, 2000))
    assert part.pairs == whole.pairs == 8000
    assert part.as_query.sum() == 8000
    assert not np.array_equal(part.as_query, whole.as_query)
    assert np.allclose(part.as_query, whole.as_query, rtol=0.35)


def test_of_a_run_of_any_length_only_the_beginning_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isoglot.batching.plan.MOST_BATCHES", 7)
    plan = draw_plan(LanguageBatchSampler(PairDataset(complete(20)), Monolingual(), batch_size=4), steps=10**30)
    assert (len(plan.batches), plan.whole) == (7, False)
