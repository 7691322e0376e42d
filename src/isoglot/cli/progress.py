"""Progress on a terminal, and plain lines where output goes to a file."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from isoglot.progress import Progress as Told
from isoglot.progress import StartProgress

if TYPE_CHECKING:  # which imports torch, and a bar does not need it
    from isoglot.training.progress import Report

_SECONDS_BETWEEN_LINES = 30


class _Speed(ProgressColumn):
    def render(self, task: Any) -> Text:
        return Text(f"{_short(task.speed)} {task.fields['unit']}/s" if task.speed else "")


@contextmanager
def training_report(steps: int) -> "Iterator[Report]":
    """A bar with loss and pairs/s; one line a report where stderr is no terminal."""
    console = Console(stderr=True)
    columns = [BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[state]}"), TimeRemainingColumn()]
    with Progress(TextColumn("training"), *columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("training", total=steps, state="")

        def report(entry: dict[str, Any]) -> None:
            state = _state(entry)
            bar.update(task, completed=entry["step"], state=state)
            if not console.is_terminal:
                console.print(f"step {entry['step']}/{entry['steps']} {state}", highlight=False)

        yield report


def _state(entry: dict[str, Any]) -> str:
    if "validation_loss" in entry:
        return f"validation loss {entry['validation_loss']:.4f}"
    return f"loss {entry['loss']:.4f}, {entry['pairs_per_second']:.1f} pairs/s"


@contextmanager
def embedding_progress() -> Iterator[StartProgress]:
    """A bar for each piece of work, with texts/s and time left; a line now and then without a terminal."""
    console = Console(stderr=True)
    columns = [TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), _Speed()]
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as bar:

        def start(what: str, total: int, unit: str = "texts") -> Told:
            if not console.is_terminal:
                return _Lines(console, what, total, unit)
            task: TaskID = bar.add_task(what, total=total, unit=unit)

            def told(count: int) -> None:
                bar.advance(task, count)

            return told

        yield start


class _Lines:
    """Says how far it is, in plain lines, so seldom that a log stays readable and short work says nothing."""

    def __init__(self, console: Console, what: str, total: int, unit: str) -> None:
        self.console, self.what, self.total, self.unit = console, what, total, unit
        self.done = 0
        self.begun = self.said = time.monotonic()

    def __call__(self, count: int) -> None:
        self.done += count
        now = time.monotonic()
        if now - self.said >= _SECONDS_BETWEEN_LINES:
            self.said = now
            speed = self.done / (now - self.begun)
            left = timedelta(seconds=round((self.total - self.done) / speed))
            done = f"{_short(self.done)} of {_short(self.total)} {self.unit}"
            self.console.print(f"{self.what}: {done}, {_short(speed)}/s, {left} left", highlight=False)


def _short(count: float) -> str:
    """Texts are counted, scores are billions."""
    return f"{count:,.0f}" if count < 1e7 else f"{count / 1e6:,.0f}M"
