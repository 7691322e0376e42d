"""Translations kept on disk, so that nothing is translated twice and a killed run loses one batch at most."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

from isoglot.cache import cache_dir
from isoglot.errors import StorageError
from isoglot.translation.engine import Translator, translate_all

Progress = Callable[[int], None]
"""Told how many texts were done since it was told last."""

_TABLE = "CREATE TABLE IF NOT EXISTS translations (key BLOB PRIMARY KEY, translation TEXT NOT NULL) WITHOUT ROWID"
_BATCH_TEXTS, _BATCH_CHARACTERS = 2_000, 400_000  # seconds of work for Apertium on two cores
_QUERY = 500  # keys in one query; SQLite took 999 at most before 3.32
_WAIT_SECONDS = 60.0  # for another process that is writing


@dataclass(frozen=True, kw_only=True)
class Translated:
    """Translations of different texts.

    Attributes:
        translations: by text.
        remembered: how many of them were known before.
    """

    translations: dict[str, str]
    remembered: int


def translate_remembered(
    translator: Translator, texts: Iterable[str], *, source: str, target: str, progress: Progress | None = None
) -> Translated:
    """Translate the texts that were never translated by this engine in this direction; know the others.

    Each batch is on disk before the next begins. Two processes may do this at once: the first to translate a text
    has it.

    Args:
        texts: equal texts are translated once.
        progress: called with the number of different texts done, the known ones first.

    Raises:
        TranslationError: the engine failed.
        StorageError: the memory cannot be read or written.
    """
    with _memory() as memory:
        keys = {text: _key(translator.name, source, target, text) for text in texts}
        translations = _known(memory, keys)
        remembered = len(translations)
        if progress and remembered:
            progress(remembered)
        for batch in _batches([text for text in keys if text not in translations]):
            found = translate_all(translator, batch, source=source, target=target)
            with memory:  # commits
                rows = [(keys[text], translation) for text, translation in zip(batch, found, strict=True)]
                memory.executemany("INSERT OR IGNORE INTO translations VALUES (?, ?)", rows)
            translations.update(zip(batch, found, strict=True))
            if progress:
                progress(len(batch))
    return Translated(translations=translations, remembered=remembered)


@contextmanager
def _memory() -> Iterator[sqlite3.Connection]:
    path = cache_dir() / "translations" / "memory.sqlite"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS)) as memory:
            memory.execute("PRAGMA journal_mode = WAL")  # a reader does not wait for a writer
            memory.execute(_TABLE)
            yield memory
    except sqlite3.Error as error:
        raise StorageError(
            f"{path}: the translation memory cannot be used ({error}); make room, or delete it to begin a new one."
        ) from error


def _key(*parts: str) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        coded = part.encode(errors="surrogatepass")
        digest.update(len(coded).to_bytes(8, "little") + coded)
    return digest.digest()


def _known(memory: sqlite3.Connection, keys: dict[str, bytes]) -> dict[str, str]:
    texts = list(keys)
    known: dict[str, str] = {}
    for start in range(0, len(texts), _QUERY):
        part = texts[start : start + _QUERY]
        marks = ", ".join("?" * len(part))
        found = dict(
            memory.execute(f"SELECT key, translation FROM translations WHERE key IN ({marks})", [keys[t] for t in part])
        )
        known.update({text: found[keys[text]] for text in part if keys[text] in found})
    return known


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """Longest first: texts of a batch are of one length, and what is too much fails at once."""
    batch: list[str] = []
    characters = 0
    for text in sorted(texts, key=len, reverse=True):
        if batch and (len(batch) == _BATCH_TEXTS or characters + len(text) > _BATCH_CHARACTERS):
            yield batch
            batch, characters = [], 0
        batch.append(text)
        characters += len(text)
    if batch:
        yield batch
