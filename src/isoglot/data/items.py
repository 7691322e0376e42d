"""Items of the project's own format, whatever file they stand in: every row is checked, and used as its label says."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from isoglot.cache import use
from isoglot.data.answersentence import PassageForm, answer_sentences
from isoglot.data.lines import digest_files, id_at, languages_at
from isoglot.data.parallel import ParallelDataset
from isoglot.data.repeats import note_id
from isoglot.errors import DataError
from isoglot.files import write_json
from isoglot.text.sentences import splitter

Rows = Iterable[tuple[int, dict[str, Any]]]
Pairs = Literal["positive", "negative", "all"]
"""The items whose passage answers the query, those whose passage does not though it may look so, or every item."""

_LABELS = {
    **dict.fromkeys(("1", "1.0", "true", "entailment", "paraphrase", "positive"), "positive"),
    **dict.fromkeys(("0", "0.0", "false", "contradiction", "negative"), "negative"),
    "neutral": "neutral",
}
_UNLABELLED = "unlabelled"
# They say what `label` says, each in its own way. To pass over them would make a pair of what is none.
_REFUSED = ("labels", "is_positive", "relevant", "is_relevant", "relevance")


@dataclass(frozen=True, kw_only=True)
class ItemFile:
    """A file of items.

    Attributes:
        path: the file; its name is the domain of rows that state none.
        rows: begins to read it: (number from 1, row).
        unit: what a row is called: ``line`` or ``row``.
        reader: names the reader, in fingerprints.
        digest: of the content; the file's if left out.
        unique: whether no id is there twice, so that none need be looked for.
        passed_over: what the last reading of ``rows`` did not yield, such as rows without a text -> how many.
        survey: where to keep what the rows have, so that they are read once; it names the content, like ``digest``.
    """

    path: Path
    rows: Callable[[], Rows]
    unit: str
    reader: str
    digest: str | None = None
    unique: bool = False
    passed_over: Counter[str] = field(default_factory=Counter)
    survey: Path | None = None

    def read(self, pairs: Pairs, passage: PassageForm) -> ParallelDataset:
        """The items, of which ``left_out`` of the result counts those that are not asked for.

        Where no row has a label, every item is a positive. Where some row has one, a row without is neither a positive
        nor a negative. For sentences, an item that does not say which sentence holds the answer is left out.

        Raises:
            DataError: with the file, row and key of the first row that cannot be used; or no such item is in the file.
            ConfigError: the library that finds sentences is needed and not installed.
        """
        found = self._surveyed(passage)
        labelled = set(found.labels) != {_UNLABELLED}
        if not labelled and pairs == "negative":
            raise DataError(f'{self.path}: no item has a key "label", so none is known to be a negative.')
        wanted: set[str] = {pairs} if labelled and pairs != "all" else set(found.labels)
        if not wanted & set(found.labels):
            raise DataError(f"{self.path}: no item is labelled as a {pairs}.")
        if not found.usable(wanted):
            raise DataError(
                f'{self.path}: no {self.unit} says which sentence holds the answer ("sentence_span", or "answer" and '
                '"answer_start"); read it with passage = "whole".'
            )
        key = self._key(found, passage) + (f" {pairs}" if labelled and pairs != "all" else "")
        rows = (item.row for item in self._items(passage) if item.label in wanted and item.row["passage"])
        data = ParallelDataset.from_rows(rows, languages=sorted(found.languages), key=key)
        data.left_out = found.left_out(wanted)
        return data

    def _surveyed(self, passage: PassageForm) -> "_Found":
        """What the file has, as it was kept, or looked at now."""
        if self.survey is None:
            return self._survey(passage)
        form = passage if passage == "whole" else f"{passage}-{splitter()}"
        path = self.survey.with_name(f"{self.survey.name}-{form}.json")
        if use(path):
            with suppress(ValueError, TypeError):  # of another version
                return _Found.of(json.loads(path.read_text(encoding="utf-8")))
        found = self._survey(passage)
        write_json(found.to_dict(), path)
        return found

    def _survey(self, passage: PassageForm) -> "_Found":
        """What the file has, every row of it checked."""
        found = _Found()
        for item in self._items(passage):
            found.note(item)
        if not found.labels:
            raise DataError(f"{self.path}: no items in the file.")
        found.passed_over = Counter(self.passed_over)
        return found

    def _key(self, found: "_Found", passage: PassageForm) -> str:
        """Names the content; the same as ever where a file has nothing that older readers passed over."""
        # The file's name is part of the content only where it names a domain.
        domain = self._domain if self._domain in found.domains else ""
        parts = [self.reader, domain, self.digest or digest_files(self.path)]
        if found.docs:
            parts.append("docs")
        if passage == "sentence":
            parts.append(f"sentence {splitter() if found.split else 1}")
        return " ".join(parts)

    @property
    def _domain(self) -> str:
        return self.path.name.split(".")[0]

    def _items(self, passage: PassageForm) -> Iterator["_Item"]:
        seen: dict[str, int] = {}
        for number, row in self.rows():
            where = f"{self.path}: {self.unit} {number}"
            identity = id_at(f'{where}: key "id"', row.get("id"))
            if not self.unique:
                note_id(identity, self.path, number, seen, unit=self.unit)
            queries, passages, split = _sides(row, passage, where)
            checked = {
                "id": identity,
                "group": _named(row, ("group", "page"), default=identity),
                "domain": _named(row, ("domain",), default=self._domain),
                "doc": _doc(row.get("doc"), where),
                "query": queries,
                "passage": passages,
                "negatives": _negatives(row, where),
            }
            yield _Item(label=_label(row, where), row=checked, split=split)


@dataclass(frozen=True, kw_only=True)
class _Item:
    """A checked row; ``row["passage"]`` is empty where the answer's sentence is asked for and not said."""

    label: str
    row: dict[str, Any]
    split: bool


@dataclass(kw_only=True)
class _Found:
    """What a file has: its languages, domains and labels, items without a passage by label, and whether any row states
    a doc or had its sentence found by sentencex."""

    languages: set[str] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)
    labels: Counter[str] = field(default_factory=Counter)
    without: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)
    docs: bool = False
    split: bool = False

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "_Found":
        """From what :meth:`to_dict` gave."""
        sets = {name: set(kept[name]) for name in ("languages", "domains")}
        counts = {name: Counter(kept[name]) for name in ("labels", "without", "passed_over")}
        return cls(**{**kept, **sets, **counts})

    def to_dict(self) -> dict[str, Any]:
        return {**vars(self), "languages": sorted(self.languages), "domains": sorted(self.domains)}

    def note(self, item: _Item) -> None:
        self.languages |= item.row["query"].keys() | item.row["passage"].keys()
        self.domains.add(item.row["domain"])
        self.labels[item.label] += 1
        self.without[item.label] += not item.row["passage"]
        self.docs |= item.row["doc"] is not None
        self.split |= item.split

    def usable(self, labels: set[str]) -> int:
        return sum(self.labels[label] - self.without[label] for label in labels)

    def left_out(self, labels: set[str]) -> dict[str, int]:
        """What is not taken where these labels are."""
        others = {f"{label} items": count for label, count in self.labels.items() if label not in labels}
        silent = sum(self.without[label] for label in labels)
        return others | ({"items without an answer sentence": silent} if silent else {}) | dict(self.passed_over)


def _sides(row: Mapping[str, Any], passage: PassageForm, where: str) -> tuple[dict[str, str], dict[str, str], bool]:
    """(Queries, passages, whether sentencex was asked): a sentence in several languages is both."""
    paired = [key for key in ("query", "passage") if _without_nulls(row.get(key))]
    if _without_nulls(row.get("text")):
        if paired:
            raise DataError(
                f'{where}: keys "text" and "{paired[0]}" in one row: a sentence has "text" alone, a pair has '
                '"query" and "passage".'
            )
        texts = _texts(row, "text", where)
        return texts, texts, False
    if "text" in row and not paired:
        raise DataError(f'{where}: key "text" must be an object of texts by language, such as {{"en": "..."}}.')
    queries, passages = _texts(row, "query", where), _texts(row, "passage", where)
    if passage == "whole":
        return queries, passages, False
    found = answer_sentences(row, passages, where)
    return queries, found.texts, found.split


def _doc(value: Any, where: str) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise DataError(f'{where}: key "doc" must be a text that names the document, but is {value!r}.')
    return value


def _label(row: Mapping[str, Any], where: str) -> str:
    for key in _REFUSED:
        if row.get(key) not in (None, ""):
            raise DataError(f'{where}: key "{key}" is not read, and may make the pair none: write it as "label".')
    value = row.get("label")
    if value in (None, "") and isinstance(impossible := row.get("is_impossible"), bool):  # SQuAD 2.0's
        value = not impossible
    if value in (None, ""):
        return _UNLABELLED
    label = _LABELS.get(str(value).lower())
    if label is None:
        raise DataError(
            f'{where}: key "label" must be 1 or entailment, 0 or contradiction, neutral or null, but is {value!r}.'
        )
    return label


def _named(row: Mapping[str, Any], keys: tuple[str, ...], *, default: str) -> str:
    """The first of these keys that the row has a value for; 0 is one."""
    values = (row.get(key) for key in keys)
    return str(next((value for value in values if value not in (None, "")), default))


def _texts(row: Mapping[str, Any], key: str, where: str) -> dict[str, str]:
    value = _without_nulls(row.get(key))
    if not isinstance(value, dict) or not value:
        raise DataError(f'{where}: key "{key}" must be an object of texts by language, such as {{"en": "..."}}.')
    return {
        language: _text(value[tag], f"{key}.{tag}", where)
        for language, tag in languages_at(value, f'{where}: key "{key}"').items()
    }


def _negatives(row: Mapping[str, Any], where: str) -> dict[str, list[str]]:
    value = _without_nulls(row.get("negatives") or {})
    if not isinstance(value, dict) or not all(isinstance(texts, list) for texts in value.values()):
        raise DataError(f'{where}: key "negatives" must be an object of lists of texts by language.')
    return {
        language: [_text(text, f"negatives.{tag}", where) for text in value[tag] if text is not None]
        for language, tag in languages_at(value, f'{where}: key "negatives"').items()
    }


def _without_nulls(value: Any) -> Any:
    """A language with null is not there: tables have every language in every row."""
    return {tag: text for tag, text in value.items() if text is not None} if isinstance(value, dict) else value


def _text(text: Any, key: str, where: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise DataError(f'{where}: key "{key}" must be a non-empty text.')
    return text
