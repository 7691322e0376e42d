"""The transforms' promises, on planted samples."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.languagevectors import planted
from isoglot.debiasing.affine import Affine
from isoglot.debiasing.centring import fit_centring
from isoglot.debiasing.directions import fit_directions, fit_lir
from isoglot.debiasing.kinds import KINDS, Choice, choices, fit
from isoglot.debiasing.leace import fit_leace
from isoglot.debiasing.origin import to_origin
from isoglot.debiasing.sample import LEAST, Sample
from isoglot.debiasing.shift import fit_shift
from isoglot.errors import ConfigError, DataError
from isoglot.roles import ROLES

Array = np.ndarray[Any, Any]

FEW = settings(max_examples=25, deadline=None)
seeds = st.integers(0, 10_000)


def moved(transform: Affine, sample: Sample) -> Sample:
    return Sample(
        vectors={
            role: {
                tag: transform.apply(rows, np.full(len(rows), transform.languages.index(tag)), role)
                for tag, rows in sample.vectors[role].items()
            }
            for role in ROLES
        },
        groups=sample.groups,
    )


def largest(before: Sample, after: Sample) -> float:
    return max(float(np.abs(after.vectors[role][tag] - rows).max()) for role, tag, rows in before.rows())


@FEW
@given(seeds, st.sampled_from(["ab", "abcde"]), st.sampled_from([4, 40]))
def test_leace_leaves_nothing_of_the_language_and_nothing_to_do(seed: int, languages: str, texts: int) -> None:
    sample = planted(seed, languages=languages, texts=texts, width=24)  # 4 + 11 texts: the covariance has no inverse
    after = moved(fit_leace(sample, strength=1, unit=False), sample)
    for role in ROLES:
        common = sample.means(role).mean(axis=0)
        np.testing.assert_allclose(after.means(role), np.tile(common, (len(languages), 1)), atol=1e-5)
        rows = np.concatenate([after.vectors[role][tag] for tag in languages]).astype(np.float64)
        label = np.repeat(np.arange(len(languages)), [len(after.vectors[role][tag]) for tag in languages])
        covariance = (rows - rows.mean(axis=0)).T @ np.eye(len(languages))[label] / len(rows)
        assert np.abs(covariance).max() < 1e-6
    again = moved(fit_leace(after, strength=1, unit=False), after)
    assert largest(after, again) < 1e-5
    assert largest(sample, after) > 0.1


@FEW
@given(seeds)
def test_leace_changes_less_than_any_other_eraser(seed: int) -> None:
    """Orthogonal projection erases as well; with the covariance known it is never cheaper."""
    sample = planted(seed, texts=2000)
    after = moved(fit_leace(sample, strength=1, unit=False), sample)
    for role in ROLES:
        means = sample.means(role)
        common = means.mean(axis=0)
        directions = np.linalg.svd(means - common)[2][: len(means) - 1]
        costs = [0.0, 0.0]
        for tag in sample.languages:
            rows = sample.vectors[role][tag].astype(np.float64)
            costs[0] += float(((after.vectors[role][tag] - rows) ** 2).sum(axis=1).mean())
            costs[1] += float((((rows - common) @ directions.T @ directions) ** 2).sum(axis=1).mean())
        assert costs[0] < costs[1] * 1.001


@FEW
@given(seeds, st.floats(0.1, 1), st.integers(1, 4))
def test_directions_are_those_in_which_means_spread_most(seed: int, strength: float, rank: int) -> None:
    sample = planted(seed)
    transform = fit_directions(sample, strength=strength, rank=rank, unit=False)
    assert not transform.by_language
    spread = np.concatenate([m - m.mean(axis=0) for m in map(sample.means, ROLES)])
    left = np.concatenate([m - m.mean(axis=0) for m in map(moved(transform, sample).means, ROLES)])
    energy = np.linalg.svd(spread, compute_uv=False) ** 2
    expected = energy[rank:].sum() + (1 - strength) ** 2 * energy[:rank].sum()
    np.testing.assert_allclose((left**2).sum(), expected, rtol=1e-3, atol=1e-5)


def test_directions_beyond_the_spread_of_the_means_are_refused() -> None:
    sample = planted(0)  # two roles of three languages: four directions
    fit_directions(sample, strength=1, rank=4)
    with pytest.raises(ConfigError, match="3 languages spread in 4 directions, so that 5 cannot"):
        fit_directions(sample, strength=1, rank=5)


@FEW
@given(seeds, st.floats(0.1, 1), st.integers(1, 5))
def test_lir_scales_each_languages_own_first_components(seed: int, strength: float, rank: int) -> None:
    sample = planted(seed)
    transform = fit_lir(sample, strength=strength, rank=rank, unit=False)
    after = moved(transform, sample)
    for role, tag, rows in sample.rows():
        left, values, right = np.linalg.svd(rows.astype(np.float64), full_matrices=False)
        values[:rank] *= 1 - strength
        np.testing.assert_allclose(after.vectors[role][tag], left * values @ right, atol=2e-4)
    # A language that was not fitted loses what all have in common, however many texts each has.
    each = [rows.astype(np.float64) for rows in sample.vectors["query"].values()]
    _, directions = np.linalg.eigh(np.mean([rows.T @ rows / len(rows) for rows in each], axis=0))
    common = directions[:, -rank:]
    rows = sample.vectors["query"]["a"]
    found = transform.apply(rows, np.full(len(rows), 3), "query")
    np.testing.assert_allclose(found, rows - strength * rows @ common @ common.T, atol=2e-4)


def test_lir_needs_more_texts_than_components() -> None:
    with pytest.raises(DataError, match="5 principal components need more than 5 texts of a language, but a has 5"):
        fit_lir(planted(0, texts=5), strength=1, rank=5)


def parallel(*, shared: int, extra: int, tags: str = "en fr") -> Sample:
    """Translations that differ by exactly 1, in uneven numbers, beside passages on other topics; a group twice."""
    rng = np.random.default_rng(0)
    first, second = tags.split()
    topics = rng.normal(size=(shared, 3))
    left = np.concatenate([topics, 9 + rng.normal(size=(extra, 3))])
    right = np.concatenate([topics + 1, topics[:2] + 1, topics[:1] + 1])
    groups = {first: np.arange(shared + extra), second: np.concatenate([np.arange(shared), [0, 1, 0]])}
    order = rng.permutation(len(right))
    groups[second] = groups[second][order]
    vectors = {first: left.astype(np.float32), second: right[order].astype(np.float32)}
    return Sample(vectors=dict.fromkeys(ROLES, vectors), groups=dict.fromkeys(ROLES, groups))


def test_shift_goes_by_translations_and_by_means_where_they_are_too_few() -> None:
    sample = parallel(shared=LEAST, extra=20)
    offsets = fit_shift(sample, strength=0.5, unit=False).offsets
    expected = np.zeros((2, 3, 3))
    expected[1, 1] = -0.5  # the passages of fr, half of the way to en; nothing else moves
    np.testing.assert_allclose(offsets, expected, atol=1e-6)
    sample = parallel(shared=LEAST - 1, extra=20)
    means = sample.means("passage")
    offsets = fit_shift(sample, strength=1, unit=False).offsets
    np.testing.assert_allclose(offsets[1, 1], means[0] - means[1], atol=1e-6)
    assert np.abs(offsets[1, 1]).max() > 2  # it can fail


def test_without_english_the_language_with_the_most_passages_is_the_pivot() -> None:
    for tags, moves in (("fr de", [1, 0]), ("de fr", [0, 1])):  # the first has more; columns are de, fr
        offsets = fit_shift(parallel(shared=40, extra=20, tags=tags), strength=1, unit=False).offsets
        np.testing.assert_allclose(np.abs(offsets[1]).max(axis=1), [*moves, 0], atol=1e-5)


Fitter = Callable[[Sample, float], Affine]
KEEPERS: list[Fitter] = [
    lambda sample, strength: fit_centring(sample, strength=strength, unit=False),
    lambda sample, strength: fit_leace(sample, strength=strength, unit=False),
    lambda sample, strength: fit_directions(sample, strength=strength, rank=2, unit=False),
    lambda sample, strength: fit_lir(sample, strength=strength, rank=1, unit=False),
]


@pytest.mark.parametrize("fitter", KEEPERS)
def test_what_all_have_in_common_goes_to_the_origin_and_differences_stay(fitter: Fitter) -> None:
    sample = planted(3)
    before = fitter(sample, 1)
    kept, centred = moved(before, sample), moved(to_origin(before, sample, strength=1), sample)
    for role in ROLES:
        np.testing.assert_allclose(centred.means(role).mean(axis=0), 0, atol=1e-6)
        shifts = [kept.vectors[role][tag] - centred.vectors[role][tag] for tag in sample.languages]
        np.testing.assert_allclose(
            np.concatenate(shifts), np.tile(shifts[0][:1], (sum(map(len, shifts)), 1)), atol=1e-5
        )


@pytest.mark.parametrize("choice", choices(), ids=str)
def test_every_choice_fits_gives_unit_vectors_and_does_little_at_little_strength(choice: Choice) -> None:
    raw = planted(1, languages="abcdefghijk", width=48, bias=0.3)

    def scaled(rows: Array) -> Array:
        result: Array = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return result

    sample = Sample(
        vectors={role: {tag: scaled(rows) for tag, rows in raw.vectors[role].items()} for role in ROLES},
        groups=raw.groups,
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
