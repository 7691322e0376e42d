"""Vectors that carry their language: what transforms are fitted on in tests."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from isoglot.debiasing.sample import Sample
from isoglot.encoder.affine import Affine
from isoglot.encoder.similarity import Similarity
from isoglot.roles import ROLES, Role

Array = npt.NDArray[np.float32]
WIDTH = 12


def planted(
    seed: int, *, languages: Sequence[str] = "abc", texts: int = 40, bias: float = 1.0, width: int = WIDTH
) -> Sample:
    """A common mean, a mean of each language, and noise of other spread in every column; both roles of their own.

    No text is the translation of another.
    """
    rng = np.random.default_rng(seed)
    scales = rng.uniform(0.1, 2, size=width)

    def side() -> dict[str, Array]:
        common = rng.normal(size=width)
        means = {tag: common + bias * rng.normal(size=width) for tag in languages}
        counts = {tag: texts + 7 * number for number, tag in enumerate(languages)}  # weights must not matter
        return {
            tag: (means[tag] + scales * rng.normal(size=(counts[tag], width))).astype(np.float32) for tag in languages
        }

    vectors: dict[Role, dict[str, Array]] = {"query": side(), "passage": side()}
    groups = {
        role: {tag: np.arange(len(rows)) * len(languages) + n for n, (tag, rows) in enumerate(vectors[role].items())}
        for role in ROLES
    }
    return Sample(vectors=vectors, groups=groups, similarity=Similarity.COSINE)


def moved(transform: Affine, sample: Sample) -> Sample:
    """The sample after a transform."""
    return replace(
        sample,
        vectors={
            role: {
                tag: transform.apply(rows, np.full(len(rows), transform.languages.index(tag)), role)
                for tag, rows in sample.vectors[role].items()
            }
            for role in ROLES
        },
    )


def largest(before: Sample, after: Sample) -> float:
    """The most that any component changed."""
    return max(float(np.abs(after.vectors[role][tag] - rows).max()) for role, tag, rows in before.rows())
