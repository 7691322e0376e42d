"""Each language its share of every page."""

import numpy as np

from isoglot.arrays import Similarities
from isoglot.search.scored import Scored, places, places_within


class Balanced:
    """In turn the best passage of each language, then the second of each, and so on; within a turn by score.

    Args:
        quota: how many passages of a language a turn has.
    """

    def __init__(self, quota: int = 1) -> None:
        """Take a quota of at least 1."""
        self._quota = quota

    def apply(self, scored: Scored) -> Similarities:
        """(queries, passages) the places, negative."""
        turn = (places_within(scored.scores, scored.passage_language) - 1) // self._quota
        place = places(scored.scores) - 1  # below the number of passages
        found: Similarities = -places(-(turn * float(scored.scores.shape[1]) + place)).astype(np.float64)
        return found
