"""Near duplicates of test texts as training texts stream by: those that comparing every pair finds."""

import random
import sys

import pytest

from helpers.planted import words
from isoglot.errors import ConfigError
from isoglot.leakage.duplicates import NearDuplicates
from isoglot.leakage.sides import TrainingPlace
from isoglot.text.normal import shingles

THRESHOLD = 0.7


def jaccard(one: str, other: str) -> float:
    a, b = shingles(one), shingles(other)
    return len(a & b) / len(a | b)


def silent(count: int) -> None:
    """Tell nobody."""


def edited(text: str, count: int, draw: random.Random) -> str:
    letters = list(text)
    for place in draw.sample(range(len(letters)), count):
        letters[place] = draw.choice("0123456789")
    return "".join(letters)


def test_every_pair_is_found_and_no_other() -> None:
    pytest.importorskip("datasketch")
    draw = random.Random(7)
    tests = [words(number, size, language) for number in range(40) for size, language in ((10, "en"), (60, "zh"))]
    train = [edited(text, round(share * len(text)), draw) for text in tests for share in (0.01, 0.02, 0.03, 0.05)]
    train += tests[:10]  # equal texts are no near duplicates
    check = NearDuplicates(tests, threshold=THRESHOLD, sources=2, progress=silent)
    for start in range(0, len(train), 30):
        run = train[start : start + 30]
        check.add(run, [TrainingPlace(1, (start + number,), "") for number in range(len(run))])
    found = check.found
    expected = {
        (number, row): jaccard(text, other)
        for number, text in enumerate(tests)
        for row, other in enumerate(train)
        if text != other and jaccard(text, other) >= THRESHOLD
    }
    assert 40 < len(expected) < len(train) - 40
    assert [place.rows[0] for place in found.places] == sorted({row for _, row in expected})
    assert found.leaks[1].tolist() == [any(text == number for text, _ in expected) for number in range(len(tests))]
    assert not found.leaks[0].any()
    for text, (score, closest) in enumerate(zip(found.score.tolist(), found.closest.tolist(), strict=True)):
        own = {row: index for (number, row), index in expected.items() if number == text}
        assert score == pytest.approx(max(own.values(), default=0))
        assert closest == -1 if not own else own[found.places[closest].rows[0]] == pytest.approx(score)


def test_the_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasketch", None)
    with pytest.raises(ConfigError, match=r"need the package datasketch: pip install 'isoglot\[leaks\]'"):
        NearDuplicates(["text"], threshold=THRESHOLD, sources=1, progress=silent)
