"""An audit in short: which language comes first, what that hides, what debiasing would give."""

from collections.abc import Iterator, Sequence

from isoglot.report.auditing import Audit
from isoglot.report.debiasing import RepairEstimate
from isoglot.report.evaluation import evaluation_finding, evaluation_table, language_finding
from isoglot.summary import Summary, command

_CHOSEN = "to choose a repair among more kinds than this, and to test the choice"
_NAMED = "to move the languages' means together, which needs no judgements"


def audit_summary(found: Audit, *, source: str = "") -> Summary:
    """What an audit found.

    Args:
        source: the collection as a command takes it, for the command to run next; empty where there is none.
    """
    (result,) = found.collections.values()
    said = list(language_finding(result))
    estimates = [section for section in found.sections if isinstance(section, RepairEstimate)]
    then, why = _next(found.encoder, source, estimates[0]) if source and estimates else ("", "")
    sections = ("\n".join([section.title, *(f"- {line}" for line in section.lines)]) for section in found.sections)
    return Summary(
        finding=(*_of(found.encoder, result.name, said), *(estimate.lines[0] for estimate in estimates))
        if estimates
        else tuple(evaluation_finding(found.encoder, result)),
        table=evaluation_table(result),
        then=then,
        why=why,
        details=tuple(sections),
    )


def _of(encoder: str, collection: str, said: Sequence[str]) -> Iterator[str]:
    """The sentences, the first of which says what they are about."""
    first, *others = said
    yield f"{encoder} on {collection}: {first[0].lower()}{first[1:]}"
    yield from others


def _next(encoder: str, source: str, estimate: RepairEstimate) -> tuple[str, str]:
    """(Command, what it is for): none where repair is not shown to help, or would fail."""
    if not estimate.fits:
        return "", ""
    if estimate.helps is None:
        return command("debias", encoder, "--fit", source, "--kind", "centring", "-o", "REPAIRED"), _NAMED
    return (command("debias", encoder, "--fit", source, "-o", "REPAIRED"), _CHOSEN) if estimate.helps else ("", "")
