"""Values of arms, looked for where results may lack them."""

from collections.abc import Mapping

from isoglot.evaluation.bias.distance import RANK_DISTANCE
from isoglot.evaluation.results import CollectionResult, Estimate
from isoglot.report.arms import Arms
from isoglot.report.values import BIAS


def find(result: CollectionResult, table: str, name: str) -> Estimate | None:
    """The estimate of a setting's measure or of a bias; None where the result has none."""
    estimates = result.bias if table == BIAS else result.settings.get(table, {})
    return estimates.get(name)


def found(arms: Arms, table: str, name: str) -> dict[str, Estimate | None]:
    """The same of every arm."""
    return {arm: find(result, table, name) for arm, result in arms.items()}


def some(estimates: Mapping[str, Estimate | None]) -> bool:
    """Whether some arm has it."""
    return any(estimates.values())


def several_languages(arms: Arms) -> bool:
    """Whether a top hit can be in another language than the query at all."""
    return any(result.pool_share < 1 for result in arms.values())


def answers_in_several_languages(arms: Arms) -> bool:
    """Whether questions have relevant passages in several languages, so that none is to be preferred."""
    return some(found(arms, BIAS, RANK_DISTANCE.name))
