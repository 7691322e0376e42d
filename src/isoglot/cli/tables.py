"""Results as tables on the screen."""

from collections.abc import Mapping

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from isoglot.evaluation.bias.effects import LanguageEffects
from isoglot.evaluation.results import CollectionResult, Evaluation
from isoglot.evaluation.settings import SETTINGS
from isoglot.wording import Estimated, amounts, interval, p_value, with_interval

_BIAS = {
    "rank_distance": ("rank distance", "{:,.1f}"),
    "rank_distance_median": ("rank distance, median", "{:,.1f}"),
    "rank_distance_normalised": ("rank distance, normalised", "{:.4f}"),
    "log_rank_distance": ("rank distance, log2", "{:.2f}"),
    "max_rank": ("rank of the last right passage (Max@R)", "{:,.1f}"),
    "complete@100": ("all right passages in the top 100 (Complete@100)", "{:.1%}"),
    "lpr": ("right passage in the query's language first (LPR)", "{:.1%}"),
    "tlr@20": ("right passages of other languages in the top 20 (TLR@20)", "{:.1%}"),
    "reach_same@10": ("right passage on page 1: in the query's language", "{:.1%}"),
    "reach_other@10": ("right passage on page 1: in another language", "{:.1%}"),
    "single_gold_same": ("mAP, the answer in the query's language alone", "{:.4f}"),
    "single_gold_other": ("mAP, the answer in one other language alone", "{:.4f}"),
    "mrc@10": ("same ranking in every query language (MRC@10)", "{:.3f}"),
    "same_language@1": ("first hit in the query's language", "{:.1%}"),
    "same_language@10": ("top 10 in the query's language", "{:.1%}"),
    "english_share@10": ("top 10 in English, other queries", "{:.1%}"),
}


def print_evaluation(evaluation: Evaluation) -> None:
    """The settings, the bias and the languages of every collection."""
    console = Console()
    for result in evaluation.collections.values():
        heading = f"\n[bold]{evaluation.encoder}[/] on [bold]{result.name}[/]: {amounts(result.sizes)}"
        console.print(heading, highlight=False)
        console.print(_settings(result))
        if result.effects is not None:
            console.print(_bias(result))
            console.print(_languages(result))
            console.print(_effects(result.effects))


def print_arms(arms: Mapping[str, CollectionResult]) -> None:
    """Arms as rows: mAP in the three settings, and the bias, each above its 95% interval; fits 80 columns."""
    settings = ("mono", "cross", "multi")
    table = Table("arm", *settings, "rank distance", "own language first", caption="mAP, bias, 95% intervals")
    for name, result in arms.items():
        maps = [_above_interval(result.settings[setting]["map"], "{:.3f}") for setting in settings]
        bias = [_above_interval(result.bias[key], _BIAS[key][1]) for key in ("rank_distance", "same_language@1")]
        table.add_row(name, *maps, *bias)
    Console().print(table)


def _settings(result: CollectionResult) -> Table:
    shown = {setting: result.settings[setting] for setting in SETTINGS if setting in result.settings}
    table = Table("measure", *(f"{setting} \\[95% interval]" for setting in shown))
    for name in next(iter(shown.values())):
        table.add_row(name, *(_with_interval(found[name], "{:.4f}") for found in shown.values()))
    return table


def _bias(result: CollectionResult) -> Table:
    table = Table("language bias in the pool", "value \\[95% interval]")
    for name, (title, form) in _BIAS.items():
        if name in result.bias:
            table.add_row(title, _with_interval(result.bias[name], form))
    table.add_row("share of the pool in the query's language", f"{result.pool_share:.1%}")
    return table


def _languages(result: CollectionResult) -> Table:
    """mAP by query language; cross is the mean over the other languages' pools."""
    table = Table("query language", "mono mAP", "cross mAP", "multi mAP", "rank distance", "own language first")
    cells = {setting: estimates["map"].cells for setting, estimates in result.settings.items() if "map" in estimates}
    first = result.bias.get("same_language@1")
    for language in result.queries:
        across = [v for cell, v in cells.get("cross", {}).items() if cell.partition(">")[0] == language]
        cross = sum(across) / len(across) if across else None
        distance = result.bias.get("rank_distance")
        table.add_row(
            language,
            _plain(cells.get("mono", {}).get(language), "{:.4f}"),
            _plain(cross, "{:.4f}"),
            _plain(cells.get("multi", {}).get(language), "{:.4f}"),
            _plain(distance.cells.get(language) if distance else None, "{:.1f}"),
            _plain(first.cells.get(language) if first else None, "{:.1%}"),
        )
    return table


def _effects(effects: LanguageEffects) -> Table:
    """What holds for the ranking as a whole, and why something could not be said."""
    table = Table("languages and the whole ranking", "value \\[95% interval]")
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
        table.add_row(name, f"[dim]{escape(reason)}[/]")
    return table


def _plain(value: float | None, form: str) -> str:
    return "" if value is None else form.format(value)


def _with_interval(estimate: Estimated, form: str) -> str:
    return with_interval(estimate, form.format, " [dim]{}–{}[/]")


def _above_interval(estimate: Estimated, form: str) -> str:
    narrow = interval(estimate, lambda end: form.format(end).removeprefix("0"), "\n[dim]{}–{}[/]")
    return f"{form.format(estimate.value)}{narrow}"
