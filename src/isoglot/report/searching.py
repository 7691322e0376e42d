"""An index and what a search found, in words."""

from isoglot.languages import english_name
from isoglot.search.build import Indexed
from isoglot.search.hits import Hits
from isoglot.summary import MOST_ROWS, Summary, TextTable
from isoglot.wording import shortened

_TEXT = 56  # columns of a passage


def indexed_summary(found: Indexed, *, then: str) -> Summary:
    """What was done to an index.

    Args:
        then: the command to run next.
    """
    counts = sorted(found.counts.items(), key=lambda count: -count[1])
    rows = [(f"{english_name(tag)} ({tag})", f"{count:,}") for tag, count in counts]
    table = TextTable(("language", "passages"), rows[:MOST_ROWS], note=_rest(len(rows)))
    return Summary(
        finding=(_held(found), *_done(found), *_cut(found)),
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
        (shortened(" ".join(hit.text.split()), most=_TEXT), hit.lang, ",".join(hit.also), f"{hit.score:.3f}")
        for hit in found.hits
    ]
    headings: tuple[str, ...] = ("passage", "language", "also in", "score")
    if not any(hit.also for hit in found.hits):
        headings, rows = ("passage", "language", "score"), [(row[0], row[1], row[3]) for row in rows]
    note = f"Page {found.page}, ranked by the policy {found.policy}; the score is the encoder's own."
    return Summary(
        finding=(f"The query is in {language}.",),
        table=TextTable(headings, rows, note=note),
        details=tuple(f"{place}. {hit.id} ({hit.lang}): {hit.text}" for place, hit in enumerate(found.hits, start=1)),
    )


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


def _rest(rows: int) -> str:
    return f"{rows - MOST_ROWS} more languages: --json." if rows > MOST_ROWS else ""
