"""SQuAD JSON (Rajpurkar et al. 2016, arXiv 1606.05250) as training data, one file a language or joined by id.

Two layouts are read:

- SQuAD JSON: ``{"data": [{"title", "paragraphs": [{"context", "qas": [{"id", "question"}]}]}]}``. Several
  languages are several files whose question ids agree (as in XQuAD, MLQA and translated SQuADs).
- joined SQuAD: JSON lines, a paragraph each, ``{"title", "para", "context": {lang}, "qas": [{"id", "q": {lang}}]}``.

The group is the paragraph: two questions on one paragraph are each other's false negatives.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from isoglot.data.lines import digest_files, json_lines, read_json
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError
from isoglot.languages import normalise

_READER = "squad 1"


def read_squad(files: Mapping[str, Path], *, domain: str = "squad") -> ParallelDataset:
    """Read SQuAD JSON files, language -> file, joined by question id.

    Unanswerable questions of SQuAD 2.0 (``is_impossible``) are left out.

    Raises:
        DataError: a file is not SQuAD JSON, an id occurs twice in a file, or a text is empty.
    """
    items: dict[str, dict[str, Any]] = {}
    for tag, path in files.items():
        language = normalise(tag)
        for row in _squad_rows(path):
            item = items.setdefault(
                row["id"], {"id": row["id"], "group": row["group"], "query": {}, "passage": {}}
            )
            if language in item["query"]:
                raise DataError(f"{path}: question id {row['id']!r} occurs twice.")
            item["query"][language] = row["question"]
            item["passage"][language] = row["context"]
    if not items:
        raise DataError(f"{', '.join(map(str, files.values()))}: no answerable question in the file.")
    key = f"{_READER} {domain} {','.join(files)} {digest_files(*files.values())}"
    rows = ({**item, "domain": domain} for item in items.values())
    return ParallelDataset.from_rows(rows, languages=[normalise(tag) for tag in files], key=key)


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


def _squad_rows(path: Path) -> Iterator[dict[str, str]]:
    content = read_json(path)
    try:
        for number, article in enumerate(content["data"]):
            title = article.get("title", str(number))
            for position, paragraph in enumerate(article["paragraphs"]):
                for question in paragraph["qas"]:
                    if question.get("is_impossible"):
                        continue
                    row = {
                        "id": str(question["id"]),
                        "group": f"{title}/{position}",
                        "question": question["question"],
                        "context": paragraph["context"],
                    }
                    if not row["question"].strip() or not row["context"].strip():
                        raise DataError(f"{path}: question {row['id']!r} has an empty question or context.")
                    yield row
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{path}: not SQuAD JSON (data > paragraphs > context, qas > id, question): {error!r}."
        ) from error


def _joined_rows(path: Path, domain: str) -> Iterator[dict[str, Any]]:
    for number, paragraph in json_lines(path):
        try:
            group = f"{paragraph['title']}/{paragraph['para']}"
            passage = {normalise(tag): text for tag, text in paragraph["context"].items() if text.strip()}
            for question in paragraph["qas"]:
                # A language counts only where both halves of the pair were translated.
                query = {
                    language: text
                    for tag, text in question["q"].items()
                    if text.strip() and (language := normalise(tag)) in passage
                }
                pair = {"query": query, "passage": {language: passage[language] for language in query}}
                if query:
                    yield {"id": str(question["id"]), "group": group, "domain": domain, **pair}
        except (KeyError, TypeError, AttributeError) as error:
            raise DataError(
                f'{path}: line {number}: not a joined SQuAD paragraph ("title", "para", "context", "qas"): {error!r}.'
            ) from error
