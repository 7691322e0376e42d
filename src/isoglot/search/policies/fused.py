"""Reciprocal rank fusion of the pool's ranking and of each language's own."""

import numpy as np

from isoglot.arrays import Similarities
from isoglot.search.scored import Scored, places, places_within, reciprocal


class Fused:
    """Between the plain ranking, in which one language may take every place, and a turn for each language."""

    def apply(self, scored: Scored) -> Similarities:
        """(queries, passages) the places by the sum of both reciprocal ranks, negative."""
        within = places_within(scored.scores, scored.passage_language)
        found: Similarities = -places(reciprocal(places(scored.scores)) + reciprocal(within)).astype(np.float64)
        return found
