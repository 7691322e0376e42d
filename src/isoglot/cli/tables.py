"""Results as tables on the screen."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from isoglot.evaluation.results import CollectionResult, Estimate, Evaluation

_BIAS = {
    "rank_distance": ("rank distance", "{:.1f}"),
    "rank_distance_median": ("rank distance, median", "{:.1f}"),
    "rank_distance_normalised": ("rank distance, normalised", "{:.4f}"),
    "same_language@1": ("first hit in the query's language", "{:.1%}"),
    "same_language@10": ("top 10 in the query's language", "{:.1%}"),
}


def print_evaluation(evaluation: Evaluation) -> None:
    """The settings, the bias and the languages of every collection."""
    console = Console()
    for result in evaluation.collections.values():
        sizes = ", ".join(f"{count:,} {what}" for what, count in result.sizes.items())
        console.print(f"\n[bold]{evaluation.encoder}[/] on [bold]{result.name}[/]: {sizes}", highlight=False)
        console.print(_settings(result))
        console.print(_bias(result))
        console.print(_languages(result))


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
    table = Table("measure", *(f"{setting} \\[95% interval]" for setting in result.settings))
    for name in next(iter(result.settings.values())):
        table.add_row(name, *(_with_interval(found[name], "{:.4f}") for found in result.settings.values()))
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
    for language in result.bias["same_language@1"].cells:
        across = [v for cell, v in cells.get("cross", {}).items() if cell.partition(">")[0] == language]
        cross = sum(across) / len(across) if across else None
        distance = result.bias.get("rank_distance")
        table.add_row(
            language,
            _plain(cells.get("mono", {}).get(language), "{:.4f}"),
            _plain(cross, "{:.4f}"),
            _plain(cells.get("multi", {}).get(language), "{:.4f}"),
            _plain(distance.cells.get(language) if distance else None, "{:.1f}"),
            _plain(result.bias["same_language@1"].cells[language], "{:.1%}"),
        )
    return table


def _plain(value: float | None, form: str) -> str:
    return "" if value is None else form.format(value)


def _with_interval(estimate: Estimate, form: str) -> str:
    return f"{form.format(estimate.value)} [dim]{form.format(estimate.low)}–{form.format(estimate.high)}[/]"


def _above_interval(estimate: Estimate, form: str) -> str:
    value, low, high = (form.format(number) for number in (estimate.value, estimate.low, estimate.high))
    return f"{value}\n[dim]{low.removeprefix('0').removesuffix('%')}–{high.removeprefix('0')}[/]"
