"""The working folder of a run: checkpoints and log while it trains, renamed into the finished model at the end."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

from isoglot.errors import ConfigError
from isoglot.training.config import TrainConfig

RECORD = "isoglot.json"
LOG = "log.jsonl"


class Workplace:
    """``OUTPUT.partial`` beside the output folder; nothing appears under the output's name before it is whole.

    Raises:
        ConfigError: the output exists; or an unfinished run is there and ``resume`` is false; or ``resume`` is
            true and there is none, or it had another configuration.
    """

    def __init__(self, config: TrainConfig, *, resume: bool) -> None:
        self.output = config.output
        self.folder = config.output.with_name(config.output.name + ".partial")
        if self.output.exists():
            raise ConfigError(f"output {str(self.output)!r} exists already: choose another or remove it.")
        if self.folder.exists() and not resume:
            raise ConfigError(
                f"an unfinished run is in {str(self.folder)!r}: continue it with --resume, or remove the folder."
            )
        if resume:
            self._check_same(config)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._settings().write_text(config.model_dump_json(indent=1), encoding="utf-8")

    def checkpoint(self) -> Path | None:
        """The last whole checkpoint; the trainer writes its state file last, so one without it was cut off."""
        whole = [path.parent for path in self.folder.glob("checkpoint-*/trainer_state.json")]
        return max(whole, key=lambda path: int(path.name.partition("-")[2]), default=None)

    def finish(self, model: Any, record: dict[str, Any]) -> None:
        """Save the model with its record and log, and rename it to the output."""
        final = self.folder / "model"
        shutil.rmtree(final, ignore_errors=True)
        model.save_pretrained(str(final), create_model_card=False)
        (final / RECORD).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        shutil.copy(self.folder / LOG, final / LOG)
        os.replace(final, self.output)
        shutil.rmtree(self.folder)

    def _settings(self) -> Path:
        return self.folder / "config.json"

    def _check_same(self, config: TrainConfig) -> None:
        if not self._settings().is_file():
            raise ConfigError(f"there is no unfinished run in {str(self.folder)!r} to resume: start without --resume.")
        before = _flat(json.loads(self._settings().read_text(encoding="utf-8")))
        now = _flat(json.loads(config.model_dump_json()))
        changed = sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key))
        if changed:
            raise ConfigError(
                f"the unfinished run in {str(self.folder)!r} had other values of {', '.join(changed)}: resume it "
                "with the same configuration, or remove the folder."
            )


def _flat(config: dict[str, Any]) -> dict[str, Any]:
    """``{"batch": {"size": 8}, "seed": 0}`` as ``{"batch.size": 8, "seed": 0}``."""
    flat: dict[str, Any] = {}
    for section, value in config.items():
        items = value.items() if isinstance(value, dict) else [("", value)]
        flat |= {f"{section}.{key}".rstrip("."): entry for key, entry in items}
    return flat
