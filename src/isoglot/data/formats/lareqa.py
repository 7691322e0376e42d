"""XQuAD-R and MLQA-R (LAReQA: Roy et al. 2020, arXiv 2004.05484, section 3) as collections.

A candidate is a sentence: one for every entry of ``sentence_breaks``, duplicates kept. It is relevant to a
question if it holds the start of the question's first answer, which is where the answer's text is, nearest to the
``answer_start`` that the file gives. Questions are parallel by id across languages,
so every query has one relevant candidate in each language that its question exists in.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from isoglot.data.answers import answer_start
from isoglot.data.clusters import components
from isoglot.data.collection import Collection
from isoglot.data.lines import read_json
from isoglot.errors import DataError

CandidateText = Literal["sentence", "sentence+paragraph", "paragraph"]


class _Question(NamedTuple):
    """A question in one language."""

    text: str
    gold: str  # id of the relevant candidate
    paragraph: str


def read_lareqa(
    name: str, files: Mapping[str, Path], *, candidate: CandidateText = "sentence", strict: bool = False
) -> Collection:
    """Read LAReQA JSON files, language -> file.

    Args:
        name: the collection's name.
        files: one file a language, all of one set.
        candidate: the text a candidate is given: the sentence alone, or the sentence and then its paragraph
            (the paper's models read the paragraph as context in an input of its own; this is the nearest
            that a single-input encoder has); or the paragraph, and then a paragraph is the candidate.
        strict: see :mod:`isoglot.data.published`.

    Raises:
        DataError: a file is not LAReQA JSON, a question id occurs twice in a file, or an answer lies outside
            every sentence.
    """
    passages: list[dict[str, str]] = []
    questions: dict[str, dict[str, _Question]] = {}  # id -> language -> question
    for lang, path in files.items():
        try:
            candidates, asked = _read_file(path, lang, candidate)
        except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
            raise DataError(
                f"{path}: not LAReQA JSON (data > paragraphs > context, sentence_breaks, "
                f"qas > id, question, answers > answer_start): {error!r}."
            ) from error
        passages += candidates
        for identity, question in asked.items():
            questions.setdefault(identity, {})[lang] = question
    cluster = components([version.paragraph for version in versions.values()] for versions in questions.values())
    queries = [
        {
            "id": f"{lang}/{identity}",
            "text": version.text,
            "lang": lang,
            "cluster": cluster[version.paragraph],
            "domain": name,
            "group": identity,
        }
        for identity, versions in questions.items()
        for lang, version in versions.items()
    ]
    relevant = {
        (f"{lang}/{identity}", version.gold): 1
        for identity, versions in questions.items()
        for lang in versions
        for version in versions.values()
    }
    return Collection.from_rows(name, queries=queries, passages=passages, relevant=relevant, strict=strict)


def _read_file(path: Path, lang: str, candidate: CandidateText) -> tuple[list[dict[str, str]], dict[str, _Question]]:
    """The candidates of one language, and its questions by id."""
    passages: list[dict[str, str]] = []
    questions: dict[str, _Question] = {}
    for place, paragraph in _paragraphs(path, lang):
        context, breaks = paragraph["context"], paragraph["sentence_breaks"]
        texts = {f"{place}/{number:02}": context[start:end] for number, (start, end) in enumerate(breaks)}
        if candidate == "sentence+paragraph":
            texts = {identity: f"{text} {context}" for identity, text in texts.items()}
        if candidate == "paragraph":
            texts = {place: context}
        passages += [{"id": identity, "text": text, "lang": lang} for identity, text in texts.items()]
        for question in paragraph["qas"]:
            identity = question["id"]
            if identity in questions:
                raise DataError(f"{path}: question id {identity!r} occurs twice.")
            answer = question["answers"][0]
            start = answer_start(answer.get("text"), answer["answer_start"], context)
            if start is None:
                raise DataError(f"{path}: the answer of question {identity!r} is nowhere in its context.")
            sentence = _sentence_of(start, breaks, path, identity)
            gold = place if candidate == "paragraph" else f"{place}/{sentence:02}"
            questions[identity] = _Question(question["question"], gold, place)
    return passages, questions


def _paragraphs(path: Path, lang: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for article, entry in enumerate(read_json(path)["data"]):
        for position, paragraph in enumerate(entry["paragraphs"]):
            yield f"{lang}/{article:03}/{position:02}", paragraph


def _sentence_of(start: int, breaks: list[list[int]], path: Path, question: str) -> int:
    for number, (begin, end) in enumerate(breaks):
        if begin <= start < end:
            return number
    raise DataError(f"{path}: the answer of question {question!r} starts at {start}, inside no sentence.")
