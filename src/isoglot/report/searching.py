"""An index and what a search found, in words."""

from typing import Any

from isoglot.languages import english_name
from isoglot.search.hits import Hit, Hits
from isoglot.search.indexed import Indexed
from isoglot.search.recall import Recall
from isoglot.search.thresholds import Thresholds
from isoglot.summary import MOST_ROWS, Summary, TextTable
from isoglot.wording import enumerated, shortened

_TEXT = 56  # columns of a passage


def indexed_summary(found: Indexed, recall: Recall | None = None, *, then: str) -> Summary:
    """What was done to an index.

    Args:
        found: that.
        recall: of approximate search, where it was measured.
        then: the command to run next.
    """
    counts = sorted(found.counts.items(), key=lambda count: -count[1])
    rows = [(f"{english_name(tag)} ({tag})", f"{count:,}") for tag, count in counts]
    table = TextTable(("language", "passages"), rows[:MOST_ROWS], note=_rest(len(rows)))
    return Summary(
        finding=(_held(found), *_done(found), *_cut(found), *_dropped(found), *_recall(recall)),
        table=table if rows else None,
        then=then,
        details=(TextTable(("language", "passages"), rows),) if len(rows) > MOST_ROWS else (),
    )


def hits_summary(found: Hits) -> Summary:
    """A page of hits."""
    language = "a language that the index does not have" if found.language is None else english_name(found.language)
    if not found.hits:
        return Summary(finding=(f"Nothing more is found for this query (in {language}).",))
    rows: list[tuple[str, ...]] = [
        (shortened(" ".join(hit.text.split()), most=_TEXT), hit.lang, ",".join(hit.also), _score(hit))
        for hit in found.hits
    ]
    headings: tuple[str, ...] = ("passage", "language", "also in", "score")
    if not any(hit.also for hit in found.hits):
        headings, rows = ("passage", "language", "score"), [(row[0], row[1], row[3]) for row in rows]
    note = f"Page {found.page}, ranked by the policy {found.policy}; the score is the encoder's own."
    if any(hit.passes is False for hit in found.hits):
        note += " One in brackets is below the threshold of its languages."
    return Summary(
        finding=(f"The query is in {language}.",),
        table=TextTable(headings, rows, note=note),
        details=tuple(f"{place}. {hit.id} ({hit.lang}): {hit.text}" for place, hit in enumerate(found.hits, start=1)),
    )


def _score(hit: Hit) -> str:
    return f"({hit.score:.3f})" if hit.passes is False else f"{hit.score:.3f}"


def thresholds_summary(found: Thresholds, *, place: str, then: str) -> Summary:
    """Thresholds of scores.

    Args:
        place: of the index.
        then: the command to run next.
    """
    counts = enumerated([f"{count:,} in {tag}" for tag, count in zip(found.queries, found.counts, strict=True)])
    rows = [_threshold(row) for row in found.to_dict()["thresholds"]]
    headings = ("query to passage", "threshold", "95% interval")
    values = found.values
    finding = (
        f"{place} has thresholds from queries ({counts}): of queries without an answer at most {found.rate:.1%} have "
        "a hit in a given language that passes.",
        f"They go from {values.min():.3f} to {values.max():.3f}.",
    )
    more = len(rows) - MOST_ROWS
    note = f"{more} more pairs: --verbose. " if more > 0 else ""
    return Summary(
        finding=finding,
        table=TextTable(headings, rows[:MOST_ROWS], note=f"{note}A score passes that is greater."),
        then=then,
        details=(TextTable(headings, rows),) if more > 0 else (),
    )


def _threshold(row: dict[str, Any]) -> tuple[str, str, str]:
    high = "" if row["high"] is None else f"{row['high']:.3f}"
    return f"{row['query']} to {row['passage']}", f"{row['threshold']:.3f}", f"[{row['low']:.3f}, {high}]"


def _held(found: Indexed) -> str:
    return f"{found.place} holds {sum(found.counts.values()):,} passages in {len(found.counts)} languages."


def _done(found: Indexed) -> tuple[str, ...]:
    done = {"added": found.added, "replaced": found.replaced, "deleted": found.deleted, "unchanged": found.unchanged}
    said = [f"{count:,} {what}" for what, count in done.items() if count]
    return (f"Of these, {', '.join(said)}." if not found.deleted else f"{', '.join(said)}.",) if said else ()


def _cut(found: Indexed) -> tuple[str, ...]:
    if not found.cut:
        return ()
    return (f"{found.cut:,} are longer than the {found.length} tokens that the encoder reads, and are cut there.",)


def _dropped(found: Indexed) -> tuple[str, ...]:
    if not found.dropped:
        return ()
    return ("Its thresholds were of other vectors and are dropped: run isoglot calibrate again.",)


def _recall(found: Recall | None) -> tuple[str, ...]:
    if found is None:
        return ()
    worst = min(found.languages, key=found.languages.__getitem__)
    return (
        "Its vectors are more than a search keeps in memory (--memory-mib of isoglot serve), so search is approximate.",
        f"It finds {found.value:.1%} of the {found.k} best passages of each language, and the least in "
        f"{english_name(worst)}, {found.languages[worst]:.1%}, for {found.queries} of its own texts as queries.",
    )


def _rest(rows: int) -> str:
    return f"{rows - MOST_ROWS} more languages: --json." if rows > MOST_ROWS else ""
