"""XQuAD-R and MLQA-R (LAReQA: Roy et al. 2020, arXiv 2004.05484, section 3) as collections.

A candidate is a sentence: one for every entry of ``sentence_breaks``, duplicates kept. It is relevant to a question
if it holds the start of the question's first answer. Questions are parallel by id across languages, so every query
has one relevant candidate in each language that its question exists in.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from isoglot.data.collection import Collection
from isoglot.data.lines import read_json
from isoglot.errors import DataError

CandidateText = Literal["sentence", "sentence+paragraph"]


def read_lareqa(name: str, files: Mapping[str, Path], *, candidate: CandidateText = "sentence") -> Collection:
    """Read LAReQA JSON files, language -> file.

    Args:
        name: the collection's name.
        files: one file a language, all of one set.
        candidate: the text a candidate is given: the sentence alone, or the sentence and then its paragraph
            (the paper's models read the paragraph as context in an input of its own; this is the nearest
            that a single-input encoder has).

    Raises:
        DataError: a file is not LAReQA JSON, or an answer lies outside every sentence.
    """
    passages: list[dict[str, str]] = []
    questions: dict[
        str, dict[str, tuple[str, str, str]]
    ] = {}  # id -> lang -> (text, gold passage, paragraph)
    for lang, path in files.items():
        for paragraph, content in _paragraphs(path):
            breaks = content["sentence_breaks"]
            for number, (start, end) in enumerate(breaks):
                text = content["context"][start:end]
                if candidate == "sentence+paragraph":
                    text = f"{text} {content['context']}"
                passages.append({"id": _passage_id(lang, paragraph, number), "text": text, "lang": lang})
            for question in content["qas"]:
                gold = _sentence_of(question["answers"][0]["answer_start"], breaks, path, question["id"])
                entry = (question["question"], _passage_id(lang, paragraph, gold), f"{lang}/{paragraph}")
                questions.setdefault(question["id"], {})[lang] = entry
    cluster = _clusters(questions)
    queries = [
        {
            "id": f"{lang}/{identity}",
            "text": text,
            "lang": lang,
            "cluster": cluster[paragraph],
            "domain": name,
        }
        for identity, versions in questions.items()
        for lang, (text, _, paragraph) in versions.items()
    ]
    relevant = {
        (f"{lang}/{identity}", gold): 1
        for identity, versions in questions.items()
        for lang in versions
        for _, gold, _ in versions.values()
    }
    return Collection.from_rows(name, queries=queries, passages=passages, relevant=relevant)


def _paragraphs(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    content = read_json(path)
    try:
        for article, entry in enumerate(content["data"]):
            for position, paragraph in enumerate(entry["paragraphs"]):
                if not {"context", "sentence_breaks", "qas"} <= paragraph.keys():
                    raise DataError(
                        f'{path}: paragraph {article}/{position} lacks "context", "sentence_breaks" or "qas".'
                    )
                yield f"{article:03}/{position:02}", paragraph
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path}: not LAReQA JSON (data > paragraphs): {error!r}.") from error


def _passage_id(lang: str, paragraph: str, sentence: int) -> str:
    return f"{lang}/{paragraph}/{sentence:02}"


def _sentence_of(start: int, breaks: list[list[int]], path: Path, question: str) -> int:
    for number, (begin, end) in enumerate(breaks):
        if begin <= start < end:
            return number
    raise DataError(f"{path}: the answer of question {question!r} starts at {start}, inside no sentence.")


def _clusters(questions: Mapping[str, Mapping[str, tuple[str, str, str]]]) -> dict[str, str]:
    """Paragraphs of all languages -> a cluster name; paragraphs that share a question are one cluster.

    In XQuAD-R a paragraph has one place in all languages; in MLQA-R the same article text sits at different
    places, and only the shared question ids tell that two paragraphs belong together.
    """
    parent: dict[str, str] = {}

    def root(paragraph: str) -> str:
        while parent.setdefault(paragraph, paragraph) != paragraph:
            parent[paragraph] = parent[parent[paragraph]]
            paragraph = parent[paragraph]
        return paragraph

    for versions in questions.values():
        first, *others = (root(paragraph) for _, _, paragraph in versions.values())
        for other in others:
            parent[root(other)] = root(first)
    return {paragraph: root(paragraph) for paragraph in list(parent)}
