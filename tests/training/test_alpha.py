"""``alpha = "auto"``: short trainings, a choice on development data, a record of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from helpers.training import assert_same, parse, weights
from isoglot.encoder.load import load_encoder
from isoglot.errors import ConfigError, DataError, TrainingInterrupted
from isoglot.training.train import train


@pytest.fixture
def auto(config: dict[str, Any], items: Path, tmp_path: Path) -> dict[str, Any]:
    """Development data of the training's own kind, so that what is learned shows."""
    rows = [json.loads(line) for line in items.read_text().splitlines()]
    dev = tmp_path / "dev.jsonl"
    dev.write_text("".join(json.dumps(row) + "\n" for row in rows[:24]), encoding="utf-8")
    asked = {"gain": [str(dev)], "keep": [str(dev)], "margin": 1.0, "alphas": [0.0, 1.0], "steps": 4}
    return {**config, "batch": {"policy": "hybrid", "alpha": "auto", "size": 8}, "development": asked}


def test_the_share_with_the_most_multi_is_trained_with_after_an_interruption(
    auto: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[tuple[str, int]] = []

    def loaded(name: str) -> Any:
        trained.append((Path(name).name, (Path(name) / "model.safetensors").stat().st_mtime_ns))
        if len(trained) == 2:
            raise KeyboardInterrupt
        return load_encoder(name)

    monkeypatch.setattr("isoglot.training.alpha.load_encoder", loaded)
    with pytest.raises(TrainingInterrupted, match="continue with --resume, what was found for alpha is kept"):
        train(parse(auto))
    said: list[str] = []
    result = train(parse(auto), say=said.append, resume=True)
    record = result.record["alpha"]
    assert trained[:2] == trained[2:], "neither proxy is trained again"
    assert said == [
        f"alpha = {record['chosen']:g}{'' if record['by_criterion'] else said[0][len('alpha = 0.5') : -1]}."
    ]
    assert [outcome["name"] for outcome in record["outcomes"]] == ["0", "1"]
    assert result.record["config"]["batch"]["alpha"] == "auto"
    assert not (result.folder.parent / "out.partial").exists()
    by_hand = {**auto, "batch": {**auto["batch"], "alpha": record["chosen"]}, "output": auto["output"] + "-hand"}
    del by_hand["development"]
    assert_same(weights(result.folder), weights(train(parse(by_hand)).folder))


def test_it_needs_development_data_in_several_languages(auto: dict[str, Any], tmp_path: Path) -> None:
    without = {key: value for key, value in auto.items() if key != "development"}
    with pytest.raises(ConfigError, match=r"key 'batch\.alpha': 'auto' is chosen on development data"):
        parse(without)
    with pytest.raises(ConfigError, match=r"key 'batch\.alpha': no source has a policy with a share"):
        parse(auto, batch={"policy": "cross"})
    german = tmp_path / "german.jsonl"
    german.write_text(json.dumps({"id": "1", "query": {"de": "eins"}, "passage": {"de": "zwei"}}) + "\n")
    with pytest.raises(DataError, match=r"key 'development': german: has one language"):
        train(parse(auto, development={"gain": [str(german)]}))
