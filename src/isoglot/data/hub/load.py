"""From ``hf[/SPLIT][@LANGUAGE]:OWNER/NAME...`` to training data and collections."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from isoglot.cache import cache_dir
from isoglot.data.answersentence import PassageForm
from isoglot.data.collection import Collection
from isoglot.data.filerows import columns_of
from isoglot.data.formats.tables import Tables, read_tables
from isoglot.data.hub.address import Address, parse_address
from isoglot.data.hub.choose import chosen_files, holds
from isoglot.data.hub.repository import Repository, open_repository
from isoglot.data.hub.rows import row_source, told_language
from isoglot.data.items import ItemFile, Pairs
from isoglot.data.parallel import ParallelDataset
from isoglot.data.sources import Source
from isoglot.errors import DataError
from isoglot.languages import check_there, normalise

TRAINING = ("train", "validation", "test")
TEST = ("test", "validation", "train")
"""The split to train on, or to evaluate on, where none is named: the first that is there."""


def load_hub_parallel(source: Source, pairs: Pairs, passage: PassageForm) -> ParallelDataset:
    """Training data of the hub: items of the project's own form, pairs of others', or columns that are named.

    Raises:
        DataError: there is no such configuration or split, or its columns do not fit.
        FetchError: it cannot be had.
    """
    return _parallel(source, pairs, passage, default=TRAINING)


def load_hub_collection(source: Source, *, strict: bool = False) -> Collection:
    """A collection of the hub: passages, queries and judgements, or training data, whose queries meet all passages.

    Raises: as :func:`load_hub_parallel`.
    """
    address = parse_address(source.place)
    repository = open_repository(address.repository, address.revision)
    name = "/".join(part for part in (address.name, source.split) if part)
    tables = _table_files(repository, address, source.split)
    if not tables:
        return Collection.from_parallel(name, _parallel(source, "positive", "whole", default=TEST))
    language = told_language(source)
    hint = f"hf@LANGUAGE:{source.place}"
    judgements, queries = repository.fetch(tables[2]), repository.fetch(tables[1])
    if language is None and "lang" not in columns_of(queries[0]):
        raise DataError(f"{name}: states no language; say it, as {hint}.")  # before the passages, which may be many
    passages = repository.fetch(tables[0])
    found = Tables(
        passages=passages,
        queries=queries,
        judgements=judgements,
        digest=repository.digest(tables[0]),
        query_language=language,
        passage_language=address.passage_language or language,
        language_hint=hint,
    )
    return read_tables(name, found, strict=strict)


def wanted_files(source: Source, *, default: Sequence[str] | None = None) -> tuple[Repository, list[str]]:
    """The files that a source is read from, of which none is fetched for it.

    Args:
        default: splits, the best first, of rows; those of a collection if None.

    Raises: as :func:`load_hub_parallel`.
    """
    address = parse_address(source.place)
    repository = open_repository(address.repository, address.revision)
    tables = _table_files(repository, address, source.split) if default is None else ()
    if tables:
        return repository, [path for files in tables for path in files]
    return repository, chosen_files(
        repository, config=address.config, split=source.split, files=address.files, default=default or TEST
    )


def _table_files(repository: Repository, address: Address, split: str | None) -> tuple[list[str], ...]:
    """The files of passages, queries and judgements; nothing where the configuration is of rows."""
    before = f"{address.config}-" if address.config else ""
    if not holds(repository, f"{before}corpus") or not holds(repository, f"{before}queries"):
        return ()
    judged = next((kind for kind in (f"{before}qrels", "default") if holds(repository, kind)), f"{before}qrels")
    sides = ((f"{before}{side}", (split, side) if split else (side,)) for side in ("corpus", "queries"))
    return (
        *(chosen_files(repository, config=kind, split=None, default=(*best, *TEST)) for kind, best in sides),
        chosen_files(repository, config=judged, split=split, default=TEST),
    )


def survey_of(*content: str) -> Path:
    """Where to keep what rows of this content have."""
    digest = hashlib.sha256("\n".join(content).encode()).hexdigest()
    return cache_dir() / "parallel" / f"rows-{digest[:32]}"


def _parallel(source: Source, pairs: Pairs, passage: PassageForm, *, default: Sequence[str]) -> ParallelDataset:
    of = row_source(source, default=default)
    made = ItemFile(
        path=Path(of.address.name),
        rows=lambda: ((number, item) for number, items in of.rows() for item in items),
        unit="row",
        reader=of.reader,
        digest=of.digest,
        unique=True,
        passed_over=of.passed_over,
        survey=survey_of(of.reader, of.digest),
    )
    data = made.read(pairs, passage)
    if not of.own or source.languages is None:
        return data
    check_there(of.address.name, [normalise(tag) for tag in source.languages], data.languages)
    return data.restrict(source.languages)
