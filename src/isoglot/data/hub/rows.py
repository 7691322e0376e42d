"""The rows of a data set of the hub as items: pairs of a form that is known, or of columns that are named."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from isoglot.data.filerows import columns_of, file_rows, row_count
from isoglot.data.formats.pairrows import digest_of, row_form, texts_in, with_texts
from isoglot.data.hub.address import Address, parse_address
from isoglot.data.hub.choose import chosen_files
from isoglot.data.hub.repository import Repository, open_repository
from isoglot.data.sources import Source
from isoglot.errors import DataError
from isoglot.languages import normalise
from isoglot.wording import listed

Items = Callable[[int, Mapping[str, Any], str], Iterator[dict[str, Any]]]
"""(Number of the row, row, where it is) -> its items in the project's own form."""


@dataclass(frozen=True, kw_only=True)
class RowSource:
    """Rows that were fetched, and how they are read.

    Attributes:
        address: what they are.
        files: where they lie.
        digest: of the files' content.
        reader: names how they are read, in fingerprints.
        passed_over: what the last reading of the rows did not yield -> how many rows.
        own: whether they are items of the project's own form, which state their languages.
    """

    address: Address
    files: Sequence[Path]
    digest: str
    items: Items
    reader: str
    passed_over: Counter[str] = field(default_factory=Counter)
    own: bool = False

    def rows(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """(Number from 1, items) of each row, from the first file on; an id that is there again gets the row's number.

        Raises:
            DataError: with the file and row of the first that does not fit.
        """
        domain = self.address.repository.partition("/")[2]
        taken = islice(_all_rows(self.files), self.address.rows)
        self.passed_over.clear()
        seen: set[int] = set()
        for number, (path, place, row) in enumerate(taken, start=1):
            found = with_texts(self.items(number, row, f"{path}: row {place}"), self.passed_over)
            yield number, [{"domain": domain, **item, "id": _unique(item["id"], number, seen)} for item in found]


def row_source(source: Source, *, default: Sequence[str]) -> RowSource:
    """Fetch what a source names.

    Args:
        default: splits, the best first, where the source names none.

    Raises:
        DataError: there is no such configuration or split, or its columns do not fit.
        FetchError: it cannot be had.
    """
    address = parse_address(source.place)
    repository = open_repository(address.repository, address.revision)
    paths = chosen_files(repository, config=address.config, split=source.split, files=address.files, default=default)
    paths, files = _fetched(repository, paths, address.rows)
    columns = columns_of(files[0])
    own = {"query", "passage"} <= set(columns) and not address.columns and _by_language(files[0])
    items, reader = (_own_items, "own") if own else _items(source, address, columns)
    return RowSource(
        address=address,
        files=files,
        digest=repository.digest(paths),
        items=items,
        reader=f"hub 1 {address.repository} {reader} {address.rows}",
        own=own,
    )


def told_language(source: Source) -> str | None:
    """The one language that a source names; None where it names none.

    Raises:
        DataError: it names several.
    """
    if source.languages is None:
        return None
    if len(source.languages) > 1:
        raise DataError(f"hf:{source.place}: say one language, that of the texts, which state none.")
    return normalise(source.languages[0])


def _unique(identity: Any, number: int, seen: set[int]) -> Any:
    """Ids that are the rows' numbers need not be remembered."""
    if identity == str(number) or not isinstance(identity, str | int):
        return identity
    key = hash(str(identity))
    if key in seen:
        return f"{identity}/row {number}"
    seen.add(key)
    return identity


def _own_items(number: int, row: Mapping[str, Any], where: str) -> Iterator[dict[str, Any]]:
    yield {"id": str(number), **row}


def _fetched(repository: Repository, paths: Sequence[str], rows: int | None) -> tuple[list[str], list[Path]]:
    """The files, as many of them as hold the rows that are wanted."""
    if rows is None:
        return list(paths), repository.fetch(paths)
    taken: list[str] = []
    files: list[Path] = []
    for path in paths:
        taken.append(path)
        files += repository.fetch([path])
        rows -= row_count(files[-1])
        if rows <= 0:
            break
    return taken, files


def _all_rows(files: Sequence[Path]) -> Iterator[tuple[Path, int, dict[str, Any]]]:
    for path in files:
        for number, row in file_rows(path):
            yield path, number, row


def _by_language(path: Path) -> bool:
    first = next((row for _, row in file_rows(path)), {})
    return isinstance(first.get("query"), dict)


def _items(source: Source, address: Address, columns: Sequence[str]) -> tuple[Items, str]:
    """How rows are read, and what names that in fingerprints."""
    if address.columns:
        return _named_columns(source, address, columns)
    form = row_form(columns)
    if form is None:
        raise DataError(
            f"hf:{source.place}: its columns are {listed(columns, most=12)}: say which hold the query and the passage, "
            f"as hf@LANGUAGE:{address.name}#query=COLUMN&passage=COLUMN."
        )
    query = _told_language(source, address)
    passage = address.passage_language or query
    reader = f"{form.project} {query} {passage}"
    return lambda number, row, where: form.items(number, row, where, query=query, passage=passage), reader


def _named_columns(source: Source, address: Address, columns: Sequence[str]) -> tuple[Items, str]:
    if missing := sorted(set(address.columns.values()) - set(columns)):
        raise DataError(f"hf:{source.place}: no column {missing[0]!r}; its columns are {listed(columns, most=12)}.")
    sides = _sides(source, address)
    answered = next(iter(sides["passage"]), "")

    def items(number: int, row: Mapping[str, Any], where: str) -> Iterator[dict[str, Any]]:
        given = {key: row[column] for key, column in address.columns.items()}
        if given.get("unless"):
            return
        negatives = texts_in(given.get("negative"), f"{where}: {address.columns.get('negative')!r}")
        texts = {side: {language: row[column] for language, column in of.items()} for side, of in sides.items() if of}
        if isinstance(given.get("text"), Mapping):  # which says its languages
            texts["text"] = dict(given["text"])
        first = next((text for side in texts.values() for text in side.values() if text), "")
        yield {
            "id": str(number),
            "group": digest_of(str(first)),
            **texts,
            "negatives": {answered: negatives} if negatives else {},
            **{key: given[key] for key in ("id", "group", "domain") if key in given},
            **({"label": _label(given["label"], address.labels)} if "label" in given else {}),
        }

    return items, f"columns {sorted(address.columns.items())} {sides} {address.labels}"


def _sides(source: Source, address: Address) -> dict[str, dict[str, str]]:
    """``query``, ``passage`` and ``text`` -> language -> column."""
    sides: dict[str, dict[str, str]] = {"query": {}, "passage": {}, "text": {}}
    for key, column in address.columns.items():
        side, _, language = key.partition(".")
        if side not in sides or (key == "text" and source.languages is None):
            continue
        if not language and side == "passage" and address.passage_language:
            language = address.passage_language
        sides[side][normalise(language or _told_language(source, address))] = column
    if "text" not in address.columns and not sides["text"] and not (sides["query"] and sides["passage"]):
        raise DataError(f"hf:{source.place}: name the columns of both, as #query=COLUMN&passage=COLUMN.")
    return sides


def _label(value: Any, names: Sequence[str]) -> Any:
    """A number's name; what is no number that has one stays."""
    return names[value] if isinstance(value, int) and 0 <= value < len(names) else value


def _told_language(source: Source, address: Address) -> str:
    language = told_language(source)
    if language is None:
        raise DataError(f"hf:{source.place}: states no language; say it in front, as hf@LANGUAGE:{address.name}.")
    return language
