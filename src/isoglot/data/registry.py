"""Finding a named data set, and having its files."""

import os
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import resources
from pathlib import Path

from isoglot.data.entries import ENTRIES
from isoglot.data.entry import Entry
from isoglot.data.fetch import MIRROR_VARIABLE, fetch
from isoglot.data.sources import ON_HUB, parse, split_languages, split_rows
from isoglot.errors import DataError, FetchError


def available() -> tuple[Entry, ...]:
    """All data sets, in the order in which they are listed."""
    return ENTRIES


def find(name: str) -> Entry:
    """The data set of that name, or that has a part of that name.

    Raises:
        DataError: there is none; with the names that come close.
    """
    by_name = {name: entry for entry in ENTRIES for name in entry.names}
    if name in by_name:
        return by_name[name]
    longer = [known for known in by_name if known.startswith(name.lower())]
    close = longer or get_close_matches(name.lower(), by_name, n=3, cutoff=0.5)
    guess = f"did you mean {' or '.join(close)}? " if close else ""
    raise DataError(f"There is no data set, file or folder {name!r}: {guess}`isoglot data list` shows all data sets.")


def accept(name: str) -> None:
    """Accept the terms of a data set, or training on it, once for all runs that share the lock file.

    Raises:
        DataError: there is no such data set, or nothing beyond its licence is to be accepted.
    """
    from isoglot.data.hub.lock import accept as note_accepted

    entry = find(name)
    if not entry.terms and not entry.evaluate_only:
        raise DataError(f"{name}: has no terms to accept beyond its licence, {entry.licence}.")
    note_accepted(entry.name)


def entry_of(source: str) -> Entry | None:
    """The data set that a source names, such as ``squad/train@en``; None where it is no name of this list."""
    name = split_rows(split_languages(source)[0])[0]
    return next((entry for entry in ENTRIES if name in entry.names), None)


def check_training(source: object) -> None:
    """Raise DataError where training on a data set was not accepted, which is for evaluation only.

    Args:
        source: of training data; what is no name of this list is not looked at.
    """
    from isoglot.data.hub.lock import is_accepted

    entry = entry_of(source) if isinstance(source, str) else None
    if entry is not None and entry.evaluate_only and not is_accepted(entry.name):
        raise DataError(
            f"{source} is for evaluation only (licence: {entry.licence}): train on other data, or answer for it, once, "
            f"by `isoglot data fetch {entry.name} --accept-licence {entry.name}`."
        )


def part_of(name: str, entry: Entry) -> str:
    """``"train"`` of ``"sample/train"``; empty for the whole."""
    return name.removeprefix(entry.name).removeprefix("/")


def files(name: str, *, languages: Sequence[str] | None = None) -> dict[str, Path]:
    """The local files of a data set, fetched where need be: language -> path of the file that holds it.

    Where one file holds all languages, each of them maps to it. All languages if None. Nothing for a data set that
    comes with the package, is made of others or is read from the hub (see `paths`).

    Raises:
        DataError: there is no such data set, or it has no such language.
        FetchError: a file could not be had (see `fetch`).
    """
    entry = find(name)
    if entry.packaged or entry.members or entry.recipe:
        return {}
    chosen = entry.languages if languages is None else languages
    wanted = {language: entry.file(language) for language in chosen}
    try:
        paths = {file: fetch(file) for file in dict.fromkeys(wanted.values())}
    except FetchError as error:
        if entry.source != "mirror" or os.environ.get(MIRROR_VARIABLE):
            raise
        raise FetchError(f"{str(error).rstrip('.')}; without a mirror there is {entry.public}.") from error
    return {language: paths[file] for language, file in wanted.items()}


def paths(name: str, *, languages: Sequence[str] | None = None) -> tuple[Path, ...]:
    """The local files of a data set, each once, fetched where need be; those of the package for the sample.

    What has no name here is told as ``hf:OWNER/NAME`` or ``mteb:TASK`` (:mod:`isoglot.data.hub`). Of a data set that is
    made of others, the files of those that have one of the languages.

    Raises: as `files`.
    """
    named = parse(name)
    if named is not None and named.format in ON_HUB:
        from isoglot.data.hub.wanted import files_of_source  # which imports the hub's client

        return tuple(path for repository, files in files_of_source(named) for path in repository.fetch(files))
    entry = find(name)
    if entry.packaged:
        folder = resources.files("isoglot.data")
        return tuple(Path(str(folder / path)) for path in entry.packaged)
    if entry.recipe:
        from isoglot.data.hub.recipes import recipe_files  # which imports the hub's client

        parts = recipe_files(entry, part_of(name, entry), languages=languages)
        return tuple(path for repository, files in parts for path in repository.fetch(files))
    if entry.members:
        members = [find(member) for member in entry.members]
        wanted = {
            member.name: [language for language in member.languages if languages is None or language in languages]
            for member in members
        }
        return tuple(path for name, some in wanted.items() if some for path in paths(name, languages=some))
    return tuple(dict.fromkeys(files(name, languages=languages).values()))
