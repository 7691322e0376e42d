"""Code switching: which part is replaced by which, and what stays."""

import numpy as np
import pytest

from isoglot.errors import ConfigError
from isoglot.perturbation.families.code_switching import CodeSwitching


def switch(text: str, language: str, parallel: str, strength: float = 1.0, into: str = "en", seed: int = 0) -> str:
    return CodeSwitching(into).apply(text, language, strength, np.random.default_rng(seed), parallel=parallel)


def test_code_switching_keeps_numbers_and_shared_names() -> None:
    german, english = "Wann gewann Denver im Jahr 2015?", "When did Denver win in 2015?"
    found = switch(german, "de", english).split()
    assert sorted(found) == sorted(english.split())
    assert [german.split().index(word) for word in found if word in german] == [2, 5]  # Denver, 2015?, in their order


def test_code_switching_replaces_the_same_part() -> None:
    own, other = [f"a{n}".translate(_WORDS) for n in range(10)], [f"b{n}".translate(_WORDS) for n in range(20)]
    for seed in range(20):
        found = switch(" ".join(own), "de", " ".join(other), 0.3, seed=seed).split()
        part = [n for n, word in enumerate(own) if word not in found]
        assert len(part) == 3
        assert found == own[: part[0]] + other[2 * part[0] : 2 * part[-1] + 2] + own[part[-1] + 1 :]


_WORDS = str.maketrans("0123456789", "cdefghijkl")  # a digit would be a number, which is kept


def test_code_switching_without_spaces() -> None:
    assert switch("谁在2015年赢了？", "zh", "Who won in 2015?") == "Who 2015 won in"
    assert switch("Wer gewann?", "de", "谁赢了？", into="zh") == "谁赢了？"


def test_code_switching_into_the_querys_own_language_is_refused() -> None:
    with pytest.raises(ConfigError, match="'en-GB' is in the language to switch to"):
        switch("Who?", "en-GB", "Who?")
