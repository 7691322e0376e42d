"""An audit in short: which language comes first, what that hides, what debiasing would give."""

from isoglot.report import debiasing
from isoglot.report.auditing import Audit
from isoglot.report.evaluation import evaluation_finding, evaluation_table, language_finding
from isoglot.summary import Summary


def audit_summary(found: Audit, *, then: str = "", why: str = "") -> Summary:
    """What an audit found.

    Args:
        then: the command to run next.
        why: what it is for.
    """
    (result,) = found.collections.values()
    said = list(language_finding(result))
    would = [section.lines[0] for section in found.sections if section.title == debiasing.TITLE]
    sections = ("\n".join([section.title, *(f"- {line}" for line in section.lines)]) for section in found.sections)
    return Summary(
        finding=(f"{found.encoder} on {result.name}.", *said, *would)
        if said
        else tuple(evaluation_finding(found.encoder, result)),
        table=evaluation_table(result),
        then=then,
        why=why,
        details=tuple(sections),
    )
