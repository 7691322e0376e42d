"""MKQA (Longpre et al. 2020, arXiv 2007.15207): questions in 26 languages, searched for in a corpus of the user's.

One folder holds ``mkqa.jsonl`` and the passages as a BEIR ``corpus.jsonl``; either may be gzipped. Passages without
``lang`` are English, as in the corpora of Natural Questions, from which MKQA's questions are.

MKQA says what the answers are and not where: a passage counts as relevant if it contains an answer, or an alias of
one, in the passage's language, or in English where MKQA has none in that language (see ``answers``). Such labels
are noisy in both directions: a passage may name the answer by chance, or say it in other words.
"""

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from isoglot.data.answers import Answers
from isoglot.data.collection import Collection
from isoglot.data.formats.beir import packed, read_corpus
from isoglot.data.judgements import Judgements
from isoglot.data.lines import json_lines, language_at
from isoglot.data.tables import QUERIES, index_in, query_table, rows_table
from isoglot.errors import DataError
from isoglot.languages import normalise

_WITHOUT_TEXT = ("unanswerable", "long_answer", "binary")


class _Question(NamedTuple):
    identity: str
    texts: dict[str, str]  # by language
    answers: dict[str, list[str]]  # by language, aliases among them; no empty list


def read_mkqa(folder: Path, *, languages: Sequence[str] | None = None, strict: bool = False) -> Collection:
    """Read MKQA and the corpus beside it.

    A question that has no text in a language is not asked in it. Questions that MKQA has no short answer to
    (unanswerable, long answer, yes or no), and those whose answer no passage holds, are left out; the collection's
    ``left_out`` says how many.

    Args:
        folder: holds ``mkqa.jsonl`` and ``corpus.jsonl``.
        languages: of the queries; all 26 if None. The passages are all of the corpus.
        strict: see :mod:`isoglot.data.published`.

    Raises:
        DataError: a file is missing or has a row that cannot be used, or no question is left.
    """
    path = packed(folder / "mkqa.jsonl")
    passages = read_corpus(folder, language="en")
    questions, left_out = _questions(path)
    question, passage = _matches(questions, passages)
    held = set(np.unique(question).tolist())
    left_out["no passage holds an answer"] = len(questions) - len(held)
    wanted = None if languages is None else {normalise(language) for language in languages}
    rows = [
        (number, {"id": f"{language}/{of.identity}", "text": text, "lang": language, "group": of.identity})
        for number, of in enumerate(questions)
        if number in held
        for language, text in of.texts.items()
        if wanted is None or language in wanted
    ]
    if not rows:
        raise DataError(f"{path}: no question is left: {', '.join(f'{n} {why}' for why, n in left_out.items())}.")
    # A query is relevant to what its question is: pairs of (query, match) with the same question.
    pairs = Judgements.by_key(np.array([number for number, _ in rows]), question)
    judgements = Judgements(query=pairs.query, passage=passage[pairs.passage], grade=pairs.grade)
    queries = query_table(rows_table([row for _, row in rows], QUERIES), "mkqa: query", domain="mkqa")
    return Collection.published(
        "mkqa", queries=queries, passages=passages, judgements=judgements, left_out=left_out, strict=strict
    )


def _questions(path: Path) -> tuple[list[_Question], Counter[str]]:
    """The questions with a short answer, and how many have none."""
    questions: list[_Question] = []
    left_out: Counter[str] = Counter()
    for number, row in json_lines(path):
        where = f"{path}: line {number}"
        try:
            texts = {_language(tag, where): text for tag, text in row["queries"].items() if text and text.strip()}
            kinds = {answer["type"] for given in row["answers"].values() for answer in given}
            answers = {_language(tag, where): _texts(given) for tag, given in row["answers"].items()}
            identity = str(row["example_id"])
        except (KeyError, TypeError, AttributeError) as error:
            raise DataError(f'{where}: not MKQA ("example_id", "queries", "answers"): {error!r}.') from error
        answers = {language: given for language, given in answers.items() if given}
        if not answers or kinds.intersection(_WITHOUT_TEXT):
            left_out["no short answer"] += 1
        else:
            questions.append(_Question(identity, texts, answers))
    return questions, left_out


def _language(tag: str, where: str) -> str:
    return language_at(where, tag)


def _texts(answers: Sequence[dict[str, Any]]) -> list[str]:
    """The answers and their aliases."""
    found = [text for answer in answers for text in (answer.get("text"), *(answer.get("aliases") or ()))]
    return [text for text in found if isinstance(text, str) and text.strip()]


def _matches(questions: Sequence[_Question], passages: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """(matches,) numbers of questions and of passages, one entry for every question a passage answers."""
    question, passage = array("q"), array("q")
    tags = pc.unique(passages["lang"])
    tries = [Answers(_answers_in(tag, questions)) for tag in tags.to_pylist()]
    start = 0
    for batch in passages.select(["text", "lang"]).to_batches(max_chunksize=1_000):
        spoken = index_in(pa.chunked_array([batch["lang"]]), tags).tolist()
        for place, (text, language) in enumerate(zip(batch["text"].to_pylist(), spoken, strict=True), start):
            found = tries[language].found_in(text)
            question.extend(found)
            passage.extend([place] * len(found))
        start += len(batch)
    return np.array(question, dtype=np.int64), np.array(passage, dtype=np.int64)


def _answers_in(language: str, questions: Sequence[_Question]) -> Iterator[tuple[str, int]]:
    """Every question's answers in a language: in that tag, else in any of the same base (zh: zh-CN, zh-HK, zh-TW),
    else in English.
    """
    base = language.split("-")[0]
    for number, of in enumerate(questions):
        own = of.answers.get(language) or [
            text for tag, given in of.answers.items() if tag.split("-")[0] == base for text in given
        ]
        for text in own or of.answers.get("en", []):
            yield text, number
