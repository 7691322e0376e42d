"""Which files of the hub are read for a source, before any of them is fetched."""

from isoglot.data.hub.load import wanted_files
from isoglot.data.hub.mteb import task_sources
from isoglot.data.hub.repository import Repository
from isoglot.data.sources import HUB, Source


def files_of_source(source: Source) -> list[tuple[Repository, list[str]]]:
    """Each repository and its files, of a source of the format ``hf`` or ``mteb``.

    Raises:
        DataError: there is no such configuration, split or task.
        FetchError: the hub cannot be reached, has no such data set or revision, or wants a login.
    """
    parts = [source] if source.format == HUB else task_sources(source).values()
    return [wanted_files(part) for part in parts]
