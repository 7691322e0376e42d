"""What LEACE promises, on planted samples."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.languagevectors import largest, moved, planted
from isoglot.debiasing.transforms.leace import Leace
from isoglot.roles import ROLES

FEW = settings(max_examples=25, deadline=None)
seeds = st.integers(0, 10_000)


@FEW
@given(seeds, st.sampled_from(["ab", "abcde"]), st.sampled_from([4, 40]))
def test_leace_leaves_nothing_of_the_language_and_nothing_to_do(seed: int, languages: str, texts: int) -> None:
    sample = planted(seed, languages=languages, texts=texts, width=24)  # 4 + 11 texts: the covariance has no inverse
    after = moved(Leace(strength=1, unit=False).fit(sample), sample)
    for role in ROLES:
        common = sample.means(role).mean(axis=0)
        np.testing.assert_allclose(after.means(role), np.tile(common, (len(languages), 1)), atol=1e-5)
        rows = np.concatenate([after.vectors[role][tag] for tag in languages]).astype(np.float64)
        label = np.repeat(np.arange(len(languages)), [len(after.vectors[role][tag]) for tag in languages])
        covariance = (rows - rows.mean(axis=0)).T @ np.eye(len(languages))[label] / len(rows)
        assert np.abs(covariance).max() < 1e-6
    again = moved(Leace(strength=1, unit=False).fit(after), after)
    assert largest(after, again) < 1e-5
    assert largest(sample, after) > 0.1


@FEW
@given(seeds)
def test_leace_changes_less_than_any_other_eraser(seed: int) -> None:
    """Orthogonal projection erases as well; with the covariance known it is never cheaper."""
    sample = planted(seed, texts=2000)
    after = moved(Leace(strength=1, unit=False).fit(sample), sample)
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
