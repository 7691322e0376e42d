"""The first hits of every query, as deep as the ranks keep them."""

from isoglot.arrays import Ints
from isoglot.data.collection import Collection
from isoglot.errors import ConfigError
from isoglot.evaluation.ranks import Ranks


def keeps(ranks: Ranks, collection: Collection, cutoff: int) -> bool:
    """Whether the first ``cutoff`` hits of every query are there; a smaller pool or run ends before."""
    depth: int = ranks.top_passage.shape[1]
    whole = collection.passage_language.size - int((collection.query_passage >= 0).any())  # without the query itself
    return cutoff <= depth or depth >= whole


def first_hits(ranks: Ranks, collection: Collection, cutoff: int) -> Ints:
    """(queries, up to ``cutoff``) passages, best first; -1 after a run's last hit.

    Raises:
        ConfigError: the ranks do not keep as many.
    """
    if not keeps(ranks, collection, cutoff):
        raise ConfigError(
            f"{collection.name}: a measure needs the first {cutoff} hits of every query, but the ranks keep "
            f"{ranks.top_passage.shape[1]}: rank with a depth of at least {cutoff}."
        )
    return ranks.top_passage[:, :cutoff]
