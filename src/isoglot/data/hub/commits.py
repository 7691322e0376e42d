"""What of the hub was read, without asking it again: commits, and the licences that cards state."""

from collections.abc import Iterable
from typing import Any

from isoglot.data.entry import Entry, HubFiles
from isoglot.data.hub.address import parse_address
from isoglot.data.hub.lock import locked
from isoglot.data.hub.repository import open_repository
from isoglot.data.sources import Source


def commits_of(entry: Entry) -> dict[str, str]:
    """``OWNER/NAME@REVISION`` -> the commit that was read; nothing of what was not read, or is of no hub."""
    if entry.recipe is None:
        return {}
    if isinstance(entry.recipe, HubFiles):
        return _commits(f"{repository}@main" for repository, _ in entry.recipe.files)
    return _commits(map(_key, entry.recipe.sources.values()))


def source_facts(source: Source) -> dict[str, Any]:
    """The licence and the commit of a data set that was read.

    Raises:
        DataError: the source is no name of a data set.
    """
    address = parse_address(source.place)
    found = _commits([_key(source.place)])
    licence = open_repository(address.repository, address.revision).licence if found else ""
    return {"licence": licence or "none stated", "commits": found}


def _key(place: str) -> str:
    address = parse_address(place)
    return f"{address.repository}@{address.revision or 'main'}"


def _commits(keys: Iterable[str]) -> dict[str, str]:
    return {key: of.commit for key in dict.fromkeys(keys) if (of := locked(key)) is not None}
