"""Translations that are too short or too long, measured by what is usual between two languages in this very data.

For each side and pair of languages, the log ratios of lengths have a median and a median absolute deviation; 1.4826
times the latter is the standard deviation of normal data (Rousseeuw and Croux 1993, "Alternatives to the Median
Absolute Deviation"). Nothing about any language is built in.
"""

from itertools import combinations

import numpy as np
import numpy.typing as npt

from isoglot.arrays import Bools
from isoglot.cleaning.config import RatioConfig
from isoglot.cleaning.majority import at_fault
from isoglot.cleaning.texts import Masks, RemainingTexts
from isoglot.progress import Progress, StartProgress
from isoglot.roles import ROLES, Role
from isoglot.text.length import solid_length

Lengths = npt.NDArray[np.float32]

_NORMAL = 1.4826
_LEAST_SPREAD = 0.05  # where half of the ratios are one number, as in made-up data, one letter more is no fault
_ITEMS_AT_ONCE = 1_000
_PRIOR = 10  # letters added to every length: in a short heading a word more is no fault


class RatioCheck:
    """Texts whose length does not fit those of most of their item's texts on the same side.

    Languages with too few common texts are not compared.
    """

    name = "ratio"

    def __init__(self, config: RatioConfig) -> None:
        self._config = config

    def faults(self, texts: RemainingTexts, begin: StartProgress) -> Masks:
        """See :class:`isoglot.cleaning.texts.Check`. Memory: four bytes a text."""
        told = begin(self.name, (1 + len(ROLES)) * len(texts), unit="items")
        lengths = _log_lengths(texts, told)
        return {side: self._outliers(lengths[side], texts.left[side], texts.rank, told) for side in ROLES}

    def _outliers(self, lengths: Lengths, left: Bools, rank: list[int], told: Progress) -> Bools:
        """(items, languages) of one side."""
        middle, spread = self._fit(lengths, left)
        found = np.zeros_like(left)
        for start in range(0, len(lengths), _ITEMS_AT_ONCE):
            span = slice(start, start + _ITEMS_AT_ONCE)
            ratios = lengths[span, :, None] - lengths[span, None, :]  # (items, languages, languages)
            comparable = left[span, :, None] & left[span, None, :] & np.isfinite(spread)
            with np.errstate(invalid="ignore"):
                misfits = np.abs(ratios - middle) > self._config.deviations * spread
            found[span] = at_fault(misfits, comparable, rank)
            told(len(misfits))
        return found

    def _fit(self, lengths: Lengths, left: Bools) -> tuple[Lengths, Lengths]:
        """(languages, languages) median and spread of the log ratios; NaN where there are too few."""
        size = lengths.shape[1]
        middle, spread = (
            np.full((size, size), np.nan, dtype=np.float32),
            np.full((size, size), np.nan, dtype=np.float32),
        )
        for one, other in combinations(range(size), 2):
            both = left[:, one] & left[:, other]
            if both.sum() < self._config.pairs:
                continue
            ratios = lengths[both, one] - lengths[both, other]
            center = np.median(ratios)
            middle[one, other], middle[other, one] = center, -center
            deviation = max(_LEAST_SPREAD, _NORMAL * float(np.median(np.abs(ratios - center))))
            spread[one, other] = spread[other, one] = deviation
        return middle, spread


def _log_lengths(texts: RemainingTexts, progress: Progress) -> dict[Role, Lengths]:
    lengths: dict[Role, Lengths] = {side: np.zeros(texts.left[side].shape, dtype=np.float32) for side in ROLES}
    for block in texts.blocks():
        for side in ROLES:
            for number, language in enumerate(texts.languages):
                solid = [solid_length(text) if text else 0 for text in block.texts(side, language)]
                lengths[side][block.span, number] = np.log(np.array(solid) + _PRIOR)
        progress(len(block))
    return lengths
