"""Topics, the queries of a test collection: a line each, ``query id, tab, text``."""

from pathlib import Path

from isoglot.data.lines import numbered_lines
from isoglot.errors import DataError


def read_topics(path: Path) -> dict[str, str]:
    """Query id -> text, in the order of the file, whose name may end in ``.gz``; a line may be there again, and a text
    may be empty.

    Raises:
        DataError: with the file and line: no tab, no id, or a query with another text than before; or there
            is no such file, or no topic in it.
    """
    topics: dict[str, str] = {}
    for number, line in numbered_lines(path):
        identity, tab, text = line.partition("\t")
        if not tab or not identity:
            raise DataError(f"{path}: line {number}: must be a query id and its text, separated by a tab.")
        if topics.setdefault(identity, text.strip()) != text.strip():
            raise DataError(f"{path}: line {number}: query {identity!r} has another text in an earlier line.")
    if not topics:
        raise DataError(f"{path}: no topic in the file.")
    return topics
