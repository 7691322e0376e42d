"""The checkpoints of a run: each is sealed, and a run goes on from the last one that is whole and its own."""

import hashlib
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer import OPTIMIZER_NAME, SCHEDULER_NAME, TRAINER_STATE_NAME

from isoglot.parts import remove_folder
from isoglot.seals import damage, is_sealed, seal

SETTINGS = "config.json"
"""The run's configuration, in the folder that holds the checkpoints."""

_NAME = re.compile(r"checkpoint-(\d+)")
_ARCHIVES = (".pt", ".pth", ".bin")  # as PyTorch writes them: zip, with a check sum for every part


class Sealing(TrainerCallback):  # type: ignore[misc]
    """Puts every checkpoint on the disk and seals it; of the sealed ones the best and the last stay, or the last two.

    The trainer removes none itself: it would do so before the new one is on the disk.
    """

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        if torch.distributed.is_initialized():
            torch.distributed.barrier()  # every process writes a file of its own
        if not state.is_world_process_zero:
            return
        folder = Path(args.output_dir)
        last = folder / f"checkpoint-{state.global_step}"
        seal(last, configuration=run_digest(folder))
        best = Path(state.best_model_checkpoint).name if state.best_model_checkpoint else last.name
        older = [checkpoint for checkpoint in checkpoints(folder) if checkpoint != last]
        keep = best if best != last.name else older[-1].name if older else None
        for checkpoint in older:
            if checkpoint.name != keep:
                remove_folder(checkpoint)


def run_digest(folder: Path) -> str:
    """Names the configuration of the run in a folder.

    It is made from the file, not from what a newer version reads in it, which may have more keys.
    """
    content = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def checkpoints(folder: Path) -> list[Path]:
    """Those in a folder, whole or not, in order of their steps."""
    found = [path for path in folder.glob("checkpoint-*") if _NAME.fullmatch(path.name) and path.is_dir()]
    return sorted(found, key=_step)


def last_whole(folder: Path) -> tuple[Path | None, dict[Path, str]]:
    """(The last checkpoint that a run can go on from, or None; each later one, and what is wrong with it.)"""
    if not (folder / SETTINGS).is_file():
        return None, {}
    run = run_digest(folder)
    faults: dict[Path, str] = {}
    for checkpoint in reversed(checkpoints(folder)):
        fault = _fault(checkpoint, run) or _fault_of_best(checkpoint, run)
        if fault is None:
            return checkpoint, faults
        faults[checkpoint] = fault
    return None, faults


def _step(checkpoint: Path) -> int:
    return int(checkpoint.name.partition("-")[2])


def _fault(checkpoint: Path, run: str) -> str | None:
    if is_sealed(checkpoint):
        return damage(checkpoint, configuration=run)
    return _fault_of_unsealed(checkpoint)


def _fault_of_best(checkpoint: Path, run: str) -> str | None:
    """A run that goes on from a checkpoint ends with the best one, which may be older."""
    state = json.loads((checkpoint / TRAINER_STATE_NAME).read_text(encoding="utf-8"))
    if not (named := state.get("best_model_checkpoint")):
        return None
    best = checkpoint.parent / Path(named).name
    if best == checkpoint:
        return None
    fault = _fault(best, run) if best.is_dir() else "it is gone"
    return fault and f"of the best one, {best.name}: {fault}"


def _fault_of_unsealed(checkpoint: Path) -> str | None:
    """Of one that was cut off, or that an older version wrote: each file is looked into."""
    state = checkpoint / TRAINER_STATE_NAME  # first: it is written last
    needed = (state, checkpoint / OPTIMIZER_NAME, checkpoint / SCHEDULER_NAME, checkpoint / "modules.json")
    for path in needed:
        if not path.is_file():
            return f"{path.name} is not there"
    for path in sorted(path for path in checkpoint.rglob("*") if path.is_file()):
        try:
            _look_into(path)
        except (ValueError, OSError, SafetensorError, zipfile.BadZipFile):
            return f"{path.name} is cut or damaged"
    if not any(checkpoint.rglob("*.safetensors")):
        return "model.safetensors is not there"
    return None


def _look_into(path: Path) -> None:
    if path.suffix == ".json":
        json.loads(path.read_text(encoding="utf-8"))
    elif path.suffix == ".safetensors":
        with safe_open(path, framework="pt"):
            pass
    elif path.suffix in _ARCHIVES:
        with zipfile.ZipFile(path) as archive:
            if archive.testzip() is not None:
                raise zipfile.BadZipFile
