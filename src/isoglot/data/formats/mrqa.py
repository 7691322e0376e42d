"""The layout of MRQA 2019 (Fisch et al. 2019, arXiv 1910.09753): many English QA data sets in one form.

JSON lines: a ``{"header": {"dataset", ...}}`` and then contexts,
``{"context", "qas": [{"qid", "question", "detected_answers": [{"char_spans": [[start, end], ...]}]}]}``.

A context may be many paragraphs run together, with ``[DOC]``, ``[TLE]``, ``[PAR]`` and ``[SEP]`` between them and up to
800 tokens long: more than an encoder reads. The passage is the paragraph that holds the first detected answer's first
place (where its text is, nearest to the span that is given), without the tags of HTML that Natural Questions has there
(``<P>``). The group is the whole context.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from isoglot.data.answers import answer_start
from isoglot.data.formats.naturalquestions import EnglishPair, english_pairs, list_at, text_at
from isoglot.data.lines import json_lines
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError

_MARK = re.compile(r"\[(?:DOC|TLE|PAR|SEP)\]")
_TAG = re.compile(r"</?[A-Z][A-Za-z0-9_]*>")


def read_mrqa(path: Path, *, domain: str | None = None) -> ParallelDataset:
    """Read a file of MRQA.

    Args:
        path: ``.jsonl`` or ``.jsonl.gz``.
        domain: of every item; the header's data set in lower case if None, or the file's name without a header.

    Raises:
        DataError: with the file, line and key of the first row that cannot be used.
    """
    return english_pairs(path, _located_pairs, domain=domain or _domain(path))


def is_mrqa(row: dict[str, Any]) -> bool:
    """Whether a file whose first row this is may be MRQA's: its header, or a context with MRQA's answers."""
    questions = row.get("qas")
    first = questions[0] if isinstance(questions, list) and questions else None
    return "header" in row or (isinstance(first, dict) and "detected_answers" in first)


def _domain(path: Path) -> str:
    header = next((row for _, row in json_lines(path)), {}).get("header")
    name = header.get("dataset") if isinstance(header, dict) else None
    return (name if isinstance(name, str) and name else path.name.split(".")[0]).lower()


def _located_pairs(path: Path) -> Iterator[EnglishPair]:
    for number, row in json_lines(path):
        if "header" in row:
            continue
        where = f"{path}: line {number}"
        context = text_at(row, "context", where)
        for question in list_at(row, "qas", where):
            identity = text_at(question, "qid", f'{where}: "qas"')
            here = f"{where}: question {identity!r}"
            yield EnglishPair(
                identity,
                question=text_at(question, "question", here),
                passage=_passage(context, _starts(question, context, here), here),
                page=f"line {number}",
            )


def _starts(question: dict[str, Any], context: str, where: str) -> list[int]:
    """Where the detected answers start in the context, the first answer's first place first."""
    try:
        said = [
            (answer.get("text"), int(start))
            for answer in question["detected_answers"]
            for start, _ in answer["char_spans"]
        ]
        starts = [answer_start(text, start, context) for text, start in said]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f'{where}: "detected_answers" must hold "char_spans" of [start, end]: {error!r}.') from error
    if not starts:
        raise DataError(f'{where}: "detected_answers" is empty; MRQA has an answer to every question.')
    return [start for start in starts if start is not None]


def _passage(context: str, starts: list[int], where: str) -> str:
    """The paragraph with the first answer that is not in a title; the first answer's part if all are."""
    parts = _parts(context)
    holding = [part for start in starts for part in parts if part[0] <= start < part[1]]
    if not holding:
        raise DataError(f"{where}: no detected answer is inside the context.")
    begin, end, _ = next((part for part in holding if not part[2]), holding[0])
    passage = " ".join(_TAG.sub(" ", context[begin:end]).split())
    if not passage:
        raise DataError(f"{where}: the paragraph of the detected answer is empty.")
    return passage


def _parts(context: str) -> list[tuple[int, int, bool]]:
    """(start, end, whether it is a title) of what stands between the marks."""
    marks = list(_MARK.finditer(context))
    starts = [0, *(mark.end() for mark in marks)]
    ends = [*(mark.start() for mark in marks), len(context)]
    titles = [False, *(mark.group() == "[TLE]" for mark in marks)]
    return list(zip(starts, ends, titles, strict=True))
