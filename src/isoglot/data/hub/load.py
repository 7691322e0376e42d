"""From ``hf[/SPLIT][@LANGUAGE]:OWNER/NAME...`` to training data and collections."""

from collections.abc import Sequence
from pathlib import Path

from isoglot.data.answersentence import PassageForm
from isoglot.data.collection import Collection
from isoglot.data.formats.tables import Tables, read_tables
from isoglot.data.hub.address import parse_address
from isoglot.data.hub.choose import chosen_files, holds
from isoglot.data.hub.repository import open_repository
from isoglot.data.hub.rows import row_source, told_language
from isoglot.data.items import ItemFile, Pairs
from isoglot.data.parallel import ParallelDataset
from isoglot.data.sources import Source
from isoglot.languages import check_there, normalise

_TRAINING = ("train", "validation", "test")
_TEST = ("test", "validation", "train")


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
    language = told_language(source)
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
    of = row_source(source, default=default)
    made = ItemFile(
        path=Path(of.address.name),
        rows=lambda: ((number, item) for number, items in of.rows() for item in items),
        unit="row",
        reader=of.reader,
        digest=of.digest,
        numbered=of.numbered,
    )
    data = made.read(pairs, passage)
    if not of.own or source.languages is None:
        return data
    check_there(of.address.name, [normalise(tag) for tag in source.languages], data.languages)
    return data.restrict(source.languages)
