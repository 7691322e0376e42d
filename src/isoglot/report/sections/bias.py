"""Does the language of a passage move its rank: rank distance, top hits, the pull of the query's language."""

from collections.abc import Iterator

from isoglot.evaluation.bias.distance import RANK_DISTANCE
from isoglot.evaluation.bias.preference import SAME_LANGUAGE
from isoglot.evaluation.statistics.bootstrap import Bounded
from isoglot.report.arms import Arms
from isoglot.report.charts.dot_plot import DotPlot, Line, dots
from isoglot.report.page.blocks import Panels, Section
from isoglot.report.sections.found import answers_in_several_languages, found, several_languages, some
from isoglot.report.values import BIAS


def bias(arms: Arms) -> Section | None:
    """A panel each, and a sentence on how to read it."""
    shown = [*_distance(arms), *_share(arms), *_pull(arms)]
    if not shown:
        return None
    return Section(
        heading="Does the language of a passage move its rank?",
        reading=[reading for _, reading in shown],
        blocks=[Panels([chart for chart, _ in shown])],
    )


def _distance(arms: Arms) -> Iterator[tuple[DotPlot, str]]:
    values = found(arms, BIAS, RANK_DISTANCE.name)
    if not some(values):
        return
    chart = DotPlot(
        title="Rank distance",
        subtitle="ranks from the first to the last relevant passage",
        dots=dots(values),
        form=RANK_DISTANCE.form,
        hint="← lower is better",
        ends=(0,),
    )
    yield (
        chart,
        "Rank distance: in the pool of all languages, how many ranks lie between the first and the last of a "
        "question's relevant passages. A ranking by meaning alone puts passages that say the same side by side.",
    )


def _share(arms: Arms) -> Iterator[tuple[DotPlot, str]]:
    measure = SAME_LANGUAGE[1]
    values = found(arms, BIAS, measure.name)
    if not some(values) or not several_languages(arms):
        return
    chance = next(iter(arms.values())).pool_share
    aim = "nearer to the dashed line is better" if answers_in_several_languages(arms) else "the dashed line is chance"
    chart = DotPlot(
        title="Top hits in the query's language",
        subtitle="share of queries, all languages in one pool",
        dots=dots(values),
        form=measure.form,
        hint=aim,
        ends=(0, 1),
        line=Line(chance, f"chance {chance:.1%}"),
    )
    yield (
        chart,
        f"Top hits: the dashed line is the share of the pool in the query's language ({chance:.1%}), what chance "
        "gives. The further right of it, the more an encoder prefers passages in the question's language.",
    )


def _pull(arms: Arms) -> Iterator[tuple[DotPlot, str]]:
    values: dict[str, Bounded | None] = {}
    for arm, result in arms.items():
        parts = result.effects and result.effects.decomposition
        values[arm] = parts.same_language.inverse if parts else None
    if not any(values.values()):
        return
    chart = DotPlot(
        title="Pull of the query's language",
        subtitle="times nearer the top than in another language",
        dots=dots(values),
        form="{:.1f}",
        hint="← nearer to 1 is better",
        ends=(1,),
        log=True,
    )
    yield (
        chart,
        "Pull: how many times nearer the top a relevant passage stands when it is in the query's language, with the "
        "strength of the languages themselves taken out. Equal steps are equal factors.",
    )
