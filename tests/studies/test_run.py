from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.prefixes import computed
from helpers.repairing import repaired_folders
from helpers.studying import Said, parse
from isoglot.cache import entries
from isoglot.errors import ConfigError
from isoglot.evaluation.topics import TOPICS_SUFFIX, read_topics
from isoglot.report.page.blocks import Listing, Points
from isoglot.studies.prepared import failures, missing, prepare
from isoglot.studies.report.findings import Findings
from isoglot.studies.report.sections import sections
from isoglot.studies.run import run_cells


def values(folder: Path) -> dict[str, Any]:
    """Cell and test -> every per-query value."""
    return {
        f"{path.parent.name}/{path.name}": {
            (table, name): np.nan_to_num(column, nan=-1.0).tolist()
            for topics in read_topics(path.with_name(path.name.replace(TOPICS_SUFFIX, ".json"))).values()
            for table, scores in topics.tables.items()
            for name, column in scores.values.items()
        }
        for path in sorted(folder.glob("cells/*/*.parquet"))
    }


def run(content: dict[str, Any], said: Said | None = None, **options: Any) -> Any:
    watch = (said if said is not None else Said()).watch()
    study = prepare(parse(content), watch)
    run_cells(study, watch, where="study.toml", **options)
    return study


def test_a_study_killed_anywhere_goes_on_where_it_was(content: dict[str, Any]) -> None:
    """Also in the middle of a cell that is trained but not tested."""

    def kill(sentence: str) -> None:
        if sentence.startswith("cell 3 "):
            raise KeyboardInterrupt

    content["seeds"] = [0]
    del content["domains"]["all"]
    with pytest.raises(KeyboardInterrupt):
        run(content, Said(kill))
    assert len(values(Path("out"))) == 2 * 2
    half = next(path for path in Path("out").glob("cells/mono.trivia.0.*/trivia-*.topics.parquet"))
    half.unlink()
    said = Said()
    study = run(content, said)
    assert said[0] == "1 of 3 cells are there already."
    assert [sentence.partition(";")[0] for sentence in said[1:]] == [
        "cell 1 of 2, mono.trivia.0",
        "cell 2 of 2, hybrid.trivia.0",
    ]
    assert not missing(study)
    run({**content, "output": "whole"})
    assert values(Path("out")) == values(Path("whole"))
    again = Said()
    run(content, again)
    assert again == ["3 of 3 cells are there already."]


def test_shards_share_the_cells(content: dict[str, Any]) -> None:
    del content["domains"]["all"], content["seeds"][1]
    study = run(content, shard=(2, 2))
    assert len(missing(study)) == 2
    study = run(content, shard=(1, 2))
    assert not missing(study)
    labels = [cell.label for number in (1, 2) for cell in study.plan.shard(number, 2)]
    assert sorted(labels) == sorted(cell.label for cell in study.plan.cells)


def test_a_cell_that_fails_is_in_the_table_and_the_rest_goes_on(content: dict[str, Any]) -> None:
    broken = {"batch": {"policy": "mono"}, "optimization": {"learning_rate": 1e30}}
    content |= {"arms": {"broken": broken, **content["arms"]}, "seeds": [0]}
    del content["domains"]["all"]
    study = run(content)
    assert list(failures(study)) == ["broken.trivia.0"]
    assert not missing(study)
    sentences = Findings.read(study).sentences
    assert any(sentence.startswith("broken.trivia.0 failed: ") for sentence in sentences)
    (cells,) = (section for section in sections(Findings.read(study)) if section.heading == "Which cells are done?")
    table, why = cells.blocks
    assert isinstance(table, Listing)
    assert isinstance(why, Points)
    assert ("broken", "trivia", "0", "1", "0") in table.table.rows
    assert why.sentences[0] == "broken.trivia.0 failed."
    assert any(sentence.startswith("Compared: hybrid with mono, trained on trivia,") for sentence in sentences)
    said = Said()
    run(content, said)
    assert [sentence.partition(";")[0] for sentence in said][:2] == [
        "3 of 4 cells are there already.",
        "cell 1 of 1, broken.trivia.0",
    ]


def test_a_changed_configuration_is_refused_until_it_is_allowed(content: dict[str, Any]) -> None:
    content["seeds"] = [0]
    del content["domains"]["all"], content["arms"]["mono"], content["verdict"]
    run(content)
    before = values(Path("out"))
    changed = {**content, "train": {**content["train"], "optimization": {"steps": 3, "learning_rate": 1e-3}}}
    with pytest.raises(ConfigError, match=r"study.toml: training.optimization.steps has changed since .* 1 of 2 cells"):
        run(changed)
    run(changed, changed=True)
    after = values(Path("out"))
    assert {key: after[key] for key in before} == before  # earlier results are kept
    assert len(after) == len(before) + 2
    grown = {**content, "arms": {**content["arms"], "cross": {"batch": {"policy": "cross"}}}, "seeds": [0]}
    run(grown)  # more arms change no cell that is there


def test_cells_that_freeze_the_same_compute_it_once_for_a_text_of_a_test(
    content: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The start itself is one of them."""
    del content["domains"]["all"]
    content |= {"seeds": [0]}
    content["train"]["encoder"] |= {"freeze_embeddings": True, "freeze_layers": 1}
    content["train"]["encoder"] |= {"query_prompt": "", "passage_prompt": ""}  # as the start, which has none
    plain = run(content)
    content |= {"output": "kept"}
    content["train"]["encoder"] |= {"prefix_cache_mib": 64}
    monkeypatch.setenv("ISOGLOT_CACHE", str(tmp_path / "cache"))  # where no vectors of the start are
    counts, seen = computed(monkeypatch), []
    kept = run(content, Said(lambda sentence: seen.append(sum(counts))))
    assert [cell.fingerprint for cell in kept.plan.cells] == [cell.fingerprint for cell in plain.plan.cells]
    assert values(Path("kept")) == values(Path("out"))
    tested = sum(len(test.collection.queries) + len(test.collection.passages) for test in kept.tests)
    assert sum(counts) - seen[1] < 20 < tested < seen[1]  # after the start: the cells' own batches


def test_models_are_dropped_when_they_are_tested(
    content: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISOGLOT_CACHE", str(tmp_path / "cache"))
    content |= {"seeds": [0], "keep_models": False}
    del content["domains"]["all"], content["arms"]["mono"], content["verdict"]
    run(content)
    assert not list(Path("out").glob("cells/*/model*"))
    assert len(list(Path("out").glob("cells/*/isoglot.json"))) == 1
    assert [entry.kind for entry in entries()].count("embeddings") == 1  # of the encoder as it is


def test_vectors_of_a_killed_cell_stay_until_it_is_measured(
    content: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISOGLOT_CACHE", str(tmp_path / "cache"))
    content |= {"seeds": [0], "zero_shot": False}
    del content["domains"]["all"], content["arms"]["mono"], content["verdict"]

    def killed(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("isoglot.studies.measuring.evaluate_embedded", killed)
        with pytest.raises(KeyboardInterrupt):
            run(content)
    assert [entry.kind for entry in entries()].count("embeddings") == 1
    run(content)
    assert "embeddings" not in [entry.kind for entry in entries()]


def test_an_encoder_repaired_by_language_is_tested_as_it_is_and_not_trained(
    content: dict[str, Any], tiny_encoder: Path, tmp_path: Path
) -> None:
    folder = repaired_folders(tiny_encoder, tmp_path / "repaired")["by language"]
    content["arms"] = {"repaired": {"encoder": {"name": str(folder)}, "batch": {"policy": "mono"}}}
    study = run({**content, "verdict": None})
    assert [cell.label for cell in study.plan.cells] == ["zero-shot"]
    assert not missing(study)
    assert not failures(study)
    for domain in content["domains"]:
        assert "is repaired by language and cannot be trained" in study.plan.refused["repaired", domain]


def test_a_model_that_is_half_deleted_is_trained_again_and_gives_the_same(content: dict[str, Any]) -> None:
    """Also one that an older version wrote, without a seal."""
    content["seeds"] = [0]
    del content["domains"]["all"], content["arms"]["mono"], content["verdict"]
    run(content)
    before = values(Path("out"))
    (cell,) = Path("out").glob("cells/hybrid.trivia.0.*")
    for sealed in (True, False):
        next(cell.glob("other-*.json")).unlink()
        (cell / "model" / "config_sentence_transformers.json").unlink()
        if not sealed:
            (cell / "model" / "isoglot-files.json").unlink()
        said = Said()
        run(content, said)
        assert "hybrid.trivia.0: its model lacks config_sentence_transformers.json; it is trained again." in said
        assert values(Path("out")) == before
