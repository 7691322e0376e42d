"""A study in words: how far it is, and what it shows so far."""

from isoglot.studies.prepared import missing
from isoglot.studies.study import StudyReport
from isoglot.summary import MOST_ROWS, Summary
from isoglot.wording import counted


def study_summary(found: StudyReport, *, then: str = "", why: str = "") -> Summary:
    """What a study shows.

    Args:
        then: the command to run next while cells are left.
        why: what it is for.
    """
    cells, failed, left = len(found.prepared.plan.cells), len(found.failures), len(missing(found.prepared))
    done = f"{cells - failed - left} of {counted(cells, 'cells')} are done"
    return Summary(
        finding=(f"{done}, {failed} failed." if failed else f"{done}.", f"{found.page} has every number."),
        points=found.sentences[:MOST_ROWS],
        then=then if failed or left else "",
        why=why,
        details=tuple(f"- {sentence}" for sentence in found.sentences[MOST_ROWS:]),
    )
