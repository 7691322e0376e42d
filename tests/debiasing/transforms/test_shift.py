"""Where passages are shifted to, on translations that differ by a known vector."""

import numpy as np

from isoglot.debiasing.sample import LEAST, Sample
from isoglot.debiasing.transforms.shift import Shift
from isoglot.encoder.similarity import Similarity
from isoglot.roles import ROLES


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
    return Sample(
        vectors=dict.fromkeys(ROLES, vectors), groups=dict.fromkeys(ROLES, groups), similarity=Similarity.COSINE
    )


def test_shift_goes_by_translations_and_by_means_where_they_are_too_few() -> None:
    sample = parallel(shared=LEAST, extra=20)
    offsets = Shift(strength=0.5, unit=False).fit(sample).offsets
    expected = np.zeros((2, 3, 3))
    expected[1, 1] = -0.5  # the passages of fr, half of the way to en; nothing else moves
    np.testing.assert_allclose(offsets, expected, atol=1e-6)
    sample = parallel(shared=LEAST - 1, extra=20)
    means = sample.means("passage")
    offsets = Shift(strength=1, unit=False).fit(sample).offsets
    np.testing.assert_allclose(offsets[1, 1], means[0] - means[1], atol=1e-6)
    assert np.abs(offsets[1, 1]).max() > 2  # it can fail


def test_without_english_the_language_with_the_most_passages_is_the_pivot() -> None:
    for tags, moves in (("fr de", [1, 0]), ("de fr", [0, 1])):  # the first has more; columns are de, fr
        offsets = Shift(strength=1, unit=False).fit(parallel(shared=40, extra=20, tags=tags)).offsets
        np.testing.assert_allclose(np.abs(offsets[1]).max(axis=1), [*moves, 0], atol=1e-5)
