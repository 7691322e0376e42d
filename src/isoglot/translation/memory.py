"""Translations kept on disk, so that nothing is translated twice and a killed run loses little."""

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

from filelock import FileLock

from isoglot.cache import TRANSLATIONS, cache_dir, use
from isoglot.errors import StorageError, TranslationError
from isoglot.progress import Progress
from isoglot.translation.engine import Failed, Translator, outcomes

_TABLE = "CREATE TABLE IF NOT EXISTS translations (key BLOB PRIMARY KEY, translation TEXT NOT NULL) WITHOUT ROWID"
_BATCH_TEXTS, _BATCH_CHARACTERS = 2_000, 400_000  # seconds of work for Apertium on two cores
_QUERY = 500  # keys in one query; SQLite took 999 at most before 3.32
_WAIT_SECONDS = 60.0  # for another process that is writing
_MAX_FAILED = 0.02  # of the texts to translate may fail,
_FEW_FAILED = 20  # or so many of them where that is more


@dataclass(frozen=True, kw_only=True)
class Translated:
    """Translations of different texts.

    Attributes:
        translations: by text.
        remembered: how many of them were known before.
        failed: why a text has no translation, by text. It is tried again the next time.
    """

    translations: dict[str, str]
    remembered: int
    failed: dict[str, str]


def translate_remembered(
    translator: Translator, texts: Iterable[str], *, source: str, target: str, progress: Progress | None = None
) -> Translated:
    """Translate the texts that were never translated by this engine in this direction; know the others.

    What an engine gives together is on disk before it is asked for more. Two processes may do this at once: for one
    engine and direction they take turns, a batch each, and no text is translated twice.

    Args:
        texts: equal texts are translated once.
        progress: called with the number of different texts done, the known ones first.

    Raises:
        TranslationError: the engine failed, or at more than one text in fifty (and more than twenty).
        StorageError: the memory cannot be read or written.
    """
    with _memory() as memory:
        keys = {text: _key(translator.name, source, target, text) for text in texts}
        translations = _known(memory, keys)
        remembered = len(translations)
        if progress and remembered:
            progress(remembered)
        left = [text for text in keys if text not in translations]
        failed: dict[str, str] = {}
        turn = _turn(translator.name, source, target)
        for batch in _batches(left):
            with turn:  # of several processes; what another one translated meanwhile is not paid for again
                meanwhile = _known(memory, {text: keys[text] for text in batch})
                translations.update(meanwhile)
                remembered += len(meanwhile)
                if progress and meanwhile:
                    progress(len(meanwhile))
                wanted = [text for text in batch if text not in meanwhile]
                for part in outcomes(translator, wanted, source=source, target=target) if wanted else ():
                    named = {wanted[place]: outcome for place, outcome in part.items()}
                    found = {text: outcome for text, outcome in named.items() if isinstance(outcome, str)}
                    _remember(memory, [(keys[text], translation) for text, translation in found.items()])
                    translations.update(found)
                    failed |= {text: outcome.reason for text, outcome in named.items() if isinstance(outcome, Failed)}
                    if progress:
                        progress(len(part))
                    _check_failed(translator.name, failed, len(left))
    return Translated(translations=translations, remembered=remembered, failed=failed)


def _remember(memory: sqlite3.Connection, rows: list[tuple[bytes, str]]) -> None:
    with memory:  # commits
        memory.executemany("INSERT OR IGNORE INTO translations VALUES (?, ?)", rows)


def _check_failed(name: str, failed: dict[str, str], wanted: int) -> None:
    if len(failed) > max(_FEW_FAILED, _MAX_FAILED * wanted):
        ((reason, count),) = Counter(failed.values()).most_common(1)
        raise TranslationError(
            f"{name} failed at {len(failed):,} of {wanted:,} texts, at {count:,} of them so: {reason}; what it "
            "translated is kept, mend the cause and run it again."
        )


@contextmanager
def _memory() -> Iterator[sqlite3.Connection]:
    path = cache_dir() / TRANSLATIONS / "memory.sqlite"
    path.parent.mkdir(parents=True, exist_ok=True)
    while not use(path.parent):  # cleared since
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS)) as memory:
            with _turn("open"):  # SQLite waits for a writer, but not for another process that makes the file a WAL one
                memory.execute("PRAGMA journal_mode = WAL")  # a reader does not wait for a writer
                memory.execute(_TABLE)
            memory.execute("PRAGMA synchronous = NORMAL")  # a killed process loses nothing, and commits are frequent
            yield memory
    except sqlite3.Error as error:
        raise StorageError(
            f"{path}: the translation memory cannot be used ({error}); make room, or delete it to begin a new one."
        ) from error


def _turn(*parts: str) -> FileLock:
    """A lock of what the parts name, such as an engine in a direction; the system opens it when its process ends."""
    return FileLock(cache_dir() / TRANSLATIONS / f"{_key(*parts).hex()}.lock")


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
