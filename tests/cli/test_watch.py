"""What is said where nothing else is, by a clock that does not run."""

from pathlib import Path

import pytest

from helpers.commandline import run
from isoglot.cli.progress import embedding_progress
from isoglot.cli.watch import WATCH, Watch
from isoglot.progress import Work, doing, under_way


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("time.monotonic", clock)
    return clock


def test_a_silence_is_broken_and_what_was_said_is_none(clock: Clock) -> None:
    watch = Watch(clock=clock)
    with doing("isoglot evaluate is running"):
        lines = {}
        for clock.now in range(1, 40):
            if clock.now == 15:
                watch.heard()
            if line := watch.line():
                lines[clock.now] = line
    assert lines == {
        10: "isoglot evaluate is running, 0:00:10 so far",
        25: "isoglot evaluate is running, 0:00:25 so far",
        35: "isoglot evaluate is running, 0:00:35 so far",
    }
    clock.now = 100
    assert watch.line() is None  # nothing is under way


def test_the_innermost_work_says_how_far_it_is(clock: Clock) -> None:
    watch = Watch(clock=clock)
    with doing("loading x"), doing("making x", 250_000, "pieces") as told:
        told(1_000)
        clock.now = 10
        assert watch.line() == "making x: 1,000 of 250,000 pieces, 100/s, 0:41:30 left"
        told(249_000)
        clock.now = 20
        assert watch.line() == "making x, 0:00:20 so far"  # what follows is not counted


def test_work_that_is_done_is_not_under_way() -> None:
    with doing("isoglot leaks"), embedding_progress() as start:
        told = start("near duplicates", 2)
        told(1)
        assert _what(under_way()) == "near duplicates"
        told(1)
        assert _what(under_way()) == "isoglot leaks"
        start("more", 2)
    assert under_way() is None


def _what(work: Work | None) -> str:
    assert work is not None
    return work.what


@pytest.mark.parametrize("place", [0, 3])
def test_quiet_turns_notes_and_lines_off_wherever_it_stands(
    place: int, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    row = '{{"id": "{0}", "query": {{"en": "q{0}"}}, "passage": {{"en": "p{0}"}}, "label": {0}}}\n'
    (tmp_path / "pairs.jsonl").write_text(row.format(0) + row.format(1))
    words = ["data", "show", str(tmp_path / "pairs.jsonl")]
    assert "left out" in run(capsys, *words)[2]
    code, said, notes = run(capsys, *words[:place], "--quiet", *words[place:])
    assert (code, notes) == (0, "")
    assert "q1" in said
    assert not WATCH.quiet
