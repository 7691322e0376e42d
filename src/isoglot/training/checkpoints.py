"""The working folder of a run: checkpoints and log while it trains, renamed into the finished model at the end."""

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any, Self

from filelock import FileLock, Timeout

from isoglot.cards.card import write_card
from isoglot.cards.record import LEAKS, RECORD
from isoglot.errors import ConfigError, IsoglotError, StorageError, TrainingInterrupted
from isoglot.files import check_shared_folder, sync, whole_file
from isoglot.parts import remove_folder, remove_leftovers
from isoglot.seals import seal
from isoglot.training.config import TrainConfig
from isoglot.training.leaks import Say
from isoglot.training.processes import leads, lost_process
from isoglot.training.resuming import SETTINGS, checkpoints, last_whole

_SMALLEST_WRITE = 1 << 20  # bytes
_FREE = {"encoder.prefix_cache_mib"}  # keys that change nothing in the result
LOG = "log.jsonl"
ALPHA = "alpha"
"""What ``alpha = "auto"`` trained and chose, a folder in the working folder."""


class Workplace:
    """``OUTPUT.partial`` beside the output folder; nothing appears under the output's name before it is whole.

    As a context manager it leaves the folder for ``--resume`` when a run breaks off, unless no checkpoint was
    reached: then there is nothing to go on from, and the folder goes.

    Raises:
        ConfigError: the output exists; or an unfinished run is there and ``resume`` is false; or ``resume`` is
            true and there is none, or it had another configuration; or another process is at it.
        StorageError: the output lies in what is no folder, or cannot be written to.
    """

    def __init__(self, config: TrainConfig, *, resume: bool) -> None:
        self.output = config.output
        self.folder = _working_folder(config.output)
        # Of several processes the first keeps the folder; the others only write where the trainer makes them.
        self.leads = leads()
        self._lock = FileLock(f"{self.folder}.lock", timeout=0)
        if self.leads:
            check_shared_folder(self.output.parent)
            self.output.parent.mkdir(parents=True, exist_ok=True)
            self._take(config, resume=resume)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        try:
            if error is not None and lost_process(error):
                self._explain_loss(error)
            if error is not None and self.leads:
                self._explain(error)
        finally:
            if self.leads:
                self._release()

    def checkpoint(self, say: Say | None = None) -> Path | None:
        """The last whole checkpoint; the later ones are removed.

        Args:
            say: told what is wrong with the later ones.
        """
        checkpoint, faults = last_whole(self.folder)
        where = f"from {checkpoint.name}" if checkpoint else "from the beginning"
        for broken, fault in faults.items():
            if self.leads and say is not None:
                say(f"{broken.name} in {str(self.folder)!r} is not whole ({fault}): the run goes on {where}.")
            if self.leads:
                remove_folder(broken)
        return checkpoint

    def finish(self, model: Any, record: dict[str, Any], *, leaks: dict[str, Any] | None) -> None:
        """Save the model with its record, log and certificate of leakage, and rename it to the output."""
        if not self.leads:
            return
        final = self.folder / "model"
        shutil.rmtree(final, ignore_errors=True)
        model.save_pretrained(str(final), create_model_card=False)
        _write(record, final / RECORD)
        if leaks is not None:
            _write(leaks, final / LEAKS)
        shutil.copy(self.folder / LOG, final / LOG)
        write_card(final, name=self.output.name)
        seal(final)
        os.replace(final, self.output)
        sync(self.output.parent)
        remove_folder(self.folder)

    def _take(self, config: TrainConfig, *, resume: bool) -> None:
        try:
            self._lock.acquire()
        except Timeout as error:
            raise ConfigError(f"another run is writing into {str(self.folder)!r}: wait for it or stop it.") from error
        try:
            self._check(config, resume=resume)
            remove_leftovers(self.folder)
            if not resume:
                self._begin(config)
        except BaseException:
            self._release()
            raise

    def _begin(self, config: TrainConfig) -> None:
        """Checkpoints without a configuration are of a run whose removal broke off, which may have been another."""
        for checkpoint in checkpoints(self.folder):
            remove_folder(checkpoint)
        with whole_file(self.folder / SETTINGS) as part:
            part.write_text(config.model_dump_json(indent=1), encoding="utf-8")

    def _release(self) -> None:
        lock = Path(self._lock.lock_file)
        if os.name == "posix":  # while it is held: after that another process may have it, under this name
            lock.unlink(missing_ok=True)
        self._lock.release()

    def _check(self, config: TrainConfig, *, resume: bool) -> None:
        if self.output.exists():
            raise ConfigError(f"output {str(self.output)!r} exists already: choose another or remove it.")
        started = unfinished(self.output)
        if started and not resume:
            raise ConfigError(
                f"an unfinished run is in {str(self.folder)!r}: continue it with --resume, or remove the folder."
            )
        if resume and not started:
            raise ConfigError(f"there is no unfinished run in {str(self.folder)!r} to resume: start without --resume.")
        if resume:
            self._check_same(config)

    def _explain(self, error: BaseException) -> None:
        """Raise what Ctrl-C or a full disk means for this run; leave other errors as they are."""
        full = _disk_is_full(error, self.output.parent)  # looked at before anything is removed
        how = self._how_to_go_on()
        if isinstance(error, KeyboardInterrupt) or isinstance(error.__cause__, KeyboardInterrupt):  # of a proxy
            raise TrainingInterrupted(f"training into {str(self.output)!r} was stopped by Ctrl-C; {how}.") from error
        if full:
            raise StorageError(
                f"the disk with {str(self.output.parent)!r} (or the cache) is full: free some space and {how}."
            ) from error

    def _explain_loss(self, error: BaseException) -> None:
        """Raise what it means that another process is gone; each of those that are left does."""
        raise TrainingInterrupted(
            f"training into {str(self.output)!r} was stopped because another of its processes ended, which may have "
            f"said why; {self._how_to_go_on()}."
        ) from error

    def _how_to_go_on(self) -> str:
        """From which checkpoint; without one the folder goes."""
        kept, _ = last_whole(self.folder)
        if kept is not None:
            return f"continue from {kept.name} with --resume"
        if any((self.folder / ALPHA).glob("*")):
            return "continue with --resume, what was found for alpha is kept"
        if self.leads:
            remove_folder(self.folder)
        return "start it again, no checkpoint was reached"

    def _check_same(self, config: TrainConfig) -> None:
        try:
            before = _flat(json.loads((self.folder / SETTINGS).read_text(encoding="utf-8")))
        except ValueError as error:
            raise ConfigError(
                f"{self.folder / SETTINGS}: cannot be read ({error}), so it does not say what run this was: remove "
                "the folder and start again."
            ) from error
        now = _flat(json.loads(config.model_dump_json()))
        changed = sorted(key for key in (before.keys() | now.keys()) - _FREE if before.get(key) != now.get(key))
        if changed:
            raise ConfigError(
                f"the unfinished run in {str(self.folder)!r} had other values of {', '.join(changed)}: resume it "
                "with the same configuration, or remove the folder."
            )


def unfinished(output: Path) -> bool:
    """Whether a run into a folder was begun and not finished, so that it can be resumed."""
    return (_working_folder(output) / SETTINGS).is_file()


def _working_folder(output: Path) -> Path:
    return output.with_name(f"{output.name}.partial")


def _write(content: dict[str, Any], path: Path) -> None:
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _disk_is_full(error: BaseException, folder: Path) -> bool:
    """Whether a write failed for want of space: libraries wrap the system's error, and not all of them say so."""
    if isinstance(error, StorageError) or (isinstance(error, OSError) and error.errno == errno.ENOSPC):
        return True
    wrapped = not isinstance(error, IsoglotError) and shutil.disk_usage(folder).free < _SMALLEST_WRITE
    return wrapped or "No space left" in str(error)


def _flat(config: dict[str, Any]) -> dict[str, Any]:
    """``{"batch": {"size": 8}, "seed": 0}`` as ``{"batch.size": 8, "seed": 0}``."""
    flat: dict[str, Any] = {}
    for section, value in config.items():
        items = value.items() if isinstance(value, dict) else [("", value)]
        flat |= {f"{section}.{key}".rstrip("."): entry for key, entry in items}
    return flat
