"""Keyboard layouts: which keys are neighbours, and that none is there twice."""

import pytest

from isoglot.perturbation.families.layouts import layout, neighbours


@pytest.mark.parametrize(
    ("language", "letter", "near"),
    [
        ("en", "s", "a d w e z x"),
        ("de", "z", "t u g h"),
        ("fr", "a", "z q é"),
        ("tr", "i", "ş ğ ü"),
        ("ru", "п", "а р е н м и"),
        ("el", "σ", "α δ ς ε ζ χ"),
        ("ar", "ل", "ب ا ف غ ر لا"),
        ("hi", "ि", "् ु ी ू म न"),
        ("th", "ก", "ห ด ำ พ ป แ"),
    ],
)
def test_neighbours_of_a_key(language: str, letter: str, near: str) -> None:
    board = layout(language)
    assert board is not None
    assert set(neighbours(board)[letter]) == set(near.split())


def test_a_layout_has_every_letter_once() -> None:
    for language in ("en", "de", "fr", "es", "tr", "ru", "uk", "el", "ar", "hi", "th"):
        board = layout(language)
        assert board is not None
        keys = [key for level in board.levels for row in level for key in row.split() if key != "."]
        assert len(keys) == len(set(keys)), board.name
        assert all(letter in neighbours(board)[other] for letter in keys for other in neighbours(board)[letter])
