"""Bars on a terminal; without one the watch (:mod:`isoglot.cli.watch`) says how far work is, in plain lines."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from isoglot.cli.watch import WATCH, amount
from isoglot.progress import Progress as Told
from isoglot.progress import StartProgress, doing

if TYPE_CHECKING:  # which imports torch, and a bar does not need it
    from isoglot.training.progress import Report


_SHOWN: list[Progress] = []  # bars on the screen, the innermost last


@contextmanager
def bars_away() -> Iterator[None]:
    """Draw no bar in the block, where somebody is asked: a bar erases the line that it stands in."""
    shown = list(_SHOWN)
    for bar in shown:
        bar.stop()
    try:
        yield
    finally:
        for bar in shown:
            bar.start()


class _Speed(ProgressColumn):
    def render(self, task: Any) -> Text:
        return Text(f"{amount(task.speed)} {task.fields['unit']}/s" if task.speed else "")


@contextmanager
def training_report(steps: int) -> "Iterator[Report]":
    """A bar with loss and pairs/s; one line a report where stderr is no terminal."""
    console = Console(stderr=True, quiet=WATCH.quiet)
    columns = [BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[state]}"), TimeRemainingColumn()]
    with _bars(console, TextColumn("training"), *columns) as bar, doing("training", steps, "steps") as work:
        task = bar.add_task("training", total=steps, state="")

        def report(entry: dict[str, Any]) -> None:
            state = _state(entry)
            work.done = entry["step"]
            bar.update(task, completed=entry["step"], state=state)
            if not console.is_terminal:
                console.print(f"step {entry['step']}/{entry['steps']} {state}", highlight=False)
            WATCH.heard()

        yield report


def _state(entry: dict[str, Any]) -> str:
    if "validation_loss" in entry:
        return f"validation loss {entry['validation_loss']:.4f}"
    return f"loss {entry['loss']:.4f}, {entry['pairs_per_second']:.1f} pairs/s"


@contextmanager
def embedding_progress() -> Iterator[StartProgress]:
    """A bar for each piece of work, with texts/s and time left; the watch's lines without a terminal."""
    console = Console(stderr=True)
    columns = [TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), _Speed()]
    with _bars(console, *columns, TimeRemainingColumn()) as bar, ExitStack() as all_work:

        def start(what: str, total: int, unit: str = "texts") -> Told:
            this = all_work.enter_context(ExitStack())
            work = this.enter_context(doing(what, total, unit))
            task = bar.add_task(what, total=total, unit=unit)

            def told(count: int) -> None:
                work(count)
                bar.advance(task, count)
                if console.is_terminal:  # the bar has moved
                    WATCH.heard()
                if work.done >= total:
                    this.close()

            return told

        yield start


@contextmanager
def _bars(console: Console, *columns: ProgressColumn) -> Iterator[Progress]:
    with Progress(*columns, console=console, disable=WATCH.quiet or not console.is_terminal) as bar:
        _SHOWN.append(bar)
        try:
            yield bar
        finally:
            _SHOWN.remove(bar)
