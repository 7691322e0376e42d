"""``rerank``: hits of any store in the order of a policy."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from isoglot.arrays import Ints, Similarities
from isoglot.encoder.affine import numbers_of
from isoglot.errors import ConfigError
from isoglot.search.policies import DEFAULT, OF_SCORES
from isoglot.search.scored import Scored


def rerank(
    scores: Sequence[float] | npt.NDArray[np.floating], languages: Sequence[str], *, policy: str = DEFAULT
) -> Ints:
    """The order of one query's hits under a policy, whatever store they come from.

    A policy shares a page among the languages whose best passages it is given: ask the store for the best of each
    language, and give all of them at once.

    Example::

        >>> isoglot.rerank([0.9, 0.8, 0.7, 0.6], ["de", "de", "de", "en"], policy="balanced").tolist()
        [0, 3, 1, 2]

    Args:
        scores: (hits,) of the query and each, in any order; greater is nearer, so give the negative of a distance.
        languages: (hits,) of the passages.
        policy: ``plain``, ``balanced`` or ``fused``; the others need what only an index has.

    Returns:
        (hits,) int64, places in ``scores``, best first; of equal hits the earlier one.

    Raises:
        ConfigError: another policy, not one language for each score, or a score that is no finite number.
    """
    if policy not in OF_SCORES:
        raise ConfigError(
            f"hits are reranked by one of {', '.join(OF_SCORES)}, not by {policy!r}; the other policies need an index "
            "of isoglot's."
        )
    given = _finite(scores)
    if len(given) != len(languages):
        raise ConfigError(f"{len(given):,} scores need as many languages, but got {len(languages):,}.")
    own = tuple(sorted(set(languages)))
    scored = Scored(
        scores=given[None],
        query_language=np.array([len(own)]),  # these policies do not look at it
        passage_language=numbers_of(list(languages), own),
    )
    return np.argsort(-OF_SCORES[policy]().apply(scored)[0], kind="stable")


def _finite(scores: Sequence[float] | npt.NDArray[np.floating]) -> Similarities:
    try:
        found: Similarities = np.asarray(scores, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ConfigError("the scores of hits must be numbers, one a hit.") from error
    if found.ndim != 1 or not np.isfinite(found).all():
        raise ConfigError("the scores of hits must be finite numbers, one a hit.")
    return found
