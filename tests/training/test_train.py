import errno
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from sentence_transformers import SentenceTransformer

from helpers.tiny import write_tiny_encoder
from helpers.training import assert_same, interrupt_at, losses, parse, weights
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.load import load_encoder
from isoglot.errors import ConfigError, EncoderError, StorageError, TrainingInterrupted
from isoglot.training.checkpoints import Workplace
from isoglot.training.config import EncoderConfig
from isoglot.training.model import trainable_encoder
from isoglot.training.train import train


def test_a_run_gives_a_folder_that_plain_sentence_transformers_loads(config: dict[str, Any]) -> None:
    result = train(parse(config))
    model = SentenceTransformer(str(result.folder))
    assert model.prompts["query"] == "Query: "
    assert model.prompts["document"] == "Passage: "
    record = json.loads((result.folder / "isoglot.json").read_text())
    assert record["config"]["batch"]["policy"] == "hybrid"
    assert record["train"]["items"] + record["validation"]["items"] == 48
    assert record["encoder_before"] != record["encoder_after"] == encoder_fingerprint(load_encoder(result.folder))
    assert record["versions"]["torch"] == torch.__version__
    log = [json.loads(line) for line in (result.folder / "log.jsonl").read_text().splitlines()]
    assert [entry["step"] for entry in log if "loss" in entry] == list(range(1, 9))
    assert [entry["step"] for entry in log if "validation_loss" in entry] == [4, 8]
    assert record["best_validation_loss"] == min(e["validation_loss"] for e in log if "validation_loss" in e)
    assert not result.folder.with_name("out.partial").exists()


def test_what_the_labels_leave_out_is_said(config: dict[str, Any], items: Path) -> None:
    rows = [json.loads(line) for line in items.read_text().splitlines()]
    labels = [1] * 40 + [0] * 5 + ["neutral"] * 2 + [None]
    items.write_text(
        "".join(json.dumps({**row, "label": label}) + "\n" for row, label in zip(rows, labels, strict=True))
    )
    said: list[str] = []
    record = train(parse(config), say=said.append).record
    assert "training data: left out 5 negative items, 2 neutral items, 1 unlabelled item." in said
    assert record["train"]["items"] + record["validation"]["items"] == 40


def test_training_learns(config: dict[str, Any]) -> None:
    result = train(parse(config, optimization={"steps": 60, "log_every": 10, "check_every": 60}))
    log = [json.loads(line) for line in (result.folder / "log.jsonl").read_text().splitlines()]
    losses = [entry["loss"] for entry in log if "loss" in entry]
    assert losses[-1] < 0.7 * losses[0]


def test_a_resumed_run_ends_where_an_uninterrupted_one_does(config: dict[str, Any]) -> None:
    whole = train(parse(config))
    cut = parse(config, output=str(whole.folder.with_name("cut")))
    with pytest.raises(TrainingInterrupted, match=r"checkpoint-4.*--resume"):
        train(cut, report=interrupt_at(6))
    assert not cut.output.exists()
    resumed = train(cut, resume=True)
    assert_same(weights(whole.folder), weights(resumed.folder))
    steps = [json.loads(line)["step"] for line in (resumed.folder / "log.jsonl").read_text().splitlines()]
    assert steps == sorted(steps)
    assert len([step for step in steps if step == 6]) == 1


def test_resuming_passes_over_a_checkpoint_that_was_cut_off(config: dict[str, Any]) -> None:
    settings = parse(config)
    with pytest.raises(TrainingInterrupted):
        train(settings, report=interrupt_at(6))
    broken = settings.output.with_name("out.partial") / "checkpoint-5"
    broken.mkdir()
    (broken / "model.safetensors").write_bytes(b"half")
    assert train(settings, resume=True).record["steps"] == 8


def test_resuming_needs_the_same_run(config: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="no unfinished run"):
        train(parse(config), resume=True)
    with pytest.raises(TrainingInterrupted):
        train(parse(config), report=interrupt_at(6))
    with pytest.raises(ConfigError, match="--resume"):
        train(parse(config))
    with pytest.raises(ConfigError, match=r"optimization\.learning_rate"):
        train(parse(config, optimization={"learning_rate": 1e-4}), resume=True)


def test_a_run_that_ends_before_its_first_checkpoint_leaves_nothing(config: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="two languages"):
        train(parse(config, data={"languages": ["en"]}))
    with pytest.raises(TrainingInterrupted, match="start it again"):
        train(parse(config), report=interrupt_at(2))
    assert not Path(config["output"] + ".partial").exists()


@pytest.mark.parametrize("stop", [{}, {"learning_rate": 1e-12, "check_every": 1, "patience": 3, "steps": 30}])
def test_a_full_disk_at_the_very_end_costs_nothing(
    config: dict[str, Any], monkeypatch: pytest.MonkeyPatch, stop: dict[str, Any]
) -> None:
    """The run was trained to its end, by steps or by early stopping; resuming only saves it."""
    whole = train(parse(config, optimization=stop))
    again = parse(config, optimization=stop, output=config["output"] + "-again")

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("isoglot.training.checkpoints.shutil.copy", full)
    with pytest.raises(StorageError, match=r"full.*checkpoint-\d+.*--resume"):
        train(again)
    monkeypatch.undo()
    assert not again.output.exists()
    resumed = train(again, resume=True)
    assert resumed.record["steps"] == whole.record["steps"]
    assert resumed.record["best_validation_loss"] == whole.record["best_validation_loss"]
    assert_same(weights(whole.folder), weights(resumed.folder))


def test_a_loss_that_is_no_number_stops_the_run(config: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=r"loss is nan.*learning_rate"):
        train(parse(config, optimization={"learning_rate": 1e30, "steps": 20}))


def test_two_runs_do_not_write_into_one_output(config: dict[str, Any]) -> None:
    settings = parse(config)
    with Workplace(settings, resume=False), pytest.raises(ConfigError, match="another run"):
        train(settings)


def test_the_trimmed_vocabulary_keeps_what_negatives_need(config: dict[str, Any], items: Path) -> None:
    rows = [json.loads(line) for line in items.read_text().splitlines()]
    for row in rows:
        row["negatives"] = {lang: ["XYZ"] for lang in row["passage"]}
    items.write_text("".join(json.dumps(row) + "\n" for row in rows))
    few = {"steps": 1, "check_every": 1}
    batch = {"negatives": 1}
    full = train(parse(config, optimization=few, batch=batch))
    trimmed = train(
        parse(config, optimization=few, batch=batch, encoder={"trim_vocabulary": True}, output=config["output"] + "-t")
    )
    assert_same(weights(full.folder), weights(trimmed.folder), tolerance=1e-6)


def test_an_existing_output_is_left_alone(config: dict[str, Any]) -> None:
    output = Path(config["output"])
    output.mkdir()
    (output / "precious.txt").write_text("mine")
    with pytest.raises(ConfigError, match="exists already"):
        train(parse(config))
    assert (output / "precious.txt").read_text() == "mine"


def test_gradient_caching_changes_nothing_but_memory(config: dict[str, Any], tmp_path: Path) -> None:
    encoder = {"name": str(write_tiny_encoder(tmp_path / "plain", dropout=0.0))}
    plain = train(parse(config, encoder=encoder))
    cached = train(parse(config, encoder=encoder, optimization={"mini_batch": 3}, output=str(tmp_path / "cached")))
    assert losses(cached.folder) == pytest.approx(losses(plain.folder), abs=1e-4)
    # Adam turns a gradient near zero, which rounding decides, into a step: single weights may differ by one, and a
    # tensor as a whole does not by a hundredth of one.
    before, after = weights(plain.folder), weights(cached.folder)
    assert {name: float((before[name] - after[name]).abs().mean()) for name in before} == pytest.approx(
        dict.fromkeys(before, 0.0), abs=1e-5
    )


def test_frozen_parts_stay_and_the_full_vocabulary_comes_back(config: dict[str, Any], tiny_encoder: Path) -> None:
    frozen = {"freeze_embeddings": True, "freeze_layers": 1, "trim_vocabulary": True}
    after = weights(train(parse(config, encoder=frozen)).folder)
    before = weights(tiny_encoder)
    assert before.keys() == after.keys()
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert moved
    assert not any(".embeddings." in name or ".layer.0." in name for name in moved)


FROZEN = {"freeze_embeddings": True, "freeze_layers": 1}


def test_what_is_frozen_computes_as_it_does_in_use(tiny_encoder: Path) -> None:
    model = trainable_encoder(EncoderConfig.model_validate({"name": str(tiny_encoder), **FROZEN}))
    transformer, states = model[0].auto_model, torch.ones(1, 2, 32)
    model.train()
    still, trained = (torch.equal(layer(states), layer(states)) for layer in transformer.encoder.layer)
    assert (still, trained) == (True, False)
    assert model.training


@pytest.mark.parametrize("options", [{}, {"mini_batch": 3}])
def test_the_kept_output_of_frozen_layers_changes_no_loss(config: dict[str, Any], options: dict[str, Any]) -> None:
    frozen, few = {**FROZEN, "trim_vocabulary": True}, {"steps": 4, **options}
    plain = train(parse(config, encoder=frozen, optimization=few))
    kept = train(
        parse(config, encoder={**frozen, "prefix_cache_mib": 1}, optimization=few, output=config["output"] + "-kept")
    )
    assert losses(kept.folder) == pytest.approx(losses(plain.folder), abs=1e-5)


def test_an_interrupted_run_goes_on_with_another_budget(config: dict[str, Any]) -> None:
    few = {"steps": 3, "check_every": 1}
    cut = parse(config, encoder={**FROZEN, "prefix_cache_mib": 1}, optimization=few)
    with pytest.raises(TrainingInterrupted):
        train(cut, report=interrupt_at(2))
    resumed = train(parse(config, encoder={**FROZEN, "prefix_cache_mib": 2}, optimization=few), resume=True)
    whole = train(parse(config, encoder=FROZEN, optimization=few, output=config["output"] + "-whole"))
    assert_same(weights(resumed.folder), weights(whole.folder), tolerance=1e-5)


def test_freezing_more_layers_than_there_are(config: dict[str, Any]) -> None:
    with pytest.raises(EncoderError, match=r"freeze_layers = 3.*has 2 layers"):
        train(parse(config, encoder={"freeze_layers": 3}))


def test_training_stops_when_validation_does_not_improve_interrupted_or_not(config: dict[str, Any]) -> None:
    still = {"learning_rate": 1e-12, "check_every": 1, "patience": 3, "steps": 30}
    stopped = train(parse(config, optimization=still)).record["steps"]
    assert stopped < 30
    cut = parse(config, optimization=still, output=config["output"] + "-cut")
    with pytest.raises(TrainingInterrupted):
        train(cut, report=interrupt_at(stopped - 1))
    assert train(cut, resume=True).record["steps"] == stopped


def test_explicit_negatives_are_used(config: dict[str, Any], items: Path) -> None:
    rows = [json.loads(line) for line in items.read_text().splitlines()]
    for row in rows:
        row["negatives"] = {lang: [f"{lang} other text"] for lang in row["passage"]}
    items.write_text("".join(json.dumps(row) + "\n" for row in rows))
    few = {"steps": 2, "check_every": 2}
    without = train(parse(config, optimization=few))
    with_ = train(parse(config, optimization=few, batch={"negatives": 1}, output=config["output"] + "-negatives"))
    first = [json.loads((r.folder / "log.jsonl").read_text().splitlines()[0])["loss"] for r in (without, with_)]
    assert first[1] > first[0]


def test_an_encoder_that_compares_by_distance_is_refused(tiny_encoder: Path, tmp_path: Path) -> None:
    model = SentenceTransformer(str(tiny_encoder), device="cpu", similarity_fn_name="euclidean")
    model.save_pretrained(str(tmp_path / "euclidean"), create_model_card=False)
    with pytest.raises(EncoderError, match="compares vectors by euclidean, but training brings cosines"):
        trainable_encoder(EncoderConfig(name=str(tmp_path / "euclidean")))
