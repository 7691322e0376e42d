"""A run over several sources: each with its policy, its terms and its share of the steps."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.training import assert_same, interrupt_at, parse, weights
from isoglot.batching.pairs import PairDataset
from isoglot.batching.plan import run_batches
from isoglot.cache import cache_dir
from isoglot.errors import ConfigError, TrainingInterrupted
from isoglot.linting.lint import lint
from isoglot.training.config import TrainConfig
from isoglot.training.data import training_data
from isoglot.training.objective import run_sampler
from isoglot.training.train import train

_LANGUAGES = ("de", "en", "es")
_LOSS = {"infonce": 0.3, "anchor": 10}


def write(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


@pytest.fixture
def sources(config: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """Sentences in three languages, German questions, and items in two of three languages."""
    bitext = [{"id": f"s{n}", "text": {lang: f"{lang} sentence w{n}" for lang in _LANGUAGES}} for n in range(40)]
    native = [{"id": f"n{n}", "query": {"de": f"frage w{n}"}, "passage": {"de": f"text w{n} w1"}} for n in range(40)]
    made = [
        {"name": "sentences", "paths": [write(tmp_path / "bitext.jsonl", bitext)], "policy": "grid", "weight": 3}
        | {"loss": _LOSS, "language_weights": {"es": 2}},
        {"name": "native", "paths": [write(tmp_path / "native.jsonl", native)], "policy": "mono", "weight": 1}
        | {"loss": {"infonce": 0.5, "retention": 0.5}},
        {"name": "help", "paths": config["data"]["train"], "policy": "cross", "weight": 1}
        | {"loss": {"infonce": 0.5, "reverse": 0.1, "anchor": 5}, "languages": ["en", "es"]},
    ]
    return {**config, "data": {"sources": made}}


def test_a_run_says_and_keeps_what_each_source_did_and_goes_on_where_it_was_cut(sources: dict[str, Any]) -> None:
    said: list[str] = []
    whole = train(parse(sources), say=said.append)
    assert said == ["English versions to learn from: 40 of 40 items of sentences, 48 of 48 items of help."]
    assert {name: part["items"] for name, part in whole.record["sources"].items()} == {
        "sentences": 40,
        "native": 40,
        "help": 48,
    }
    log = [json.loads(line) for line in (whole.folder / "log.jsonl").read_text().splitlines()]
    terms = {name: set(found) for entry in log for name, found in entry["terms"].items()}
    assert terms["sentences"] == {"infonce", "anchor"}
    cut = parse(sources, output=f"{whole.folder}-cut")
    with pytest.raises(TrainingInterrupted):
        train(cut, report=interrupt_at(6))
    assert_same(weights(whole.folder), weights(train(cut, resume=True).folder))
    kept = encoders_with_vectors()
    trimmed = train(parse(sources, output=f"{whole.folder}-t", encoder={"trim_vocabulary": True}))
    assert_same(weights(whole.folder), weights(trimmed.folder), tolerance=1e-5)
    assert encoders_with_vectors() == kept  # the start encoder's, of which trimming makes no other one


def encoders_with_vectors() -> set[str]:
    return {folder.name for folder in (cache_dir() / "embeddings").iterdir()}


def test_steps_and_languages_are_drawn_by_their_weights(sources: dict[str, Any]) -> None:
    settings = parse(sources)
    data = training_data(settings)
    sampler = run_sampler(settings, data, PairDataset(data.items, labels=True))
    batches = list(run_batches(sampler, steps=2000))
    shares = np.bincount([batch.source for batch in batches]) / len(batches)
    assert shares == pytest.approx([0.6, 0.2, 0.2], abs=0.04)
    languages = Counter(int(n) for batch in batches if batch.source == 0 for n in set(batch.query_language.tolist()))
    assert languages[2] > 1.2 * languages[0]
    assert {data.items.rows[int(item)]["source"][:1] for b in batches[:50] if b.source == 1 for item in b.items} == {
        "1"
    }
    assert not lint(settings).fails


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"policy": "grid", "k": 9}, r"^Grid\(k=9\) cannot use any item of sentences: "),
        ({"policy": "both"}, r"^test: key 'data\.sources\.0\.policy': must be .*, but is 'both'"),
        ({"alhpa": 1}, r"^test: key 'data\.sources\.0\.alhpa': there is no such key"),
        (
            {"loss": {"retention": 1}},
            r"^test: key 'data\.sources\.0\.loss\.retention': Grid\(k=2\) has no batch",
        ),
        ({"loss": {"infonce": 0}}, r"^test: key 'data\.sources\.0\.loss': no term has a weight"),
        ({"labels": "all"}, r"^test: key 'data\.sources\.0\.labels': rows that are no pairs"),
        ({"weight": None}, r"^test: key 'data\.sources': give all sources a weight, or none"),
        ({"name": "native"}, r"^test: key 'data\.sources': two sources have one name"),
        ({"languages": ["de", "es"]}, r"^no item of sentences has an English version"),
        ({"language_weights": {"fr": 2}}, r"^language_weights: \['fr'\] not in the data of sentences"),
        ({"languages": ["en"]}, r"^Grid\(k=2\) needs at least two languages, but sentences has only en"),
    ],
)
def test_what_cannot_work_is_refused_by_its_key(sources: dict[str, Any], change: dict[str, Any], message: str) -> None:
    first, *others = sources["data"]["sources"]
    first = {key: value for key, value in {**first, **change}.items() if value is not None}
    with pytest.raises(ConfigError, match=message):
        train(TrainConfig.parse({**sources, "data": {"sources": [first, *others]}}, where="test"))


@pytest.mark.parametrize(("data", "when"), [({}, "at step 5"), ({"validation": 0.2}, "in validation after step 4")])
def test_a_term_that_is_no_number_is_named_with_its_source_and_step(
    sources: dict[str, Any], data: dict[str, Any], when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from isoglot.training.terms.registry import TERMS

    seen: list[int] = []

    def broken(batch: Any) -> Any:
        seen.append(1)
        return batch.queries.sum() * (float("nan") if len(seen) == 5 or not batch.queries.requires_grad else 1.0)

    monkeypatch.setitem(TERMS, "infonce", broken)
    with pytest.raises(ConfigError, match=rf"^the loss is nan {when}, in term 'infonce' of \w+: "):
        train(parse(sources, data={**sources["data"], **data}))
    assert Path(sources["output"] + ".partial/checkpoint-4").is_dir() == (not data)  # it is written after validation


def test_train_and_sources_do_not_go_together(sources: dict[str, Any], config: dict[str, Any]) -> None:
    both = {**sources["data"], **config["data"]}
    with pytest.raises(ConfigError, match=r"^test: key 'data': takes only one of data\.train, or \[\["):
        parse(sources, data=both)
    with pytest.raises(ConfigError, match=r"^test: key 'data': needs data\.train, or"):
        TrainConfig.parse({**config, "data": {}}, where="test")
