"""An exported encoder in words: how much faster it is, and what ranking loses."""

from isoglot.encoding.exported import Exported
from isoglot.evaluation.settings import SETTINGS
from isoglot.report.comparison import compared_table
from isoglot.report.values import value_of
from isoglot.summary import Summary
from isoglot.wording import size

_HEAD = ("value", "before", "exported", "difference [95% interval]", "exported is")


def exported_summary(found: Exported, *, then: str = "", why: str = "") -> Summary:
    """What was exported, its speed on this machine, and the loss.

    Args:
        then: the command to run next.
        why: what it is for.
    """
    (name, compared), *_ = found.loss.collections.items()
    values = [value_of(row.table, row.name) for row in compared.rows if row.table in SETTINGS]
    before, after = found.before, found.after
    return Summary(
        finding=(
            f"{found.place} is {found.encoder} as {found.weights} for OpenVINO, {size(found.nbytes)}.",
            f"On this machine it encodes {after.passages:.1f} passages a second in batches, where {found.encoder} "
            f"encodes {before.passages:.1f} ({found.speed_up:.2f} times), and a query alone in {after.query * 1e3:.1f} "
            f"ms, where that takes {before.query * 1e3:.1f} ({found.query_speed_up:.2f} times as fast).",
        ),
        table=compared_table(compared, values, head=_HEAD, note=f"Measured on {name}."),
        then=then,
        why=why,
    )
