"""The tables of an evaluation, which ``isoglot evaluate`` and ``isoglot score`` print."""

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from isoglot.cli.screen import Screen, marked
from isoglot.evaluation.bias.consistency import MRC
from isoglot.evaluation.bias.distance import (
    COMPLETE,
    LOG_RANK_DISTANCE,
    MAX_RANK,
    RANK_DISTANCE,
    RANK_DISTANCE_MEDIAN,
    RANK_DISTANCE_NORMALISED,
)
from isoglot.evaluation.bias.effects import LanguageEffects
from isoglot.evaluation.bias.preference import (
    ENGLISH_SHARE,
    LPR,
    SAME_LANGUAGE,
    SINGLE_GOLD_OTHER,
    SINGLE_GOLD_SAME,
    TLR,
)
from isoglot.evaluation.bias.reach import REACH_OTHER, REACH_SAME
from isoglot.evaluation.results import CollectionResult, Evaluation
from isoglot.evaluation.settings import SETTINGS
from isoglot.wording import Estimated, amounts, counted, p_value, with_interval

_BIAS = (
    RANK_DISTANCE,
    RANK_DISTANCE_MEDIAN,
    RANK_DISTANCE_NORMALISED,
    LOG_RANK_DISTANCE,
    MAX_RANK,
    COMPLETE[100],
    LPR,
    TLR[20],
    REACH_SAME,
    REACH_OTHER,
    SINGLE_GOLD_SAME,
    SINGLE_GOLD_OTHER,
    MRC[10],
    SAME_LANGUAGE[1],
    SAME_LANGUAGE[10],
    ENGLISH_SHARE[10],
)
_BY_LANGUAGE = (RANK_DISTANCE, SAME_LANGUAGE[1])


def print_evaluation(evaluation: Evaluation) -> None:
    """The settings, the bias and the languages of every collection."""
    console = Screen()
    for result in evaluation.collections.values():
        names = [f"[bold]{escape(name)}[/]" for name in (evaluation.encoder, result.name)]
        console.print(marked(f"\n{' on '.join(names)}: {escape(amounts(result.sizes))}"))
        console.print(f"A cluster: {result.cluster_rule}.")
        if result.identical_ids:
            console.print(
                f"No candidate for its query: {counted(result.identical_ids, 'passages')} with the query's id, not "
                "judged relevant to it (--keep-identical-ids keeps them)."
            )
        console.print(_settings(result))
        if result.effects is not None:
            console.print(_bias(result))
            console.print(_languages(result))
            console.print(_effects(result.effects))


def _settings(result: CollectionResult) -> Table:
    shown = {setting: result.settings[setting] for setting in SETTINGS if setting in result.settings}
    table = Table("measure", *(f"{setting} [95% interval]" for setting in shown))
    for name in next(iter(shown.values())):
        table.add_row(name, *(_with_interval(found[name], "{:.4f}") for found in shown.values()))
    return table


def _bias(result: CollectionResult) -> Table:
    table = Table("language bias in the pool", "value [95% interval]")
    for measure in _BIAS:
        if measure.name in result.bias:
            table.add_row(measure.title, _with_interval(result.bias[measure.name], measure.form))
    table.add_row("share of the pool in the query's language", f"{result.pool_share:.1%}")
    return table


def _languages(result: CollectionResult) -> Table:
    """mAP by query language; cross is the mean over the other languages' pools."""
    headings = (measure.heading for measure in _BY_LANGUAGE)
    table = Table("query language", "mono mAP", "cross mAP", "multi mAP", *headings)
    cells = {setting: estimates["map"].cells for setting, estimates in result.settings.items() if "map" in estimates}
    bias = [(measure.form, result.bias.get(measure.name)) for measure in _BY_LANGUAGE]
    for language in result.queries:
        across = [v for cell, v in cells.get("cross", {}).items() if cell.partition(">")[0] == language]
        cross = sum(across) / len(across) if across else None
        table.add_row(
            language,
            _plain(cells.get("mono", {}).get(language), "{:.4f}"),
            _plain(cross, "{:.4f}"),
            _plain(cells.get("multi", {}).get(language), "{:.4f}"),
            *(_plain(estimate.cells.get(language) if estimate else None, form) for form, estimate in bias),
        )
    return table


def _effects(effects: LanguageEffects) -> Table:
    """What holds for the ranking as a whole, and why something could not be said."""
    table = Table("languages and the whole ranking", "value [95% interval]")
    if effects.decomposition:
        pull = effects.decomposition.same_language.inverse
        table.add_row("times nearer the top in the query's language", _with_interval(pull, "{:.2f}"))
    for title, found in (
        ("agreement on the order of other languages, Kendall's W", effects.concordance_others),
        ("the same with the query's language", effects.concordance),
    ):
        if found:
            table.add_row(title, f"{found.w:.3f}, p {p_value(found.p)}")
    for setting, parity in effects.parity.items():
        title = f"{setting} mAP, best language minus worst ({parity.worst})"
        table.add_row(title, _with_interval(parity.gap, "{:.3f}"))
    if effects.peer is not None:
        table.add_row("probability of equal expected rank (PEER)", f"{effects.peer:.3f}")
    for name, reason in effects.refused.items():
        table.add_row(name, Text(reason, style="dim"))
    return table


def _plain(value: float | None, form: str) -> str:
    return "" if value is None else form.format(value)


def _with_interval(estimate: Estimated, form: str) -> Text:
    return marked(with_interval(estimate, form.format, " [dim]{}–{}[/]"))
