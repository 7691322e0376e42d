"""A run goes on from the last checkpoint that is whole and its own, and ends where an uninterrupted one does."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from helpers.training import assert_same, interrupt_at, parse, small_config, weights, write_items
from isoglot.errors import TrainingInterrupted
from isoglot.training.checkpoints import Workplace
from isoglot.training.resuming import checkpoints
from isoglot.training.train import train

OFTEN = {"check_every": 2}


@pytest.fixture(scope="module")
def whole(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, torch.Tensor]:
    """The weights of an uninterrupted run."""
    folder = tmp_path_factory.mktemp("whole")
    config = small_config(folder / "out", items=write_items(folder / "items.jsonl"), encoder=tiny_encoder)
    return weights(train(parse(config, optimization=OFTEN)).folder)


def interrupted(config: dict[str, Any]) -> Path:
    """The folder of a run that was interrupted at its seventh step, with checkpoints 4 and 6."""
    settings = parse(config, optimization=OFTEN)
    with pytest.raises(TrainingInterrupted):
        train(settings, report=interrupt_at(7))
    folder = settings.output.with_name("out.partial")
    assert [path.name for path in checkpoints(folder)] == ["checkpoint-4", "checkpoint-6"]
    return folder


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def test_a_broken_checkpoint_is_passed_over_and_said(
    config: dict[str, Any], tmp_path: Path, whole: dict[str, torch.Tensor]
) -> None:
    """Its seal says so; of one that an older version wrote, without a seal, the kind of each file."""
    folder = interrupted(config)
    kept = shutil.copytree(folder, tmp_path / "kept")
    breaks: list[tuple[str, Callable[[Path], object], bool]] = [
        ("optimizer.pt", _cut, True),
        ("scheduler.pt", Path.unlink, True),
        ("trainer_state.json", _empty, False),
        ("optimizer.pt", _cut, False),
        ("model.safetensors", _cut, False),
        ("scheduler.pt", Path.unlink, False),
    ]
    for name, damage, sealed in breaks:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(kept, folder)
        if not sealed:
            for file in folder.rglob("isoglot-files.json"):
                file.unlink()
        damage(folder / "checkpoint-6" / name)
        said: list[str] = []
        resumed = train(parse(config, optimization=OFTEN), resume=True, say=said.append)
        assert len(said) == 1
        assert "checkpoint-6 in" in said[0]
        assert name in said[0]
        assert said[0].endswith("the run goes on from checkpoint-4.")
        assert_same(whole, weights(resumed.folder))
        assert not folder.exists()
        shutil.rmtree(resumed.folder)


def test_without_a_whole_checkpoint_it_begins_anew(config: dict[str, Any], whole: dict[str, torch.Tensor]) -> None:
    """Also where only the best one is broken, with which the run would have ended."""
    folder = interrupted(config)
    _cut(folder / "checkpoint-4" / "model.safetensors")
    state = folder / "checkpoint-6" / "trainer_state.json"
    state.write_text(state.read_text().replace("out.partial/checkpoint-6", "out.partial/checkpoint-4"))
    (folder / "checkpoint-6" / "isoglot-files.json").unlink()
    said: list[str] = []
    resumed = train(parse(config, optimization=OFTEN), resume=True, say=said.append)
    assert ["best one, checkpoint-4" in sentence for sentence in said] == [True, False]
    assert all(sentence.endswith("from the beginning.") for sentence in said)
    assert_same(whole, weights(resumed.folder))


def test_checkpoints_whose_removal_broke_off_are_not_another_runs(config: dict[str, Any], tmp_path: Path) -> None:
    folder = interrupted(config)
    (folder / "config.json").unlink()  # as it may go first
    other = {**OFTEN, "learning_rate": 1e-4}
    with Workplace(parse(config, optimization=other), resume=False):
        pass  # killed at once
    resumed = train(parse(config, optimization=other), resume=True)
    whole = train(parse(config, optimization=other, output=str(tmp_path / "whole")))
    assert_same(weights(whole.folder), weights(resumed.folder))


def test_a_checkpoint_of_another_configuration_is_not_believed(
    config: dict[str, Any], tmp_path: Path, whole: dict[str, torch.Tensor]
) -> None:
    folder = interrupted({**config, "seed": 1})
    strange = shutil.copytree(folder / "checkpoint-6", tmp_path / "strange")
    shutil.rmtree(folder)
    interrupted(config)
    shutil.rmtree(folder / "checkpoint-6")
    shutil.copytree(strange, folder / "checkpoint-6")
    said: list[str] = []
    resumed = train(parse(config, optimization=OFTEN), resume=True, say=said.append)
    assert "is of another configuration" in said[0]
    assert_same(whole, weights(resumed.folder))


def test_a_clean_up_that_breaks_off_leaves_nothing_under_the_runs_name(
    config: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = parse(config)

    def killed(folder: Path, **_: Any) -> None:
        if "out.partial." in folder.name:
            raise KeyboardInterrupt

    monkeypatch.setattr("isoglot.parts.shutil.rmtree", killed)
    with pytest.raises((KeyboardInterrupt, TrainingInterrupted)):
        train(settings)
    monkeypatch.undo()
    assert settings.output.is_dir()
    assert not settings.output.with_name("out.partial").exists()
