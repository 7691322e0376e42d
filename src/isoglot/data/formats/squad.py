"""SQuAD JSON (Rajpurkar et al. 2016, arXiv 1606.05250) as training data, one file a language or joined by id.

Two layouts are read:

- SQuAD JSON: ``{"data": [{"title", "paragraphs": [{"context", "qas": [{"id", "question"}]}]}]}``. Several
  languages are several files whose question ids agree (as in XQuAD, MLQA and translated SQuADs).
- joined SQuAD: JSON lines, a paragraph each,
  ``{"title", "para", "context": {lang}, "qas": [{"id", "q": {lang}}]}``.

The group is the paragraph: two questions on one paragraph, in any language, are each other's false negatives.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from isoglot.data.answers import answer_start
from isoglot.data.clusters import components
from isoglot.data.lines import digest_files, json_lines, language_at, read_json
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError

_READER = "squad 2"


def read_squad(files: Mapping[str, Path], *, domain: str = "squad") -> ParallelDataset:
    """Read SQuAD JSON files, language -> file, joined by question id.

    Unanswerable questions of SQuAD 2.0 (``is_impossible``) are left out.

    Raises:
        DataError: no file is given, a file is not SQuAD JSON, an id occurs twice in it, or a text is empty.
    """
    if not files:
        raise DataError("SQuAD JSON: no file is given; name at least one as language = file.")
    items: dict[str, dict[str, Any]] = {}
    paragraphs: dict[str, list[str]] = {}  # question id -> its paragraphs, one a language
    languages = {tag: language_at(str(path), tag) for tag, path in files.items()}
    for tag, path in files.items():
        language = languages[tag]
        for row in squad_rows(path):
            if not row["question"].strip() or not row["context"].strip():
                raise DataError(f"{path}: question {row['id']!r} has an empty question or context.")
            item = items.setdefault(row["id"], {"id": row["id"], "query": {}, "passage": {}})
            if language in item["query"]:
                raise DataError(f"{path}: question id {row['id']!r} occurs twice.")
            item["query"][language] = row["question"]
            item["passage"][language] = row["context"]
            paragraphs.setdefault(row["id"], []).append(f"{language}/{row['paragraph']}")
    if not items:
        raise DataError(f"{', '.join(map(str, files.values()))}: no answerable question in the file.")
    group = components(paragraphs.values())
    key = f"{_READER} {domain} {','.join(files)} {digest_files(*files.values())}"
    rows = ({**item, "group": group[paragraphs[identity][0]], "domain": domain} for identity, item in items.items())
    return ParallelDataset.from_rows(rows, languages=list(languages.values()), key=key)


def read_joined_squad(path: Path, *, domain: str = "squad") -> ParallelDataset:
    """Read a joined-by-id parallel SQuAD: JSON lines, one paragraph a line, texts as language dicts.

    Raises:
        DataError: with the file, line and key of the first paragraph that cannot be used.
    """
    languages: set[str] = set()
    for row in _joined_rows(path, domain):
        languages |= row["query"].keys() | row["passage"].keys()
    if not languages:
        raise DataError(f"{path}: no questions in the file.")
    key = f"{_READER} joined {domain} {digest_files(path)}"
    return ParallelDataset.from_rows(_joined_rows(path, domain), languages=sorted(languages), key=key)


def squad_rows(path: Path) -> Iterator[dict[str, str]]:
    """``id``, ``paragraph`` (its place in the file), ``question`` and ``context`` of every answerable question.

    Raises:
        DataError: the file is not SQuAD JSON.
    """
    content = read_json(path)
    try:
        for number, article in enumerate(content["data"]):
            for position, paragraph in enumerate(article["paragraphs"]):
                for question in paragraph["qas"]:
                    if question.get("is_impossible"):
                        continue
                    row = {
                        "id": str(question["id"]),
                        "paragraph": f"{number:03}/{position:02}",
                        "question": question["question"],
                        "context": paragraph["context"],
                    }
                    if not isinstance(row["question"], str) or not isinstance(row["context"], str):
                        raise TypeError("a question or context that is no text")
                    yield row
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{path}: not SQuAD JSON (data > paragraphs > context, qas > id, question): {error!r}."
        ) from error


def answer_starts(path: Path) -> dict[str, int]:
    """Question id -> where its first answer starts in the context.

    Where ``answer_start`` does not point at the answer's text, the text's nearest place counts. Questions without an
    answer are left out, and so are those whose answer is nowhere in the context.

    Raises:
        DataError: the file is not SQuAD JSON.
    """
    content = read_json(path)
    try:
        found = {
            str(question["id"]): answer_start(answer["text"], int(answer["answer_start"]), paragraph["context"])
            for article in content["data"]
            for paragraph in article["paragraphs"]
            for question in paragraph["qas"]
            for answer in (question.get("answers") or [])[:1]
        }
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise DataError(f"{path}: not SQuAD JSON (qas > answers > text, answer_start): {error!r}.") from error
    return {question: start for question, start in found.items() if start is not None}


def _joined_rows(path: Path, domain: str) -> Iterator[dict[str, Any]]:
    seen: dict[str, int] = {}
    for number, paragraph in json_lines(path):
        where = f"{path}: line {number}"
        try:
            group = f"{paragraph['title']}/{paragraph['para']}"
            passage = _translations(paragraph["context"], "context", where)
            for question in paragraph["qas"]:
                identity = str(question["id"])
                if identity in seen:
                    raise DataError(f"{where}: question id {identity!r} was used in line {seen[identity]}.")
                seen[identity] = number
                # A language counts only where both halves of the pair were translated.
                asked = _translations(question["q"], "q", where)
                query = {language: text for language, text in asked.items() if language in passage}
                pair = {"query": query, "passage": {language: passage[language] for language in query}}
                if query:
                    yield {"id": identity, "group": group, "domain": domain, **pair}
        except (KeyError, TypeError, AttributeError) as error:
            raise DataError(
                f'{where}: not a joined SQuAD paragraph ("title", "para", "context", "qas"): {error!r}.'
            ) from error


def _translations(texts: dict[str, str], key: str, where: str) -> dict[str, str]:
    """Language -> text, empty texts left out: what is empty was not translated."""
    return {language_at(f'{where}: key "{key}"', tag): text for tag, text in texts.items() if text.strip()}
