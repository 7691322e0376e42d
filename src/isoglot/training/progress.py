"""What a run says while it trains: a log file that survives a kill, and a line or bar for whoever watches."""

import json
import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from isoglot.errors import ConfigError

Report = Callable[[dict[str, Any]], None]


class TrainingLog(TrainerCallback):  # type: ignore[misc]
    """Appends one JSON line a report to ``path`` and hands it to ``report``.

    A line has ``step``, ``steps``, ``seconds`` and either ``loss``, ``learning_rate`` and ``pairs_per_second``, or
    ``validation_loss``; beside a loss of several sources or terms, the mean of each. Each line is
    flushed to disk before training goes on. When a run resumes, lines of steps after the checkpoint are dropped, since
    these steps are done again.
    """

    def __init__(
        self,
        path: Path,
        *,
        pairs_per_step: int,
        report: Report | None,
        terms: Callable[[], dict[str, dict[str, float]]],
    ) -> None:
        self.path, self.pairs_per_step, self.report, self._terms = path, pairs_per_step, report, terms
        self._step, self._time = 0, 0.0

    def on_train_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._step, self._time, self._start = state.global_step, time.monotonic(), time.monotonic()
        if not state.is_world_process_zero:
            return
        kept = [line for line in self._lines() if json.loads(line)["step"] <= state.global_step]
        self.path.write_text("".join(kept), encoding="utf-8")

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **_: Any,
    ) -> None:
        logs = logs or {}
        entry: dict[str, Any] = {"step": state.global_step, "steps": state.max_steps}
        entry["seconds"] = round(time.monotonic() - self._start, 1)
        if "eval_loss" in logs:
            entry["validation_loss"] = logs["eval_loss"]
        elif "loss" in logs:
            elapsed = time.monotonic() - self._time
            pairs = (state.global_step - self._step) * self.pairs_per_step
            entry |= {"loss": logs["loss"], "learning_rate": logs["learning_rate"]}
            entry["pairs_per_second"] = round(pairs / elapsed, 2)
            terms = self._terms()
            if sum(map(len, terms.values())) > 1:
                entry["terms"] = terms
        else:
            return
        loss: float = entry["validation_loss" if "validation_loss" in entry else "loss"]
        if not math.isfinite(loss):
            raise ConfigError(
                f"the loss is {loss} at step {state.global_step}: lower optimization.learning_rate or raise "
                "optimization.temperature."
            )
        if not state.is_world_process_zero:
            return
        self._write(entry)
        if self.report:
            self.report(entry)
        self._step, self._time = state.global_step, time.monotonic()

    def _lines(self) -> list[str]:
        """Whole lines only: a kill can leave half of one."""
        if not self.path.is_file():
            return []
        return [line for line in self.path.read_text(encoding="utf-8").splitlines(True) if line.endswith("}\n")]

    def _write(self, entry: dict[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
            file.flush()
            os.fsync(file.fileno())
