"""Queries that stand on several items, as codes: texts are read once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from isoglot.arrays import Ints
from isoglot.data.choice import most_repeats
from isoglot.data.parallel import ParallelDataset
from isoglot.linting.findings import LintFinding
from isoglot.text.normal import normal_form
from isoglot.text.numbering import without_shared_number
from isoglot.wording import shortened

_AMBIGUOUS = 2  # items that share a query: translations of one word, such as "Insert" and "Paste", fall together
_OFTEN = 0.01  # of the items


@dataclass(frozen=True)
class QueryCodes:
    """(items, languages) int64, twice: equal numbers in a column are equal queries; 0 where there is none.

    Attributes:
        text: of the text as it is, which ``data.max_query_repeats`` goes by.
        form: of its normal form (:mod:`isoglot.text.normal`): case, spacing and punctuation make no difference. 0 also
            where a text has neither letter nor digit.
    """

    text: Ints
    form: Ints


def query_codes(data: ParallelDataset) -> QueryCodes:
    """64 bits of each query's hash. Memory: 16 bytes for each item and language."""
    text = np.zeros(data.has_query.shape, dtype=np.int64)
    form = np.zeros_like(text)
    for block in data.blocks():
        text[block.span], form[block.span] = block.digests("query"), block.digests("query", form=normal_form)
    return QueryCodes(text, form)


def query_findings(data: ParallelDataset, codes: QueryCodes, sources: Sequence[Ints]) -> Iterator[LintFinding]:
    """A finding if queries stand on so many items of a source that they cannot tell their passages.

    Args:
        data: of the run.
        codes: of its queries.
        sources: the items of each; those of two never meet in a batch.
    """
    count = np.zeros(len(data), dtype=np.int64)
    for items in sources:
        count[items] = most_repeats(codes.text[items])
    share = float(np.mean(count > _AMBIGUOUS))
    if not share:
        return
    item = int(count.argmax())
    alike = np.where(codes.text[item] == 0, 0, (codes.text == codes.text[item]).sum(axis=0))
    worst = data.rows[item]["query"][data.languages[int(alike.argmax())]]
    yield LintFinding(
        severity="warning" if share >= _OFTEN else "note",
        subject="ambiguous-queries",
        key="data.max_query_repeats",
        value=_AMBIGUOUS,
        message=(
            f"{share:.1%} of the items have a query that stands on more than {_AMBIGUOUS} items "
            f"({shortened(worst, most=40)!r} on {count[item]:,}) and cannot tell their passages: set "
            f"data.max_query_repeats = {_AMBIGUOUS}, which leaves these {int((count > _AMBIGUOUS).sum()):,} out."
        ),
    )


def number_findings(data: ParallelDataset) -> Iterator[LintFinding]:
    """A finding if queries begin with a section number, which is the same in all languages."""
    numbered, worst = 0, ""
    for block in data.blocks():
        columns = [block.texts("query", language) for language in data.languages]
        for item in zip(*columns, strict=True):
            queries = {language: text for language, text in zip(data.languages, item, strict=True) if text is not None}
            if len(queries) > 1 and without_shared_number(queries) != queries:
                numbered += 1
                worst = worst or next(iter(queries.values()))
    if not numbered:
        return
    share = numbered / len(data)
    yield LintFinding(
        severity="warning" if share >= _OFTEN else "note",
        subject="section-numbers",
        message=(
            f"{share:.1%} of the items have queries that begin with a section number, in every language the same "
            f"({shortened(worst, most=40)!r}), so that a query's translation is found without a word of it: clean the "
            "data (docs/cleaning.md), which takes them out."
        ),
    )
