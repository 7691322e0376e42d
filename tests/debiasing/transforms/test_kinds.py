"""What holds for every kind and setting that is tried."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from helpers.languagevectors import largest, moved, planted
from isoglot.debiasing.transforms.kinds import KINDS, choices, fit
from isoglot.encoder.fitted import Choice
from isoglot.roles import ROLES

Array = np.ndarray[Any, Any]


@pytest.mark.parametrize("choice", choices(), ids=str)
def test_every_choice_fits_gives_unit_vectors_and_does_little_at_little_strength(choice: Choice) -> None:
    raw = planted(1, languages="abcdefghijk", width=48, bias=0.3)

    def scaled(rows: Array) -> Array:
        result: Array = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return result

    sample = replace(
        raw,
        vectors={role: {tag: scaled(rows) for tag, rows in raw.vectors[role].items()} for role in ROLES},
    )
    sizes = []
    for strength in (choice.strength, 1e-4):
        after = moved(fit(sample, Choice(kind=choice.kind, strength=strength, rank=choice.rank)), sample)
        lengths = [np.linalg.norm(rows, axis=1) for _, _, rows in after.rows()]
        np.testing.assert_allclose(np.concatenate(lengths), 1, atol=1e-5)
        sizes.append(largest(sample, after))
    assert sizes[1] < 1e-3 < 0.05 < sizes[0]


def test_choices_are_few_and_all_different() -> None:
    """Each is fitted and ranked five times when one is chosen."""
    assert len(set(choices())) == len(choices()) <= 20
    assert {choice.kind for choice in choices()} == set(KINDS)
    assert all(a != b for a, b in itertools.combinations(map(str, choices()), 2))
