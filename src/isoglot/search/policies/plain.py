"""The encoder's scores as they are."""

from isoglot.arrays import Similarities
from isoglot.search.scored import Scored


class Plain:
    """What every search does that knows nothing of languages."""

    def apply(self, scored: Scored) -> Similarities:
        """(queries, passages) the scores."""
        return scored.scores
