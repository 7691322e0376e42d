"""A repair in words: what was done, what it gained, and what it costs those who want their own language first."""

from collections.abc import Iterator

from isoglot.debiasing.run import Debiasing
from isoglot.debiasing.transforms.kinds import KINDS
from isoglot.evaluation.bias.preference import SAME_LANGUAGE
from isoglot.evaluation.bias.reach import REACH_OTHER, REACH_SAME
from isoglot.evaluation.comparison.comparison import CollectionComparison
from isoglot.evaluation.measures import AP
from isoglot.report.comparison import compared_table, verdict
from isoglot.report.values import BIAS, Value, values_that_matter
from isoglot.summary import Summary, TextTable
from isoglot.wording import counted, enumerated, p_value, tally

_HEAD = ("value", "was", "is", "change [95%]", "which is")


def debiased_summary(found: Debiasing, *, output: str, then: str = "", why: str = "") -> Summary:
    """What debiasing did.

    Args:
        output: where the repaired encoder was written.
        then: the command to run next.
        why: what it is for.
    """
    details = [] if found.selection is None else [str(found.selection)]
    if found.fitted is not None:
        details.append(f"Texts that were fitted on: {tally(found.fitted.on['texts'])}.")
        details += [str(agreement) for agreement in found.agreements]
    return Summary(
        finding=(_did(found, output), *_change(found)),
        table=_table(found),
        then=then,
        why=why,
        details=details,
    )


def _did(found: Debiasing, output: str) -> str:
    if found.fitted is not None:
        languages = len(found.fitted.on["texts"])
        choice = found.fitted.choice
        what = f"{choice}, which {KINDS[choice.kind].what}"
        return f"{output} is {found.name} repaired by {what}; it was fitted on texts in {languages} languages."
    reason = ""
    if found.selection is not None:
        change, settings = found.selection.nested.change, found.selection.settings
        reason = f"that mono mAP falls by less than {settings['margin']:g} (p {p_value(change.p_no_loss)})"
        if change.p_no_loss < settings["level"]:
            reason = f"that multi mAP rises (p {p_value(change.p_gain)})"
    return f"Nothing was written: with the best of {_tried(found)} it is not shown {reason}."


def _tried(found: Debiasing) -> str:
    return counted(0 if found.selection is None else len(found.selection.outcomes), "repairs")


def _change(found: Debiasing) -> Iterator[str]:
    """What is gained across languages, and what is lost by those who want their own first."""
    if found.effect is None:
        yield f"What that gains and costs was not measured. {found.unmeasured}"
        return
    (measured,) = found.effect.collections.values()
    said = {value.name if value.table == BIAS else value.table: value for value in values_that_matter(AP.mean)}

    def moved(name: str, of: str = "") -> str | None:
        return _moved(measured, said[name], of)

    is_, has = ("is", "has") if found.fitted is not None else ("would be", "would have")
    multi, other = moved("multi"), moved(REACH_OTHER.name, " of queries")
    gain = [f"mAP {is_} {multi}"] if multi else []
    gain += [f"page 1 {has} a relevant passage in one other language for {other}"] if other else []
    if gain:
        yield f"In the pool of all languages, {enumerated(gain)}."
    top, own = moved(SAME_LANGUAGE[1].name, " of queries"), moved(REACH_SAME.name)
    cost = [f"it {has} the top hit for {top}"] if top else []
    cost += [f"page 1 {has} a relevant passage in it for {own}"] if own else []
    if cost:
        yield f"For those who want their own language first, {enumerated(cost)}."


def _moved(measured: CollectionComparison, value: Value, of: str) -> str | None:
    """``81.2% of queries (55.5% before)``, and that no difference is shown where none is."""
    for row in measured.rows:
        if (row.table, row.name) == (value.table, value.name):
            shown = verdict(value, row).startswith(("↑", "↓"))
            unsure = "" if shown else "; no difference is shown"
            return f"{value.form(row.macro.b)}{of} ({value.form(row.macro.a)} before{unsure})"
    return None


def _table(found: Debiasing) -> TextTable | None:
    if found.effect is None:
        return None
    ((name, measured),) = found.effect.collections.items()
    if found.selection is None:
        how = "fitted on other texts than its own"
    else:
        texts = "without its texts" if found.selection.fitted_on is None else "on the texts of --fit"
        how = f"chosen without its judgements and fitted {texts}"
    note = f"The values are of {name}, where each query was ranked by a transform that was {how}."
    if found.fitted is None:
        note += f" An audit estimates centring alone; this tests a choice among {_tried(found)}."
    return compared_table(measured, values_that_matter(AP.mean), head=_HEAD, note=note)
