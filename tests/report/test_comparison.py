"""What a comparison says: better, worse or not told apart, in words and in eight rows that fit 80 columns."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from helpers import compared
from isoglot.evaluation.comparison.compare import CompareOptions, compare
from isoglot.evaluation.comparison.comparison import Comparison
from isoglot.evaluation.statistics.bootstrap import Bounded
from isoglot.evaluation.statistics.power import detectable
from isoglot.report.comparison import comparison_summaries
from isoglot.report.values import compared_values, value_of, values_that_matter
from isoglot.summary import MOST_ROWS, WIDTH


def said(comparison: Comparison, *, details: bool = False) -> str:
    return "\n".join(summary.text(details=details) for summary in comparison_summaries(comparison))


def flat(text: str) -> str:
    return " ".join(text.split())


def test_what_is_better_is_said_in_words_and_in_a_row() -> None:
    a = compared.run("a", compared.values(1), bias=1000 * compared.values(5))
    b = compared.run("b", compared.values(1, shift=0.2) + 0.01 * compared.values(2), bias=1000 * compared.values(6))
    found = compare([a], [b], options=CompareOptions(draws=1_000, margin=0.01))
    text = said(found, details=True)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert flat(text).startswith(
        "On made, A is a and B is b. B is better in multi mAP (+.205). multi mAP: within .01 no"
    )
    assert "no worse (p < .001), not shown to be equivalent (p = 1)." in flat(text)
    assert "multi mAP .509 .714 +.205 [.204, .206] ↑ better" in flat(text)
    distance = compared.effect(found, "bias", "distance")
    assert f"bias/distance {distance.a:.0f} {distance.b:.0f}" in flat(text)  # one that this version does not know
    assert [line.split()[0] for line in text.splitlines() if line[:2] in compared.CELLS] == list(compared.CELLS)
    assert "training seeds were not varied." in flat(text)


def test_what_is_not_told_apart_says_what_could_have_been() -> None:
    a = compared.run("a", compared.values(1))
    assert "A and B are equal in multi mAP." in said(compare([a], [replace(a, path=Path("other.json"))]))
    noisy = compared.run("b", compared.values(1) + 0.1 * np.random.default_rng(0).normal(size=120))
    found = compare([a], [noisy], options=compared.FAST)
    effect = compared.effect(found)
    assert effect.p > 0.05
    least = f"{detectable(effect):.3f}".removeprefix("0")
    assert f"No difference is shown in multi mAP ({least} would have shown)." in flat(said(found))
    assert f"none seen ({least})" in said(found)
    single = [compared.run(name, compared.values(seed), clusters=1) for name, seed in (("a", 1), ("b", 2))]
    alone = said(compare(single[:1], single[1:], options=compared.FAST))
    assert "With one cluster nothing can be tested in multi mAP." in alone
    assert "nan" not in alone.lower()


def test_a_detectable_difference_is_that_of_the_standard_error() -> None:
    """Of a normal mean with standard error 1: 1.96 + .84."""
    assert detectable(Bounded(0, -1.959964, 1.959964)) == pytest.approx(2.801585, abs=1e-5)
    assert math.isnan(detectable(Bounded(0, math.nan, math.nan)))


def test_training_seeds_and_language_pairs_are_in_the_details() -> None:
    a, b = (compared.run(name, compared.values(seed)) for name, seed in (("a", 1), ("b", 2)))
    several = flat(said(compare([a], [b, replace(b, path=Path("c.json"))]), details=True))
    assert "and training seeds (runs: A 1, B 2). A is one run: its seeds were not varied" in several
    real = compare([compared.evaluated("a", vectors=1)], [compared.evaluated("b", vectors=2)], options=compared.FAST)
    pairs = real.collections["random"].row("cross", "map").cells
    higher, lower = (sum(sign * cell.difference > 0 for cell in pairs.values()) for sign in (1, -1))
    text = flat(said(real, details=True))
    assert f"cross mAP: of {len(pairs)} ordered pairs of languages, B is higher in {higher} (0 with " in text
    assert f"lower in {lower} (0)." in text
    short = said(real).splitlines()
    assert sum(any(line.startswith(value.label) for value in compared_values("map")) for line in short) == 8


def test_values_are_written_in_their_unit() -> None:
    share, rank, plain = value_of("bias", "lpr"), value_of("bias", "rank_distance"), value_of("multi", "map")
    assert (share.form(0.987), share.difference(-0.1234), share.bound(0.02)) == ("98.7%", "−12.3", "2.0")
    assert (rank.form(1214.3), rank.form(38.21), rank.difference(-664.8)) == ("1,214", "38.2", "−665")
    assert (plain.form(0.5), plain.difference(0.0521), plain.difference(-0.0001)) == (".500", "+.052", ".000")
    assert value_of("multi", "ndcg@10").label == "multi nDCG@10"
    assert len(values_that_matter("map")) <= MOST_ROWS
    assert len({value.label for value in values_that_matter("map")}) == len(values_that_matter("map"))
