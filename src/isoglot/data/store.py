"""Passages on disk: a corpus is read once into an Arrow file of the cache and memory-mapped from there.

The file's name is a digest of what it was made from: the reader, its settings, and path, size, time of change
and inode of every file. The contents are not digested, which for a corpus of many gigabytes would take minutes at
every start; a file written anew is seen by its time and inode. ``collections`` in the cache may be deleted.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from isoglot.cache import cache_dir, use
from isoglot.data.repeats import SeenIds
from isoglot.data.tables import PASSAGES
from isoglot.errors import DataError
from isoglot.files import resolved, whole_file

_ROWS_PER_BATCH = 10_000
_CHARACTERS_PER_BATCH = 8 << 20


class Passage(NamedTuple):
    """A checked passage, and where it stands: in which source, in which line (from 1)."""

    id: str
    text: str
    lang: str
    group: str
    source: str
    line: int


def stored_passages(key: str, rows: Callable[[], Iterator[Passage]], *, identity: str) -> pa.Table:
    """The passages of this key as a memory-mapped table ``id, text, lang, group``; read and written if need be.

    Args:
        key: names the content; the same key opens the file without reading ``rows``.
        rows: reads the passages, of which a text of white space becomes empty; called again only to say where an id
            was repeated.
        identity: what the source calls an id, for that error.

    Raises:
        DataError: an id occurs twice, or whatever ``rows`` finds wrong.
    """
    digest = hashlib.sha256(f"passages 1\n{key}".encode()).hexdigest()
    path = cache_dir() / "collections" / f"{digest[:32]}.arrow"
    while not use(path):
        with whole_file(path) as part:
            _write(part, rows, identity)
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()


def files_key(paths: Iterable[Path]) -> str:
    """What tells these files from other ones and from themselves before a change: one line a file."""
    lines = []
    for path in paths:
        found = path.stat()
        lines.append(f"{resolved(path)}\t{found.st_size}\t{found.st_mtime_ns}\t{found.st_ino}")
    return "\n".join(lines)


def _write(path: Path, rows: Callable[[], Iterator[Passage]], identity: str) -> None:
    seen = SeenIds()
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, PASSAGES) as writer:
        for batch in _batches(rows()):
            for row in batch:
                seen.add(row.id)
            whole = (row if row.text.strip() else row._replace(text="") for row in batch)
            columns = [pa.array(column, pa.string()) for column in list(zip(*whole, strict=True))[: len(PASSAGES)]]
            writer.write_batch(pa.record_batch(columns, schema=PASSAGES))
    if repeated := seen.find((row.id, (row.source, row.line)) for row in rows()):
        name, first, (source, line) = repeated
        before = f"line {first[1]}" if first[0] == source else f"{first[0]}, line {first[1]}"
        raise DataError(f"{source}: line {line}: {identity} {name!r} was used in {before}; ids must be unique.")


def _batches(rows: Iterator[Passage]) -> Iterator[list[Passage]]:
    batch: list[Passage] = []
    room = _CHARACTERS_PER_BATCH
    for row in rows:
        batch.append(row)
        room -= len(row.text)
        if room < 0 or len(batch) == _ROWS_PER_BATCH:
            yield batch
            batch, room = [], _CHARACTERS_PER_BATCH
    if batch:
        yield batch
