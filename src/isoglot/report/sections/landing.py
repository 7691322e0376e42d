"""Where relevant passages land: the distribution of their ranks in the pool of all, by passage language."""

from collections.abc import Iterator

import numpy as np

from isoglot.evaluation.bias.measure import PAGE
from isoglot.evaluation.results import CollectionResult
from isoglot.evaluation.scores import Scores
from isoglot.languages import english_name
from isoglot.report.arms import Arms
from isoglot.report.charts.dot_plot import Line
from isoglot.report.charts.spread import Quantiles, Spread
from isoglot.report.page.blocks import Panels, Section

_OWN = "query's own"


def landing(arms: Arms) -> Section | None:
    """A panel an arm, on one scale; None where no arm has ranks in several languages."""
    rows = {arm: list(_rows(result)) for arm, result in arms.items()}
    if not any(len(each) > 1 for each in rows.values()):
        return None
    most = max(row.ends[-1] for each in rows.values() for row in each)
    charts = [
        Spread(
            title=arm,
            subtitle="rank in the pool of all languages, by language of the passage",
            rows=rows[arm],
            series=number,
            most=most,
            line=Line(PAGE, "page 1"),
        )
        for number, arm in enumerate(arms)
        if rows[arm]
    ]
    reading = (
        "Each row is about relevant passages in one language, asked for in any other; the first row is about those in "
        "the query's own language. The box holds the middle half of their ranks, the line through it all but the first "
        "and the last 5%, the stroke is the median. Other relevant passages above one do not count against it. Where "
        "language does not matter all rows look alike."
    )
    heading = "Where do each language's relevant passages land?"
    return Section(heading=heading, reading=[reading], blocks=[Panels(charts)])


def _rows(result: CollectionResult) -> Iterator[Quantiles]:
    """From average precision of one language's relevant passages with the others taken out.

    With one such passage it is 1 / rank. With several it is the mean of k / rank of the k-th, whose inverse is the
    harmonic mean of rank / k: 1 again where all stand at the top.
    """
    scores = result.topics.tables.get("single-gold")
    if scores is None or "map" not in scores.values:
        return
    own, passage = _languages(scores)
    values = scores.values["map"][:]
    there = values > 0  # 0: a run does not have it; NaN: no topic
    ranks = 1 / np.where(there, values, 1)
    if (own & there).any():
        yield Quantiles.of(_OWN, ranks[own & there])
    for language in sorted(set(passage)):
        mine = np.array([each == language for each in passage])[scores.cell] & ~own & there
        if mine.any():
            yield Quantiles.of(english_name(language), ranks[mine])


def _languages(scores: Scores) -> tuple[np.ndarray, list[str]]:
    """(topics,) whether query and passage have one language; and the passage language of each cell."""
    pairs = [cell.partition(">")[::2] for cell in scores.cells]
    own = np.array([query == passage for query, passage in pairs])[scores.cell]
    return own, [passage for _, passage in pairs]
