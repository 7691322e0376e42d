"""``LanguageChances``: which languages a source's batches can be in, and how probably."""

from dataclasses import dataclass

import numpy as np

from isoglot.arrays import Floats, Ints

MOST_PASSES = 4.0
"""A language's items come round at most so many times as often as those of its source on average."""


@dataclass(frozen=True, kw_only=True)
class LanguageChances:
    """What policies draw languages from.

    Attributes:
        columns: (n,) int64, ascending: the languages, as columns of the data's masks.
        chances: (n,) float64 that add to 1; None where all are as probable, as in arXiv 2408.10536.
    """

    columns: Ints
    chances: Floats | None = None

    @classmethod
    def even(cls, languages: int) -> "LanguageChances":
        """All languages of a data set, each as probable as the others."""
        return cls(columns=np.arange(languages))

    def one(self, rng: np.random.Generator) -> int:
        """A language."""
        if self.chances is None:  # the same draws as ever: runs of earlier versions can be repeated
            return int(self.columns[rng.integers(len(self.columns))])
        return int(rng.choice(self.columns, p=self.chances))

    def some(self, count: int, rng: np.random.Generator) -> tuple[int, ...]:
        """So many different languages, in random order."""
        return tuple(rng.choice(self.columns, size=count, replace=False, p=self.chances).tolist())

    def weights(self, languages: int) -> Floats | None:
        """(languages,) float64 over all columns, for what is drawn for each pair; None where all are as probable."""
        if self.chances is None:
            return None
        weights = np.zeros(languages)
        weights[self.columns] = self.chances
        return weights


def capped(weights: Floats, items: Ints, total: int) -> Floats:
    """Chances in proportion to weights, except where a language has too few items to be drawn so often.

    Drawn evenly, a language with 100 of 30,000 items in ten languages would repeat each of them thirty times while the
    others are seen once. No language is drawn more than :data:`MOST_PASSES` times as often as its share of the items;
    what it leaves goes to the others in proportion.

    Args:
        weights: (languages,) float64, above 0.
        items: (languages,) int64, that can be drawn in the language.
        total: items of the source.

    Returns:
        (languages,) float64 that add to 1.
    """
    most: Floats = MOST_PASSES * items / total
    if most.sum() <= 1:
        return np.asarray(most / most.sum())
    chances: Floats = np.zeros(len(weights))
    open_ = np.ones(len(weights), dtype=bool)
    while True:
        left = 1 - chances[~open_].sum()
        chances[open_] = left * weights[open_] / weights[open_].sum()
        over = open_ & (chances > most)
        if not over.any():
            return chances
        chances[over], open_ = most[over], open_ & ~over
