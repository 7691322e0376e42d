"""A few questions before and after: where the relevant passage in each language stands on page 1 of the pool."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from isoglot.data.collection import Collection
from isoglot.evaluation.results import CollectionResult
from isoglot.languages import english_name
from isoglot.summary import Summary, TextTable
from isoglot.wording import counted, shortened

ABSENT = "–"
"""The place of a passage that is not on page 1."""

_TEXT = 44  # columns of a passage


@dataclass(frozen=True, kw_only=True)
class Question:
    """A query, and what two arms find of its relevant passages.

    Attributes:
        text: of the query.
        language: its tag.
        found: on page 1, before and after.
        table: a row for each relevant passage.
    """

    text: str
    language: str
    found: tuple[int, int]
    table: TextTable

    def said(self) -> str:
        """What is asked and found."""
        before, after = self.found
        return (
            f"“{self.text}” ({english_name(self.language)}) has {before} of its "
            f"{counted(len(self.table.rows), 'relevant passages')} on page 1 before, and {after} after."
        )


def question_summaries(
    results: Mapping[str, CollectionResult], collection: Collection, ids: Sequence[str]
) -> list[Summary]:
    """One for each question; see :func:`questions`."""
    return [Summary(finding=(each.said(),), table=each.table) for each in questions(results, collection, ids)]


def questions(
    results: Mapping[str, CollectionResult], collection: Collection, ids: Sequence[str]
) -> Iterator[Question]:
    """Questions in the order of their ids.

    Args:
        results: of two arms, before and after, with hits (:class:`isoglot.evaluation.results.CollectionResult`).
        collection: that they are of.
        ids: of queries.
    """
    known = {name: number for number, name in enumerate(collection.queries["id"].to_pylist())}
    for name in ids:
        query = collection.queries.slice(known[name], 1).to_pylist()[0]
        numbers = collection.relevant_passages(known[name]).tolist()
        passages = [(number, collection.passages.slice(number, 1).to_pylist()[0]) for number in numbers]
        before, after = (_places(result, known[name]) for result in results.values())
        rows = [
            (
                f"{english_name(passage['lang'])}: {shortened(passage['text'], most=_TEXT)}",
                *(str(place.get(number, ABSENT)) for place in (before, after)),
            )
            for number, passage in sorted(passages, key=lambda pair: pair[1]["lang"])
        ]
        yield Question(
            text=query["text"],
            language=query["lang"],
            found=(len(before.keys() & set(numbers)), len(after.keys() & set(numbers))),
            table=TextTable(("relevant passage", *results), rows),
        )


def _places(result: CollectionResult, query: int) -> dict[int, int]:
    """Passage -> its place on the first page, from 1."""
    if result.hits is None:
        return {}
    return {int(passage): place for place, passage in enumerate(result.hits[query], start=1) if passage >= 0}
