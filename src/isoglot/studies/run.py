"""Running a study: cell by cell, each kept as soon as it is done, a failure of one being no end to the others."""

from __future__ import annotations

import gc
import time
import traceback
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

from filelock import FileLock, Timeout
from sentence_transformers import SentenceTransformer

from isoglot.encoder.load import load_encoder
from isoglot.errors import IsoglotError, StorageError, TrainingInterrupted
from isoglot.parts import remove_folder
from isoglot.studies.cells import StudyCell
from isoglot.studies.measuring import measure_cell
from isoglot.studies.plan import check_unchanged
from isoglot.studies.prepared import PreparedStudy, Watch
from isoglot.training.checkpoints import unfinished
from isoglot.training.model import frozen_prefix, kept_prefix
from isoglot.training.train import train


def run_cells(
    study: PreparedStudy, watch: Watch, *, shard: tuple[int, int] = (1, 1), changed: bool = False, where: str = "study"
) -> None:
    """Train and test what is not there yet.

    Args:
        study: see :func:`prepare`.
        watch: what is told of the work.
        shard: (i, n) runs every n-th cell from the i-th on: n machines with i = 1 .. n share the work.
        changed: run cells again whose configuration is another than when they were run.
        where: the study's file, for messages.

    Raises:
        ConfigError: a finished cell's configuration has changed, and ``changed`` is false.
        TrainingInterrupted: Ctrl-C.
        StorageError: the disk is full.
    """
    cells = study.plan.shard(*shard)
    if not changed:
        check_unchanged(cells, where=where)
    waiting = [cell for cell in cells if not cell.tested(study.measurements)]
    if done := len(cells) - len(waiting):
        watch.say(f"{done} of {len(cells)} cells are there already.")
    clock = _Clock(len(waiting))
    for number, cell in enumerate(waiting, start=1):
        watch.say(f"cell {number} of {len(waiting)}, {cell.label}{clock.left(number - 1)}")
        cell.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(cell.folder / ".lock", timeout=0):
                _try_cell(cell, study, watch)
        except Timeout:
            watch.say(f"{cell.label}: another process is at it.")


def _try_cell(cell: StudyCell, study: PreparedStudy, watch: Watch) -> None:
    """Run a cell; an error that another cell need not have is kept and said."""
    try:
        _run_cell(cell, study, watch)
    except (TrainingInterrupted, StorageError):
        raise
    except Exception as error:
        reason = str(error) if isinstance(error, IsoglotError) else f"{type(error).__name__}: {error}"
        cell.note_failure(reason, traceback.format_exc())
        watch.say(f"{cell.label} failed: {reason}")


def _run_cell(cell: StudyCell, study: PreparedStudy, watch: Watch) -> None:
    if cell.tested(study.measurements):  # another process did it while this one was at other cells
        return
    cell.begin()
    config = cell.training
    if lost := cell.lost():
        watch.say(f"{cell.label}: its model lacks {', '.join(lost)}; it is trained again.")
        remove_folder(cell.model)
    if config is not None and not cell.model.is_dir():
        with watch.training(config.optimization.steps) as report:
            train(config, resume=unfinished(cell.model), report=report, say=watch.say)
    encoder = load_encoder(cell.encoder if config is None else str(cell.model))
    with _kept_prefix(encoder, cell, study):
        measure_cell(cell, encoder, study, watch)
    if config is not None and not study.config.keep_models:
        cell.drop_model()
    del encoder
    gc.collect()


def _kept_prefix(encoder: SentenceTransformer, cell: StudyCell, study: PreparedStudy) -> AbstractContextManager[None]:
    """What an encoder and all cells that are trained from it have in common, they compute once for a test's text."""
    trained = (other.run for other in study.plan.cells if other.encoder == cell.encoder)
    config = cell.run or next((run for run in trained if run is not None), None)
    if config is None:
        return nullcontext()
    return kept_prefix(frozen_prefix(encoder, config.encoder), budget=config.encoder.prefix_budget)


class _Clock:
    """How long what is left takes, by what was done."""

    def __init__(self, cells: int) -> None:
        self._cells, self._began = cells, time.monotonic()

    def left(self, done: int) -> str:
        if not done:
            return ""
        seconds = (time.monotonic() - self._began) / done * (self._cells - done)
        return f"; about {timedelta(seconds=round(seconds))} left"
