"""How much text a language needs: what a transform gives when it is fitted on a few texts of each."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from isoglot.debiasing.sample import Sample
from isoglot.debiasing.transforms.kinds import fit
from isoglot.encoder.fitted import Choice
from isoglot.errors import ConfigError
from isoglot.evaluation.embedded import Embedded
from isoglot.evaluation.measures import AP
from isoglot.evaluation.settings import SETTINGS, score
from isoglot.progress import StartProgress
from isoglot.roles import ROLES

SIZES = (10, 30, 100, 300, 1_000)


@dataclass(frozen=True, kw_only=True)
class Average:
    """Over draws.

    Attributes:
        mean: of the draws' values.
        spread: their standard deviation (draws - 1); 0 where every draw has the same texts, NaN with one draw.
    """

    mean: float
    spread: float


@dataclass(frozen=True, kw_only=True)
class TextCurvePoint:
    """Attributes:
    texts: of each role, wanted of every language; 0 is without a transform.
    languages: how many have them; the others use what they have.
    settings: setting -> macro average of average precision; one that the collection does not have is missing.
    """

    texts: int
    languages: int
    settings: dict[str, Average]

    def to_dict(self) -> dict[str, Any]:
        """``{"texts": .., "languages": .., "settings": {"mono": {"mean": .., "spread": ..}, ..}}``."""
        return asdict(self)


def text_curve(
    sample: Sample,
    data: Embedded,
    *,
    choice: Choice,
    sizes: Sequence[int] = SIZES,
    draws: int = 5,
    seed: int = 0,
    progress: StartProgress | None = None,
) -> tuple[TextCurvePoint, ...]:
    """Fit on so many texts of a language and role, drawn at random without regard to translations, and evaluate.

    In one draw the texts of a size are among those of every larger size, so what a row gains on the one before is not
    the luck of other texts.

    Args:
        sample: what is drawn from.
        data: what is evaluated on.
        choice: the transform.
        sizes: texts a language, at least 2 each.
        draws: of each size.
        seed: of the draws.
        progress: begins the rankings.

    Raises:
        ConfigError: a size below 2, no draw, a negative seed, or a transform that cannot be fitted.
        EncoderError: see :func:`~isoglot.debiasing.choose.choose`.
    """
    if draws < 1 or seed < 0 or not sizes or min(sizes) < 2:
        raise ConfigError(
            f"sizes must be at least 2, draws at least 1 and the seed at least 0, "
            f"but got {', '.join(map(str, sizes)) or 'no size'}, {draws} and {seed}."
        )
    data = data.in_memory()
    plan = [(size, draws if _some_have_more(sample, size) else 1) for size in sorted(set(sizes))]
    rankings = 1 + sum(count for _, count in plan)
    told = data.ranking_bar(progress, rankings=rankings)

    def values(some: Sample | None) -> dict[str, float]:
        moved = data if some is None else data.moved(fit(some, choice))
        ranks = moved.ranks(progress=told)
        found = {setting: score(setting, ranks, data.collection, [AP]) for setting in SETTINGS}
        return {setting: scores.macro(AP.mean) for setting, scores in found.items() if scores}

    points = [TextCurvePoint(texts=0, languages=len(sample.languages), settings=_averages([values(None)], exact=True))]
    for size, count in plan:
        drawn = [values(some) for some in _draws(sample, size, count, seed)]
        points.append(
            TextCurvePoint(
                texts=size,
                languages=sum(texts >= size for texts in sample.sizes().values()),
                settings=_averages(drawn, exact=count < draws),
            )
        )
    return tuple(points)


def _some_have_more(sample: Sample, size: int) -> bool:
    return any(len(vectors) > size for _, _, vectors in sample.rows())


def _draws(sample: Sample, size: int, count: int, seed: int) -> Iterator[Sample]:
    for draw in range(count):
        rng = np.random.default_rng([seed, draw])  # of all sizes: the first so many of one order
        rows = {
            role: {tag: rng.permutation(len(sample.vectors[role][tag]))[:size] for tag in sample.languages}
            for role in ROLES
        }
        yield sample.of_texts(rows)


def _averages(values: Sequence[dict[str, float]], *, exact: bool) -> dict[str, Average]:
    found = {}
    for setting in values[0]:
        drawn = np.array([value[setting] for value in values])
        spread = 0.0 if exact else float(drawn.std(ddof=1)) if len(drawn) > 1 else float("nan")
        found[setting] = Average(mean=float(drawn.mean()), spread=spread)
    return found
