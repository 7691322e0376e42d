"""Scores that mean the same whatever the languages of query and passage."""

import numpy as np

from isoglot.arrays import Floats, Ints, Similarities
from isoglot.debiasing.calibration import Calibration
from isoglot.encoder.affine import numbers_of
from isoglot.errors import ConfigError
from isoglot.search.scored import Scored


class Calibrated:
    """The calibrated ranking (:mod:`isoglot.debiasing.calibration`), with a dial towards the query's own language.

    What the dial adds to every score of the query's language is ``(1 - dial) / dial`` standard deviations of such
    scores. Whatever is added to all of them alike leaves their order as it is, and lets none of the others pass one
    that it did not pass before: their share among the first ten can but grow as the dial falls.

    Args:
        calibration: of the vectors that are searched.
        languages: of the index, which numbers of languages stand for.
        dial: 1 adds nothing; 0 puts all passages of the query's language first.

    Raises:
        ConfigError: the dial is not from 0 to 1.
    """

    def __init__(self, calibration: Calibration, languages: tuple[str, ...], *, dial: float = 1.0) -> None:
        """Take what the scores are mapped by."""
        if not 0 <= dial <= 1:
            raise ConfigError(f"the dial must be from 0 (own language first) to 1 (as calibrated), but is {dial}.")
        self._calibration, self._dial = calibration, dial
        fitted = numbers_of(list(languages), calibration.languages)
        self._number: Ints = np.append(fitted, len(calibration.languages))  # also of what is none of the index's

    def apply(self, scored: Scored) -> Similarities:
        """(queries, passages) the calibrated scores, those of the query's language raised by the dial."""
        query = self._number[scored.query_language]
        found = self._calibration.apply(scored.scores, query, self._number[scored.passage_language])
        if self._dial == 1:
            return found
        return found + np.where(scored.own, self._raise(found, query)[:, None], 0).astype(found.dtype)

    def _raise(self, found: Similarities, query: Ints) -> Floats:
        """(queries,) what is added to the scores of the query's language."""
        if self._dial == 0:
            widest: Floats = 1 + np.ptp(found, axis=1).astype(np.float64)
            return widest
        spreads: Floats = self._calibration.spreads[query, query] * ((1 - self._dial) / self._dial)
        return spreads
