"""Training configurations of tests, and trained weights compared."""

import json
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer

from helpers.linting import write
from isoglot.training.config import TrainConfig

_LANGUAGES = ("de", "en", "es")


def write_items(path: Path) -> Path:
    """48 items in three languages, a word of its own in each, so there is something to learn."""
    rows = [
        {
            "id": f"i{n}",
            "group": f"g{n}",
            "query": {lang: f"{lang} question w{n}" for lang in _LANGUAGES},
            "passage": {lang: f"{lang} passage w{n} text" for lang in _LANGUAGES},
        }
        for n in range(48)
    ]
    write(path, rows)
    return path


def small_config(output: Path, *, items: Path, encoder: Path) -> dict[str, Any]:
    """A complete small configuration, to be changed by tests and parsed."""
    return {
        "output": str(output),
        "encoder": {"name": str(encoder)},
        "data": {"train": [str(items)], "validation": 0.25},
        "batch": {"policy": "hybrid", "size": 8},
        "optimization": {"steps": 8, "learning_rate": 1e-3, "check_every": 4, "log_every": 1},
    }


def parse(content: dict[str, Any], **sections: Any) -> TrainConfig:
    """The configuration with keys of sections replaced, or a top-level key."""
    merged = dict(content)
    for name, value in sections.items():
        merged[name] = {**merged[name], **value} if isinstance(value, dict) else value
    return TrainConfig.parse(merged, where="test")


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return SentenceTransformer(str(folder), device="cpu").state_dict()


def losses(folder: Path) -> list[float]:
    """Of every report, in training and in validation."""
    rows = map(json.loads, (folder / "log.jsonl").read_text().splitlines())
    return [row.get("loss", row.get("validation_loss")) for row in rows]


def assert_same(left: dict[str, torch.Tensor], right: dict[str, torch.Tensor], tolerance: float = 0.0) -> None:
    assert left.keys() == right.keys()
    for name in left:
        torch.testing.assert_close(left[name], right[name], rtol=0, atol=tolerance, msg=name)


def interrupt_at(step: int) -> Any:
    def report(entry: dict[str, Any]) -> None:
        if entry["step"] == step and "loss" in entry:
            raise KeyboardInterrupt

    return report
