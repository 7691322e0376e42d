"""What languages do to the ranking of a whole collection, where a value per query does not say it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import numpy as np

from isoglot.data.collection import Collection
from isoglot.errors import DataError
from isoglot.evaluation.bias.concordance import Concordance, concordance
from isoglot.evaluation.bias.decomposition import Decomposition, decompose
from isoglot.evaluation.bias.parity import Parity, parity
from isoglot.evaluation.bias.peer import mean_peer, peer
from isoglot.evaluation.ranks import Ranks
from isoglot.evaluation.scores import Scores

Found = TypeVar("Found")

_PEER_CUTOFF = 20  # as in its paper
_PARITY_OF = "map"


@dataclass(frozen=True, kw_only=True)
class LanguageEffects:
    """Attributes:
    concordance: of queries on the order of passage languages.
    concordance_others: the same with the query's own language left out, so without its pull.
    decomposition: of log ranks into passage language, query language, and their being the same.
    parity: setting -> how unequally it serves the query languages, by mean average precision.
    peer: probability of equal expected rank, corrected mode, 20 hits, relevant passages.
    refused: name -> why there is no such result for this collection, which is then None.
    """

    concordance: Concordance | None
    concordance_others: Concordance | None
    decomposition: Decomposition | None
    parity: dict[str, Parity]
    peer: float | None
    refused: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts and numbers."""
        return asdict(self)


def language_effects(
    ranks: Ranks, collection: Collection, settings: Mapping[str, Scores], *, draws: int, seed: int
) -> LanguageEffects:
    """Every effect that the collection allows; what it does not allow is refused by name, with the reason.

    Args:
        ranks: of the pool of all languages.
        collection: languages, clusters and judgements.
        settings: per-topic values of ``mono`` and ``multi`` (those that there are), with ``map``.
        draws: permutations of the concordance tests and resamples of the intervals.
        seed: of both.
    """
    refused: dict[str, str] = {}

    def attempt(name: str, measure: Callable[[], Found]) -> Found | None:
        try:
            return measure()
        except DataError as error:
            refused[name] = str(error)
            return None

    grades = np.unique(ranks.grade).tolist()
    weights = {grade: 1 / len(grades) for grade in grades}
    return LanguageEffects(
        concordance=attempt("concordance", lambda: concordance(ranks, collection, draws=draws, seed=seed)),
        concordance_others=attempt(
            "concordance_others", lambda: concordance(ranks, collection, draws=draws, seed=seed, own_language=False)
        ),
        decomposition=attempt("decomposition", lambda: decompose(ranks, collection, draws=draws, seed=seed)),
        parity={
            name: parity(settings[name], _PARITY_OF, collection.query_cluster, draws=draws, seed=seed)
            for name in ("mono", "multi")
            if name in settings and _PARITY_OF in settings[name].values and len(settings[name].cells) > 1
        },
        peer=attempt(
            "peer",
            lambda: mean_peer(peer(ranks, collection, mode="corrected", cutoff=_PEER_CUTOFF, weights=weights)),
        ),
        refused=refused,
    )
