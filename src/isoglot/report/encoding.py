"""An encoded collection in words: what is in its folder, and what ranking loses by the numbers that are stored."""

from isoglot.encoding.sharded import Sharded
from isoglot.evaluation.settings import SETTINGS
from isoglot.report.comparison import compared_table
from isoglot.report.values import value_of
from isoglot.summary import Summary, TextTable
from isoglot.wording import counted, size

_HEAD = ("value", "float32", "stored", "difference [95% interval]", "stored is")


def sharded_summary(found: Sharded, *, then: str = "", why: str = "") -> Summary:
    """What was encoded, with the loss where it was measured.

    Args:
        then: the command to run next.
        why: what it is for.
    """
    return Summary(finding=(_held(found), _done(found), *_unmeasured(found)), table=_loss(found), then=then, why=why)


def _held(found: Sharded) -> str:
    texts = f"{counted(found.queries, 'queries')} and {counted(found.passages, 'passages')}"
    return (
        f"{found.place} holds the vectors of {texts} of {found.collection} by {found.encoder}: {found.width} numbers "
        f"each, as {found.precision}, {size(found.nbytes)} in all."
    )


def _done(found: Sharded) -> str:
    if not found.kept:
        return f"{counted(found.written, 'shards')} {'was' if found.written == 1 else 'were'} encoded."
    return f"Of {counted(found.written + found.kept, 'shards')}, {found.written:,} were encoded now."


def _unmeasured(found: Sharded) -> tuple[str, ...]:
    if found.precision == "float32" or found.loss is not None:
        return ()
    return (f"What ranking loses by {found.precision} was not measured: name a collection by --loss-on.",)


def _loss(found: Sharded) -> TextTable | None:
    if found.loss is None:
        return None
    (name, compared), *_ = found.loss.collections.items()
    values = [value_of(row.table, row.name) for row in compared.rows if row.table in SETTINGS]
    return compared_table(compared, values, head=_HEAD, note=f"Measured on {name}.")
