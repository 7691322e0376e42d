"""A merge in words: the weight that was chosen, what it gains and keeps, and why not another."""

from collections.abc import Iterator

from isoglot.evaluation.guard.criterionchoice import CriterionChoice
from isoglot.merging.merged import Merged
from isoglot.summary import MOST_ROWS, Summary, TextTable
from isoglot.wording import decimal, signed, with_interval


def merged_summary(found: Merged, *, output: str, then: str = "", why: str = "") -> Summary:
    """What merging did.

    Args:
        output: where the merged encoder was written.
        then: the command to run next.
        why: what it is for.
    """
    choice = found.choice
    return Summary(
        finding=(_did(found, output), *(_chosen(choice) if choice else ())),
        table=_table(choice) if choice else None,
        then=then,
        why=why,
        details=("\n".join(choice.lines()),) if choice else (),
    )


def _did(found: Merged, output: str) -> str:
    start, trained = found.start.name, found.trained.name
    if found.weight is None:
        return f"Nothing was written: no weight is admissible and has more multi mAP than {start}."
    return f"{output} is {found.weight:g} of {trained} and {1 - found.weight:g} of {start}."


def _chosen(choice: CriterionChoice) -> Iterator[str]:
    names = ", ".join(str(collection["name"]) for collection in choice.gain)
    if (best := choice.chosen) is not None:
        yield f"Mean multi mAP on {names} goes from {decimal(choice.multi)} to {decimal(best.multi)}."
        if best.kept:
            yield f"Mono mAP changes by {best.loss_line()} at worst."
    if not choice.keep:
        yield "No collection was named by --keep, so that nothing is known of losses in one language."


def _table(choice: CriterionChoice) -> TextTable:
    rows = []
    for outcome in choice.outcomes[:MOST_ROWS]:
        lost = outcome.most_lost
        kept = "" if lost is None else signed(outcome.kept[lost].difference)
        verdict = "chosen" if outcome.name == choice.choice else "" if outcome.admissible else "loses"
        difference = with_interval(outcome.multi_difference, signed)
        rows.append((outcome.name, decimal(outcome.multi), difference, kept, verdict))
    note = f"loses: mono mAP falls by {choice.margin:g} or more on a collection to keep." if choice.keep else ""
    return TextTable(("weight", "multi mAP", "gain [95% interval]", "mono at worst", ""), rows, note=note)
