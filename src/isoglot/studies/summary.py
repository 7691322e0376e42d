"""A study in words: how far it is, and what it shows so far."""

from collections.abc import Iterator
from datetime import timedelta

from isoglot.studies.foresee import StudyNeeds
from isoglot.studies.prepared import missing
from isoglot.studies.study import StudyReport
from isoglot.summary import MOST_ROWS, Summary, TextTable
from isoglot.wording import counted, enumerated, size


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


def needs_summary(found: StudyNeeds, *, then: str = "", why: str = "") -> Summary:
    """What a study will take.

    Args:
        then: the command to run next, where nothing is missing.
        why: what it is for.
    """
    cells = f"{counted(found.cells, 'cells')}, {found.trained} of them trained first."
    lacks = f"{counted(len(found.missing), 'things')} missing." if found.missing else "Nothing is missing."
    rows = [
        (f"{key}: {thing.name}", thing.where, size(thing.size) if thing.size else "") for key, thing in found.things
    ]
    table = TextTable(("what", "where", "size"), rows)
    short = len(rows) <= MOST_ROWS
    licences = sorted({f"{thing.name}: {thing.licence}" for _, thing in found.things if thing.licence})
    return Summary(
        finding=(cells, lacks),
        points=(*(f"{key}: {thing.name}: {thing.reason}" for key, thing in found.missing), *_takes(found)),
        table=table if short else None,
        then="" if found.missing else then,
        why=why,
        details=(*(() if short else (table,)), *(f"- {licence}" for licence in licences)),
    )


def _takes(found: StudyNeeds) -> Iterator[str]:
    if fetched := [thing for _, thing in found.things if thing.where == "to fetch"]:
        unknown = sum(thing.size is None for thing in fetched)
        besides = f", and {counted(unknown, 'things')} of unknown size" if unknown else ""
        yield f"To fetch: {size(found.to_fetch)}{besides}."
    if found.translated:
        yield f"To translate, where it is missing: {enumerated(found.translated)}."
    if found.training is None or found.testing is None:
        yield "No encoder is here, so nothing is known of how long it takes."
    else:
        apart = f", without {enumerated(found.uncounted)}, which cannot be counted yet" if found.uncounted else ""
        yield (
            f"At most, by a forward pass of full texts on this machine: {_time(found.training)} of training and "
            f"{_time(found.testing)} to encode the tests{apart}."
        )


def _time(seconds: float) -> str:
    return str(timedelta(minutes=max(1, round(seconds / 60))))[:-3]
