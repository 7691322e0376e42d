"""Results as a model card has them: one value of the hub's ``model-index`` for each average."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from huggingface_hub import EvalResult

from isoglot.evaluation.found import GROUPS
from isoglot.evaluation.saved import SavedResults
from isoglot.wording import decimal

_TASK = "text-retrieval"
_SHOWN = ("mono", "cross", "multi")
_MANY = 10  # a value above this is a number of ranks, and needs no decimals


def eval_results(found: Sequence[SavedResults]) -> list[EvalResult]:
    """Every macro average: the collection is the data set, the table (``mono``, .., ``bias``) its configuration.

    ``metric_args`` has the ends of the 95% interval, where there is one.
    """
    return [result for results in found for result in _of(results)]


def _of(results: SavedResults) -> Iterator[EvalResult]:
    for name, content in results.content["collections"].items():
        for table in (group for group in GROUPS if group in content):
            intervals = content.get("intervals", {}).get(table, {})
            for metric, value in content[table].items():
                if value is None:
                    continue
                low, high = intervals.get(metric) or (None, None)
                yield EvalResult(
                    task_type=_TASK,
                    dataset_type=name,
                    dataset_name=name,
                    dataset_config=table,
                    metric_type=metric,
                    metric_name=f"{table} {metric}",
                    metric_value=value,
                    metric_args=None if low is None else {"low": low, "high": high},
                )


def results_table(found: Sequence[SavedResults]) -> list[str]:
    """The settings and the language bias of each collection, as a table in Markdown."""
    lines = [
        "| collection | in one language | across languages | all in one pool | rank distance | top hits in the query's "
        "language |",
        "|---|---|---|---|---|---|",
    ]
    for results in found:
        for name, content in results.content["collections"].items():
            cells = [_cell(content, table, "map") for table in _SHOWN]
            cells += [_cell(content, "bias", measure) for measure in ("rank_distance", "same_language@1")]
            lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def _cell(content: dict[str, Any], table: str, metric: str) -> str:
    value = content.get(table, {}).get(metric)
    if value is None:
        return ""
    interval = content.get("intervals", {}).get(table, {}).get(metric)
    return _number(value) if interval is None else f"{_number(value)} [{', '.join(map(_number, interval))}]"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= _MANY else decimal(value)
