"""Pairs as other projects write them, a row each, which state no language: it is told, as ``pairs.jsonl@de``.

- sentence-transformers: ``anchor``, ``positive`` and perhaps ``negative``, ``negative_1`` and so on; mMARCO has
  ``query`` for the anchor;
- FlagEmbedding: ``query``, ``pos`` and perhaps ``neg``, lists of texts;
- Tevatron: ``query``, ``positive_passages`` and perhaps ``negative_passages``, lists of ``title`` and ``text``;
- SQuAD as rows: ``question``, ``context`` and perhaps ``answers`` with ``text`` and ``answer_start``.

Each positive is an item; rows without a text are passed over and counted. The group is the query, whose other
positives are no negatives of it; in SQuAD it is the context. A title stands before its text, with a space.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from isoglot.data.answersentence import PassageForm
from isoglot.data.filerows import file_rows
from isoglot.data.items import ItemFile, Pairs
from isoglot.data.lines import text_at
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError
from isoglot.languages import normalise

_READER = "pair rows 1"
_NEGATIVE = re.compile(r"negative(_\d+)?")
_SIDES = ("query", "passage", "text")
_IDS = ("id", "_id", "query_id", "qid")


class Pair(NamedTuple):
    """A query and a passage that answers it.

    Attributes:
        group: text that tells what must not meet it in a batch.
        start: where the answer starts in the passage.
    """

    query: str
    passage: str
    negatives: list[str]
    group: str
    answer: str | None = None
    start: int | None = None


@dataclass(frozen=True, kw_only=True)
class RowForm:
    """How a project writes pairs.

    Attributes:
        project: whose it is, for messages.
        needed: columns that tell it.
        pairs: the pairs of a row, which errors find where the second argument says.
    """

    project: str
    needed: tuple[str, str]
    pairs: Callable[[Mapping[str, Any], str], Iterator[Pair]]

    def items(
        self, number: int, row: Mapping[str, Any], where: str, *, query: str, passage: str
    ) -> Iterator[dict[str, Any]]:
        """The items of a row in the project's own form (:mod:`isoglot.data.items`).

        Args:
            query, passage: the languages of either.
        """
        given = next((row[key] for key in _IDS if row.get(key) not in (None, "")), None)
        identity = str(number if given is None else given)
        pairs = list(self.pairs(row, where))
        for place, pair in enumerate(pairs, start=1):
            yield {
                "id": identity if len(pairs) == 1 else f"{identity}/{place}",
                "group": digest_of(pair.group),
                "query": {query: pair.query},
                "passage": {passage: pair.passage},
                "negatives": {passage: pair.negatives} if pair.negatives else {},
                "answer": {passage: pair.answer} if pair.answer else None,
                "answer_start": None if pair.start is None else {passage: pair.start},
            }


def row_form(columns: Collection[str]) -> RowForm | None:
    """The form that these columns tell; None if they are of another."""
    return next((form for form in _FORMS if set(form.needed) <= set(columns)), None)


def read_pair_rows(
    path: Path, form: RowForm, *, language: str | None, pairs: Pairs = "positive", passage: PassageForm = "whole"
) -> ParallelDataset:
    """Read a file of pairs.

    Args:
        language: of all texts; nothing in the file says it.

    Raises:
        DataError: no language is told, or with the row and key of the first row that cannot be used.
    """
    if language is None:
        raise DataError(
            f"{path}: pairs as {form.project} writes them ({', '.join(form.needed)}) state no language; give "
            f"the file as {path}@LANGUAGE, such as {path.name}@en."
        )
    tag = normalise(language)
    passed_over: Counter[str] = Counter()

    def rows() -> Iterator[tuple[int, dict[str, Any]]]:
        passed_over.clear()
        for number, row in file_rows(path):
            made = form.items(number, row, f"{path}: row {number}", query=tag, passage=tag)
            for item in with_texts(made, passed_over):
                yield number, item

    of = ItemFile(path=path, rows=rows, unit="row", reader=f"{_READER} {tag}", passed_over=passed_over)
    return of.read(pairs, passage)


def with_texts(items: Iterable[dict[str, Any]], passed_over: Counter[str]) -> list[dict[str, Any]]:
    """The items of a row without the languages in which a text is empty; a row that has no other is counted.

    What others have published has such rows, and who reads it cannot mend them.
    """
    kept = []
    for item in items:
        sides: dict[str, Any] = {side: _not_empty(item[side]) for side in _SIDES if side in item}
        if all(sides.values()):
            kept.append({**item, **sides})
    if not kept:
        passed_over["rows without a text"] += 1
    return kept


def _not_empty(texts: Any) -> Any:
    if not isinstance(texts, Mapping):
        return texts
    return {tag: text for tag, text in texts.items() if text is not None and text != "" and str(text).strip()}


def digest_of(text: str) -> str:
    """16 hexadecimal digits that a text alone has."""
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def texts_in(value: Any, where: str) -> list[str]:
    """One text or a list of them; nothing of null.

    Raises:
        DataError: it is neither.
    """
    texts = [value] if isinstance(value, str) else value or []
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise DataError(f"{where} must be a text or a list of texts.")
    return [text for text in texts if text.strip()]


def _anchors(row: Mapping[str, Any], where: str) -> Iterator[Pair]:
    query = text_at(where, row, "anchor" if "anchor" in row else "query")
    negatives = [
        text for key in row if _NEGATIVE.fullmatch(key) for text in texts_in(row[key], f'{where}: key "{key}"')
    ]
    for positive in _some(row, "positive", where):
        yield Pair(query, positive, negatives, query)


def _flags(row: Mapping[str, Any], where: str) -> Iterator[Pair]:
    query, negatives = text_at(where, row, "query"), texts_in(row.get("neg"), f'{where}: key "neg"')
    for positive in _some(row, "pos", where):
        yield Pair(query, positive, negatives, query)


def _some(row: Mapping[str, Any], key: str, where: str) -> list[str]:
    return texts_in(row.get(key), f'{where}: key "{key}"')


def _tevatron(row: Mapping[str, Any], where: str) -> Iterator[Pair]:
    query = text_at(where, row, "query")
    negatives = _titled(row, "negative_passages", where)
    for positive in _titled(row, "positive_passages", where):
        yield Pair(query, positive, negatives, query)


def _titled(row: Mapping[str, Any], key: str, where: str) -> list[str]:
    passages = row.get(key) or []
    if not isinstance(passages, list) or not all(isinstance(passage, Mapping) for passage in passages):
        raise DataError(f'{where}: key "{key}" must be a list of objects with "title" and "text".')
    texts = [(passage.get("title"), text_at(f'{where}: key "{key}"', passage, "text")) for passage in passages]
    return [f"{title} {text}".strip() if title else text for title, text in texts]


def _squad(row: Mapping[str, Any], where: str) -> Iterator[Pair]:
    question, context = text_at(where, row, "question"), text_at(where, row, "context")
    answers = row.get("answers")
    try:
        texts, starts = (answers["text"], answers["answer_start"]) if answers else ((), ())
        answer, start = (str(texts[0]), int(starts[0])) if texts and starts else (None, None)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise DataError(f'{where}: key "answers" must hold lists "text" and "answer_start": {error!r}.') from error
    if row.get("is_impossible") or (answers and not texts):  # SQuAD 2.0's questions without an answer
        return
    yield Pair(question, context, [], context, answer, start)


_FORMS = (
    RowForm(project="sentence-transformers", needed=("anchor", "positive"), pairs=_anchors),
    RowForm(project="sentence-transformers", needed=("query", "positive"), pairs=_anchors),
    RowForm(project="FlagEmbedding", needed=("query", "pos"), pairs=_flags),
    RowForm(project="Tevatron", needed=("query", "positive_passages"), pairs=_tevatron),
    RowForm(project="SQuAD", needed=("question", "context"), pairs=_squad),
)
