"""Words beside meaning: the places of two rankings, fused."""

import numpy as np

from isoglot.arrays import Similarities
from isoglot.errors import ConfigError
from isoglot.search.scored import Policy, Scored, places, reciprocal


class Lexical:
    """Reciprocal rank fusion of another policy's ranking and that by shared runs of characters.

    Words never stand in front of the vectors as a filter: a question in Chinese shares none with what answers it in
    English, and keeps the place that its vector has.

    Args:
        dense: the policy whose ranking is fused.
    """

    def __init__(self, dense: Policy) -> None:
        """Take the policy for vectors."""
        self._dense = dense

    def apply(self, scored: Scored) -> Similarities:
        """(queries, passages) the places by the sum of both reciprocal ranks, negative.

        Raises:
            ConfigError: nobody looked for shared words.
        """
        if scored.lexical is None:
            raise ConfigError("the policy 'lexical' needs the places of a search by words.")
        both = reciprocal(places(self._dense.apply(scored))) + reciprocal(scored.lexical)
        found: Similarities = -places(both).astype(np.float64)
        return found
