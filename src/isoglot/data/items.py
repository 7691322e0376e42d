"""Items of the project's own format, whatever file they stand in: every row is checked, and used as its label says."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from isoglot.data.lines import digest_files, id_at, language_at
from isoglot.data.parallel import ParallelDataset
from isoglot.data.repeats import note_id
from isoglot.errors import DataError

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
    """

    path: Path
    rows: Callable[[], Rows]
    unit: str
    reader: str

    def read(self, pairs: Pairs) -> ParallelDataset:
        """The items, of which ``left_out`` of the result counts those that are not asked for.

        Where no row has a label, every item is a positive. Where some row has one, a row without is neither a positive
        nor a negative.

        Raises:
            DataError: with the file, row and key of the first row that cannot be used; or no such item is in the file.
        """
        languages: set[str] = set()
        domains: set[str] = set()
        labels: Counter[str] = Counter()
        for label, row in self._items():
            languages |= row["query"].keys() | row["passage"].keys()
            domains.add(row["domain"])
            labels[label] += 1
        if not labels:
            raise DataError(f"{self.path}: no items in the file.")
        # The file's name is part of the content only where it names a domain.
        domain = self._domain if self._domain in domains else ""
        key = f"{self.reader} {domain} {digest_files(self.path)}"
        if pairs == "all" or set(labels) == {_UNLABELLED}:
            if pairs == "negative":
                raise DataError(f'{self.path}: no item has a key "label", so none is known to be a negative.')
            rows = (row for _, row in self._items())
            return ParallelDataset.from_rows(rows, languages=sorted(languages), key=key)
        if not labels[pairs]:
            raise DataError(f"{self.path}: no item is labelled as a {pairs}.")
        rows = (row for label, row in self._items() if label == pairs)
        data = ParallelDataset.from_rows(rows, languages=sorted(languages), key=f"{key} {pairs}")
        del labels[pairs]
        data.left_out = {f"{label} items": count for label, count in labels.items()}
        return data

    @property
    def _domain(self) -> str:
        return self.path.name.split(".")[0]

    def _items(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """(Label, checked row)."""
        seen: dict[str, int] = {}
        for number, row in self.rows():
            where = f"{self.path}: {self.unit} {number}"
            identity = id_at(f'{where}: key "id"', row.get("id"))
            note_id(identity, self.path, number, seen, unit=self.unit)
            yield (
                _label(row, where),
                {
                    "id": identity,
                    "group": _named(row, ("group", "page"), default=identity),
                    "domain": _named(row, ("domain",), default=self._domain),
                    "query": _texts(row, "query", where),
                    "passage": _texts(row, "passage", where),
                    "negatives": _negatives(row, where),
                },
            )


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
        language: _text(value[tag], f"{key}.{tag}", where) for language, tag in _languages(value, key, where).items()
    }


def _negatives(row: Mapping[str, Any], where: str) -> dict[str, list[str]]:
    value = _without_nulls(row.get("negatives") or {})
    if not isinstance(value, dict) or not all(isinstance(texts, list) for texts in value.values()):
        raise DataError(f'{where}: key "negatives" must be an object of lists of texts by language.')
    return {
        language: [_text(text, f"negatives.{tag}", where) for text in value[tag] if text is not None]
        for language, tag in _languages(value, "negatives", where).items()
    }


def _without_nulls(value: Any) -> Any:
    """A language with null is not there: tables have every language in every row."""
    return {tag: text for tag, text in value.items() if text is not None} if isinstance(value, dict) else value


def _languages(value: dict[str, Any], key: str, where: str) -> dict[str, str]:
    """Language -> the tag it stands under in ``value``."""
    tags: dict[str, str] = {}
    for tag in value:
        language = language_at(f'{where}: key "{key}"', tag)
        if tags.setdefault(language, tag) != tag:
            raise DataError(f'{where}: key "{key}": {tags[language]!r} and {tag!r} are one language; keep one.')
    return tags


def _text(text: Any, key: str, where: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise DataError(f'{where}: key "{key}" must be a non-empty text.')
    return text
