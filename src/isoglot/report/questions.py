"""A few questions before and after: where the answer in each language stands on the first page of the pool."""

from collections.abc import Iterator, Mapping, Sequence

from isoglot.data.collection import Collection
from isoglot.evaluation.results import CollectionResult
from isoglot.languages import english_name
from isoglot.report.page.blocks import Block, Listing, Points, Section
from isoglot.summary import Summary, TextTable
from isoglot.wording import shortened

_TEXT = 44  # columns of a passage
_ABSENT = "–"


def question_summaries(
    results: Mapping[str, CollectionResult], collection: Collection, ids: Sequence[str]
) -> list[Summary]:
    """One for each question.

    Args:
        results: of two arms, before and after, with hits (:class:`isoglot.evaluation.results.CollectionResult`).
        collection: that they are of.
        ids: of queries.
    """
    return [Summary(finding=(said,), table=table) for said, table in _questions(results, collection, ids)]


def question_section(results: Mapping[str, CollectionResult], collection: Collection, ids: Sequence[str]) -> Section:
    """The same for a page."""
    blocks: list[Block] = []
    for said, table in _questions(results, collection, ids):
        blocks += [Points([said]), Listing(table)]
    before, after = results
    return Section(
        heading="What does one question find?",
        reading=[
            "Every question has an answer in each language. A number is the answer's place on page 1 of the pool, by "
            f"{before} and by {after}; {_ABSENT} is none there."
        ],
        blocks=blocks,
    )


def _questions(
    results: Mapping[str, CollectionResult], collection: Collection, ids: Sequence[str]
) -> Iterator[tuple[str, TextTable]]:
    """(What is asked and found, a row for each language)."""
    known = {name: number for number, name in enumerate(collection.queries["id"].to_pylist())}
    for name in ids:
        query = collection.queries.slice(known[name], 1).to_pylist()[0]
        judged = collection.judgements
        answers = judged.passage[(judged.query == known[name]) & (judged.grade > 0)].tolist()
        passages = {number: collection.passages.slice(number, 1).to_pylist()[0] for number in answers}
        places = [_places(result, known[name]) for result in results.values()]
        found = [sum(number in place for number in answers) for place in places]
        rows = [
            (
                f"{english_name(passage['lang'])}: {shortened(passage['text'], most=_TEXT)}",
                *(str(place.get(number, _ABSENT)) for place in places),
            )
            for number, passage in sorted(passages.items(), key=lambda pair: pair[1]["lang"])
        ]
        said = (
            f"“{query['text']}” ({english_name(query['lang'])}) has {found[0]} of its {len(answers)} answers on page 1 "
            f"before, and {found[1]} after."
        )
        yield said, TextTable(("answer", *results), rows)


def _places(result: CollectionResult, query: int) -> dict[int, int]:
    """Passage -> its place on the first page, from 1."""
    if result.hits is None:
        return {}
    return {int(passage): place for place, passage in enumerate(result.hits[query], start=1) if passage >= 0}
