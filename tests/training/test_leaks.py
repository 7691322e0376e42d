"""A run audits its own data: what it says, what it drops, what it leaves beside the model, and when it refuses."""

import json
import random
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from sentence_transformers import SentenceTransformer

from helpers.training import parse
from isoglot.errors import ConfigError, DataError, TrainingInterrupted
from isoglot.training.config import TrainConfig
from isoglot.training.data import training_data
from isoglot.training.leaks import audited_data
from isoglot.training.train import train

pytest.importorskip("datasketch")

GROUPS = 16  # of two items each
FEW = {"steps": 3, "check_every": 2, "learning_rate": 1e-3, "log_every": 1}


def text(*seed: object) -> str:
    """Sixteen words that no other seed gives."""
    draw = random.Random(repr(seed))
    return " ".join("".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=5)) for _ in range(16))


def write(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def row(number: int) -> dict[str, Any]:
    sides = {side: {lang: text(side, lang, number) for lang in ("de", "en", "es")} for side in ("query", "passage")}
    return {"id": f"i{number}", "group": f"g{number // 2}", **sides}


@pytest.fixture
def plain(config: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """A configuration whose items have nothing in common."""
    items = write(tmp_path / "apart.jsonl", [row(number) for number in range(2 * GROUPS)])
    return {**config, "data": {"train": [items], "validation": 0.25}, "batch": {"size": 4}, "optimization": FEW}


@pytest.fixture
def audited(plain: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """The same, with a German passage of a training group and an English query of a validation group in a test."""
    data = training_data(TrainConfig.parse(plain, where="test"))
    kept, held_out = data.items, data.validation
    assert held_out is not None
    passage, query = (int(some.rows["id"][0][1:]) for some in (kept, held_out))
    asked = [row(number) for number in (1001, 1002)]
    asked[0]["passage"]["es"] = row(passage)["passage"]["de"].upper()
    asked[1]["query"]["en"] = row(query)["query"]["en"] + "?"
    return {**plain, "leaks": {"against": [write(tmp_path / "exam.jsonl", asked)]}}


def certificate(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "leaks.json").read_text(encoding="utf-8"))
    return found


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return SentenceTransformer(str(folder), device="cpu").state_dict()


def test_leaks_are_told_and_kept_and_change_nothing(plain: dict[str, Any], audited: dict[str, Any]) -> None:
    without = train(parse(plain, output=plain["output"] + "-plain"))
    assert without.record["leaks"] is None
    assert not (without.folder / "leaks.json").exists()
    said: list[str] = []
    result = train(parse(audited), say=said.append)
    assert said == ["leaks: 2 of 32 items leak into exam; kept."]
    assert result.record["leaks"] == {"against": ["exam"], "clean": False, "dropped": 0}
    found = certificate(result.folder)
    assert found["clean"] is False
    assert {source["name"]: source["direct"] for source in found["training"]} == {"train": 1, "validation": 1}
    before, after = weights(without.folder), weights(result.folder)
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_leaking_groups_are_dropped_from_both_sides_and_the_rest_is_certified(audited: dict[str, Any]) -> None:
    settings = parse(audited, leaks={"drop": True})
    before = training_data(settings)
    said: list[str] = []
    result = train(settings, say=said.append)
    assert said == ["leaks: 2 of 32 items leak into exam; dropped with their groups, 4 items in all."]
    assert result.record["leaks"] == {"against": ["exam"], "clean": True, "dropped": 4}
    found = certificate(result.folder)
    assert found["clean"] is True
    assert before.validation is not None
    for source, items in zip(found["training"], (before.items, before.validation), strict=True):
        described = result.record[source["name"]]
        assert source["fingerprint"] == described["fingerprint"] != items.fingerprint
        assert source["items"] == described["items"] == len(items) - 2


def test_a_resumed_run_drops_the_same_items(audited: dict[str, Any]) -> None:
    whole = train(parse(audited, leaks={"drop": True}))
    cut = parse(audited, leaks={"drop": True}, output=audited["output"] + "-cut")

    def interrupt(entry: dict[str, Any]) -> None:
        if entry["step"] == 3:
            raise KeyboardInterrupt

    with pytest.raises(TrainingInterrupted):
        train(cut, report=interrupt)
    resumed = train(cut, resume=True)
    assert {**certificate(resumed.folder), "date": ""} == {**certificate(whole.folder), "date": ""}
    before, after = weights(whole.folder), weights(resumed.folder)
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_clean_data_is_not_touched(plain: dict[str, Any], tmp_path: Path) -> None:
    exam = write(tmp_path / "exam.jsonl", [row(1001)])
    settings = parse({**plain, "leaks": {"against": [exam], "drop": True}})
    data = training_data(settings)
    said: list[str] = []
    found = audited_data(settings.leaks, data, say=said.append)
    assert (found.data.items, found.data.validation) == (data.items, data.validation)
    assert found.record == {"against": ["exam"], "clean": True, "dropped": 0}
    assert said == ["leaks: none of 32 items leaks into exam."]


def test_only_what_is_trained_on_is_audited(audited: dict[str, Any]) -> None:
    """The leaking passage is German, and the leaking query is held out."""
    settings = parse(audited, data={"languages": ["en", "es"]})
    found = audited_data(settings.leaks, training_data(settings))
    assert found.certificate is not None
    assert [source["direct"] for source in found.certificate["training"]] == [0, 1]


def test_what_cannot_be_audited_is_refused_before_training(
    audited: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("isoglot.training.train.trainable_encoder", lambda _: pytest.fail("training began"))
    with pytest.raises(DataError, match=r"'leaks\.against'.*no-such-test"):
        train(parse(audited, leaks={"against": ["no-such-test"]}))
    itself = audited["data"]["train"]
    with pytest.raises(DataError, match=r"'leaks\.drop': all 24 train items leak into apart.*none would be left"):
        train(parse(audited, leaks={"against": itself, "drop": True}))
    with pytest.raises(ConfigError, match=r"'leaks\.against'.*have one name"):
        train(parse(audited, leaks={"against": itself * 2}))
    monkeypatch.setitem(sys.modules, "datasketch", None)
    with pytest.raises(ConfigError, match=r"'leaks\.against'.*pip install 'isoglot\[leaks\]'"):
        train(parse(audited))
    assert not Path(audited["output"] + ".partial").exists()
