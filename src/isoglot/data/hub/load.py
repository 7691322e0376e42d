"""From ``hf[/SPLIT][@LANGUAGE]:OWNER/NAME...`` to training data and collections."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from isoglot.data.answersentence import PassageForm
from isoglot.data.collection import Collection
from isoglot.data.filerows import columns_of, file_rows, row_count
from isoglot.data.formats.pairrows import digest_of, row_form, texts_in
from isoglot.data.formats.tables import Tables, read_tables
from isoglot.data.hub.address import Address, parse_address
from isoglot.data.hub.choose import chosen_files, holds
from isoglot.data.hub.repository import Repository, open_repository
from isoglot.data.items import ItemFile, Pairs
from isoglot.data.parallel import ParallelDataset
from isoglot.data.sources import Source
from isoglot.errors import DataError
from isoglot.languages import check_there, normalise
from isoglot.wording import listed

_TRAINING = ("train", "validation", "test")
_TEST = ("test", "validation", "train")

Items = Callable[[int, Mapping[str, Any], str], Iterator[dict[str, Any]]]
"""(Number of the row, row, where it is) -> its items in the project's own form."""


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """What a source holds: an address and language, the files at it, and how their rows are read."""

    address: Address
    files: Sequence[Path]
    digest: str
    items: Items
    reader: str
    numbered: bool

    def read(self, pairs: Pairs, passage: PassageForm) -> ParallelDataset:
        domain = self.address.repository.partition("/")[2]

        def rows() -> Iterator[tuple[int, dict[str, Any]]]:
            taken = islice(_all_rows(self.files), self.address.rows)
            for number, (path, place, row) in enumerate(taken, start=1):
                for item in self.items(number, row, f"{path}: row {place}"):
                    yield number, {"domain": domain, **item}

        made = ItemFile(
            path=Path(self.address.name),
            rows=rows,
            unit="row",
            reader=f"hub 1 {self.reader} {self.address.rows}",
            digest=self.digest,
            numbered=self.numbered,
        )
        return made.read(pairs, passage)


def load_hub_parallel(source: Source, pairs: Pairs, passage: PassageForm) -> ParallelDataset:
    """Training data of the hub: items of the project's own form, pairs of others', or columns that are named.

    Raises:
        DataError: there is no such configuration or split, or its columns do not fit.
        FetchError: it cannot be had.
    """
    return _parallel(source, pairs, passage, default=_TRAINING)


def load_hub_collection(source: Source, *, strict: bool = False) -> Collection:
    """A collection of the hub: passages, queries and judgements, or training data, whose queries meet all passages.

    Raises: as :func:`load_hub_parallel`.
    """
    address = parse_address(source.place)
    repository = open_repository(address.repository, address.revision)
    before = f"{address.config}-" if address.config else ""
    name = "/".join(part for part in (address.name, source.split) if part)
    if not holds(repository, f"{before}corpus") or not holds(repository, f"{before}queries"):
        return Collection.from_parallel(name, _parallel(source, "positive", "whole", default=_TEST))
    language = _one_language(source)
    tables = {}
    judged = next((kind for kind in (f"{before}qrels", "default") if holds(repository, kind)), f"{before}qrels")
    for kind in (f"{before}corpus", f"{before}queries", judged):
        best = (source.split, kind.removeprefix(before)) if source.split else (kind.removeprefix(before),)
        tables[kind] = chosen_files(
            repository,
            config=kind,
            split=source.split if kind == judged else None,
            default=(*(part for part in best if part), *_TEST),
        )
    paths = repository.fetch([path for files in tables.values() for path in files])
    of = dict(zip((path for files in tables.values() for path in files), paths, strict=True))
    passages, queries, judgements = ([of[path] for path in files] for files in tables.values())
    found = Tables(
        passages=passages,
        queries=queries,
        judgements=judgements,
        digest=repository.digest(tables[f"{before}corpus"]),
        query_language=language,
        passage_language=address.passage_language or language,
        language_hint=f"hf@LANGUAGE:{source.place}",
    )
    return read_tables(name, found, strict=strict)


def _parallel(source: Source, pairs: Pairs, passage: PassageForm, *, default: Sequence[str]) -> ParallelDataset:
    address = parse_address(source.place)
    repository = open_repository(address.repository, address.revision)
    paths = chosen_files(repository, config=address.config, split=source.split, files=address.files, default=default)
    paths, files = _fetched(repository, paths, address.rows)
    columns = columns_of(files[0])
    if {"query", "passage"} <= set(columns) and not address.columns and _by_language(files[0]):
        data = _Rows(
            address=address,
            files=files,
            digest=repository.digest(paths),
            items=lambda number, row, where: iter([{"id": str(number), **row}]),
            reader="own",
            numbered="id" not in columns,
        ).read(pairs, passage)
        if source.languages is None:
            return data
        check_there(address.name, [normalise(tag) for tag in source.languages], data.languages)
        return data.restrict(source.languages)
    items, reader = _items(source, address, columns)
    return _Rows(
        address=address,
        files=files,
        digest=repository.digest(paths),
        items=items,
        reader=reader,
        numbered="id" not in address.columns and not {"id", "_id", "query_id", "qid"} & set(columns),
    ).read(pairs, passage)


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
    given = address.columns
    sides: dict[str, dict[str, str]] = {"query": {}, "passage": {}}
    for key, column in given.items():
        side, _, language = key.partition(".")
        if side in sides:
            if not language:
                language = _told_language(source, address)
                language = address.passage_language or language if side == "passage" else language
            sides[side][normalise(language)] = column
    if not sides["query"] or not sides["passage"]:
        raise DataError(f"hf:{source.place}: name the columns of both, as #query=COLUMN&passage=COLUMN.")
    answered = next(iter(sides["passage"]))

    def items(number: int, row: Mapping[str, Any], where: str) -> Iterator[dict[str, Any]]:
        query = {language: row[column] for language, column in sides["query"].items()}
        stated = {key: row[given[key]] for key in ("id", "group", "domain", "label") if key in given}
        negatives = texts_in(row[given["negative"]], f"{where}: {given['negative']!r}") if "negative" in given else []
        yield {
            "id": str(number),
            "group": digest_of(str(next(iter(query.values())))),
            "query": query,
            "passage": {language: row[column] for language, column in sides["passage"].items()},
            "negatives": {answered: negatives} if negatives else {},
            **stated,
        }

    return items, f"columns {sorted(given.items())} {sides}"


def _told_language(source: Source, address: Address) -> str:
    language = _one_language(source)
    if language is None:
        raise DataError(f"hf:{source.place}: states no language; say it in front, as hf@LANGUAGE:{address.name}.")
    return language


def _one_language(source: Source) -> str | None:
    if source.languages is None:
        return None
    if len(source.languages) > 1:
        raise DataError(f"hf:{source.place}: say one language, that of the texts, which state none.")
    return normalise(source.languages[0])
