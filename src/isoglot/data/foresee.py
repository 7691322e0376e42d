"""What data will take before it is read: nothing is downloaded to say it, but the hub may be asked for a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from isoglot.data import registry
from isoglot.data.fetch import foresee_file
from isoglot.data.sample import is_sample
from isoglot.data.sources import ON_HUB, Source, parse, split_languages, split_rows
from isoglot.errors import IsoglotError
from isoglot.foreseen import Foreseen, foreseen_path
from isoglot.languages import normalise

if TYPE_CHECKING:
    from isoglot.data.hub.repository import Repository


def foresee_data(source: str) -> Foreseen:
    """Whether data is here, by any name that :func:`isoglot.load_parallel` or :func:`isoglot.load_collection` takes."""
    try:
        name, languages = split_languages(source)
        if is_sample(name):
            return Foreseen(name=source, where="here", licence=registry.find(name).licence)
        if Path(name).expanduser().exists():
            return foreseen_path(source, Path(name).expanduser())
        named = parse(name)
        if named is None:
            return _registered(source, split_rows(name)[0], languages)
        return _hub(source, named) if named.format in ON_HUB else _in_format(source, named)
    except IsoglotError as error:
        return Foreseen(name=source, where="missing", reason=str(error))


def _registered(source: str, name: str, languages: Sequence[str] | None) -> Foreseen:
    """Raises:
    DataError: there is no such data set, it has no such language, or its owner's terms are not accepted.
    FetchError: the hub cannot be reached, or wants a login.
    """
    entry = registry.find(name)
    if entry.recipe is not None:
        from isoglot.data.hub.recipes import recipe_files  # which imports the hub's client

        parts = recipe_files(entry, registry.part_of(name, entry), languages=languages)
        return _on_hub(source, parts, licence=entry.licence)
    members = [registry.find(member) for member in entry.members] or [entry]
    wanted = None if languages is None else {normalise(language) for language in languages}
    files = {
        member.file(language)
        for member in members
        for language in member.languages
        if wanted is None or language in wanted
    }
    found = [foresee_file(file) for file in files]
    missing = [one.reason for one in found if one.where == "missing"]
    return Foreseen(
        name=source,
        where="missing" if missing else "to fetch" if any(one.where == "to fetch" for one in found) else "here",
        size=sum(one.size or 0 for one in found),
        licence=entry.licence,
        reason=missing[0] if missing else "",
    )


def _in_format(source: str, named: Source) -> Foreseen:
    from isoglot.data.readers import FORMATS

    if named.format not in FORMATS:
        return Foreseen(
            name=source, where="missing", reason=f"unknown format {named.format!r}; choose from {', '.join(FORMATS)}."
        )
    if named.format == "ir_datasets":  # which fetches by itself, and says nothing of it before
        return Foreseen(name=source, where="to fetch")
    return foreseen_path(source, Path(named.place).expanduser())


def _hub(source: str, named: Source) -> Foreseen:
    """Raises: FetchError: the hub cannot be reached, has no such data set or revision, or wants a login."""
    from isoglot.data.hub.wanted import files_of_source  # which imports the hub's client

    wanted = files_of_source(named)
    stated = {repository.licence for repository, _ in wanted} - {""}
    return _on_hub(source, wanted, licence=", ".join(sorted(stated)))


def _on_hub(source: str, wanted: Iterable[tuple[Repository, Sequence[str]]], *, licence: str) -> Foreseen:
    """All files that are read are here, or some are to fetch."""
    files = [
        (repository.folder / path, repository.files[path].size or 0) for repository, paths in wanted for path in paths
    ]
    absent = [size for path, size in files if not path.is_file()]
    return Foreseen(
        name=source,
        where="to fetch" if absent else "here",
        size=sum(absent) if absent else sum(size for _, size in files),
        licence=licence,
    )
