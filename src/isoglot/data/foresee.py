"""What data will take before it is read: nothing is downloaded to say it, but the hub may be asked for a list."""

from collections.abc import Sequence
from pathlib import Path

from isoglot.data import registry
from isoglot.data.entry import Entry
from isoglot.data.fetch import foresee_file
from isoglot.data.sample import is_sample
from isoglot.data.sources import HUB, Source, parse, split_languages
from isoglot.errors import IsoglotError
from isoglot.foreseen import Foreseen, foreseen_path
from isoglot.languages import normalise


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
            return _registered(source, registry.find(name), languages)
        return _hub(source, named) if named.format == HUB else _in_format(source, named)
    except IsoglotError as error:
        return Foreseen(name=source, where="missing", reason=str(error))


def _registered(source: str, entry: Entry, languages: Sequence[str] | None) -> Foreseen:
    """Raises: DataError: the data set has no such language."""
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
    from isoglot.data.hub.address import parse_address
    from isoglot.data.hub.repository import open_repository

    address = parse_address(named.place)
    repository = open_repository(address.repository, address.revision)
    sizes = {path: listed.size or 0 for path, listed in repository.files.items()}
    here = [path for path in sizes if (repository.folder / path).is_file()]
    licence = repository.card.get("license")
    return Foreseen(
        name=source,
        where="here" if here else "to fetch",
        size=sum(sizes[path] for path in here or sizes),
        licence=", ".join(licence) if isinstance(licence, list) else str(licence or ""),
    )
