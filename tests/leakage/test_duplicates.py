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
    found = NearDuplicates(tests, threshold=THRESHOLD)
    for start in range(0, len(train), 30):
        run = train[start : start + 30]
        found.add(run, [TrainingPlace(0, (start + number,), "") for number in range(len(run))])
    expected = {
        (number, row): jaccard(text, other)
        for number, text in enumerate(tests)
        for row, other in enumerate(train)
        if text != other and jaccard(text, other) >= THRESHOLD
    }
    assert 40 < len(expected) < len(train) - 40
    got = {(one.text, found.places[one.place].rows[0]): one.jaccard for one in found.found}
    assert got == pytest.approx(expected)


def test_the_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasketch", None)
    with pytest.raises(ConfigError, match=r"need the package datasketch: pip install 'isoglot\[leaks\]'"):
        NearDuplicates(["text"], threshold=THRESHOLD)
