"""Tables of the report, by hand."""

from types import SimpleNamespace
from typing import Any

from isoglot.studies.config import VerdictConfig
from isoglot.studies.report.tables import choice_table
from isoglot.studies.shift.uncertainty import Uncertain


def found(value: float, half: float) -> Uncertain:
    return Uncertain(value=value, low=value - half, high=value + half, p=0.5, error=half / 1.96, freedom=99.0)


def test_an_arm_is_named_where_holm_leaves_its_gain_and_else_what_would_have_been_seen() -> None:
    differences = (found(0.05, 0.01), found(-0.03, 0.01), found(0.01, 0.007))
    cells = dict(zip([("help", "help"), ("help", "quad"), ("nq", "help")], differences, strict=True))
    p_holm = {("help", "help"): 0.001, ("help", "quad"): 0.03, ("nq", "help"): 0.06}
    part: Any = SimpleNamespace(cells=cells, p_holm=p_holm)
    question = VerdictConfig(treatment="hybrid", baseline="mono")
    table = choice_table(question, part, ["help", "quad"], {"help": "help", "nq": None})
    assert list(table.rows) == [
        ["help", "**hybrid**", "mono"],
        ["nq", "either (.010)", "–"],  # .007 / 1.96 * (1.96 + .84), by a test of its own; its p of itself is not asked
    ]
