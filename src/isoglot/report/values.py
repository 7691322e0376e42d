"""The values that a person is shown first: what they are called, how they are written, and which is better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from isoglot.errors import ConfigError
from isoglot.evaluation.bias.distance import RANK_DISTANCE
from isoglot.evaluation.bias.measure import PERCENT, RANK, Better, BiasMeasure
from isoglot.evaluation.bias.preference import SAME_LANGUAGE
from isoglot.evaluation.bias.reach import REACH_OTHER, REACH_SAME
from isoglot.evaluation.bias.recall import RECALL_ALL, RECALL_OTHER, RECALL_OWN
from isoglot.evaluation.bias.registry import BIAS_MEASURES
from isoglot.evaluation.measures import AP, parse_measure
from isoglot.evaluation.settings import SETTINGS, Setting
from isoglot.wording import decimal, with_minus

BIAS = "bias"
_OF_NAME = {measure.name: measure for measure in BIAS_MEASURES}
_WHOLE_RANKS = 100  # from here on the decimals of a rank say nothing


@dataclass(frozen=True, kw_only=True)
class Value:
    """A macro average in a table of a result.

    Attributes:
        table: a setting, or ``bias``.
        name: what results file it under.
        label: what tables and sentences call it.
        unit: how it is written: as a share in percent, as a rank, or as a plain number.
        better: see :data:`~isoglot.evaluation.bias.measure.Better`.
    """

    table: str
    name: str
    label: str
    unit: str
    better: Better

    def form(self, value: float) -> str:
        """``.976``, ``98.7%``, ``1,214``."""
        if self.unit == PERCENT:
            return PERCENT.format(value).replace("100.0%", "100%")  # as wide as the others
        if self.unit == RANK or abs(value) >= _WHOLE_RANKS:
            return f"{value:,.0f}" if abs(value) >= _WHOLE_RANKS else f"{value:,.1f}"
        return with_minus(decimal(value))

    def difference(self, value: float) -> str:
        """With its sign, and of shares in percentage points: ``+.052``, ``−12.3``, ``−665``; ``.000`` has none."""
        size = self.size(value)
        sign = ("−" if value < 0 else "+") if any(digit in size for digit in "123456789") else ""
        return f"{sign}{size}"

    @property
    def scale(self) -> float:
        """What a difference is multiplied by before it is written: shares are in percentage points."""
        return 100.0 if self.unit == PERCENT else 1.0

    def size(self, value: float) -> str:
        """Of a difference, without its sign."""
        return f"{abs(value) * self.scale:.1f}" if self.unit == PERCENT else self.form(abs(value))

    def bound(self, value: float) -> str:
        """An end of a difference's interval: a minus, but no plus."""
        return self.difference(value).removeprefix("+")


def arrow(better: str) -> str:
    """What stands behind a label to say which way is better; nothing where neither is."""
    return {"higher": "\u00a0↑", "lower": "\u00a0↓"}.get(better, "")


def value_of(table: str, name: str) -> Value:
    """How a value is shown; one that this version does not know is shown as it is."""
    if table in get_args(Setting):
        return _of_setting(table, name)
    measure = _OF_NAME.get(name)
    if measure is None:
        return Value(table=table, name=name, label=name, unit="", better="chance")
    return _of_bias(measure)


def values_that_matter(main: str) -> tuple[Value, ...]:
    """At most ten, in the order of a table.

    They answer what a user asks first. Is what I look for found: in my language, in another, in all (the three
    settings)? Do languages stand apart (rank distance), and does mine come first (top hit)? What do I find on page 1,
    in my language and in others, of all there is (page 1, recall@10)? All else says the same of other depths, or
    explains it.

    Args:
        main: the measure of the settings, such as ``map``.
    """
    return (*(_of_setting(setting, main) for setting in SETTINGS), *map(_of_bias, _BIASES))


def compared_values(main: str) -> tuple[Value, ...]:
    """The eight of a comparison: those of :func:`values_that_matter` without the two parts of recall@10, which follow
    the two of page 1.
    """
    parts = (RECALL_OWN.name, RECALL_OTHER.name)
    return tuple(value for value in values_that_matter(main) if value.name not in parts)


def main_measure(names: Sequence[str]) -> str:
    """The first of a setting's measures: what was asked for first, and mAP if nothing was."""
    return names[0] if names else AP.mean


def measure_title(name: str) -> str:
    """``map`` -> ``mAP``; a measure that this version does not know is called as it is filed."""
    try:
        return parse_measure(name).title
    except ConfigError:
        return name


_BIASES = (RANK_DISTANCE, SAME_LANGUAGE[1], REACH_SAME, REACH_OTHER, RECALL_ALL, RECALL_OWN, RECALL_OTHER)


def _of_setting(setting: str, name: str) -> Value:
    return Value(table=setting, name=name, label=f"{setting} {measure_title(name)}", unit="", better="higher")


def _of_bias(measure: BiasMeasure) -> Value:
    label = measure.heading or measure.title
    return Value(table=BIAS, name=measure.name, label=label, unit=measure.form, better=measure.better)
