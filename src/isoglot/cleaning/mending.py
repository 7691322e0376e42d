"""What is mended in every text before it is judged: its characters and white space, never its words.

Normalisation form C (Unicode Standard Annex 15); control characters and white space of any kind become one space;
characters that only format (soft hyphens, direction marks, byte order marks) or mean nothing (unassigned, private use)
go. The joiners U+200C and U+200D stay, for they spell words in Persian and in Indic scripts. A section number before a
query ("8.18. ") goes, too (:mod:`isoglot.text.numbering`): it is the same in all languages, and so tells a query's
translations without a word of it.
"""

import unicodedata
from collections.abc import Iterator
from typing import Any

from isoglot.data.parallel import ParallelDataset
from isoglot.text.numbering import without_shared_number

_BUILD = 2  # counts what changed here
_JOINERS = "\u200c\u200d"


def mend(text: str) -> str:
    """The text in one line, perhaps empty; mending it again changes nothing."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = unicodedata.normalize("NFC", text.translate(_CHARACTERS))
    return " ".join(kept.split())


def mended(dataset: ParallelDataset) -> ParallelDataset:
    """The same items with every text mended, written to the Arrow cache; texts of which nothing is left are missing.

    Raises:
        StorageError: the disk is full.
    """
    key = f"mended {_BUILD} {unicodedata.unidata_version} {dataset.fingerprint}"
    return ParallelDataset.from_rows(_mended_rows(dataset), languages=dataset.languages, key=key)


def _mended_rows(dataset: ParallelDataset) -> Iterator[dict[str, Any]]:
    for row in dataset:
        for side in ("query", "passage"):
            texts = {language: mend(text) for language, text in row[side].items()}
            row[side] = {language: text for language, text in texts.items() if text}
        row["query"] = without_shared_number(row["query"])
        lists = {language: [mend(text) for text in texts] for language, texts in row["negatives"].items()}
        row["negatives"] = {language: [text for text in texts if text] for language, texts in lists.items()}
        yield row


class _Characters(dict[int, int | str | None]):
    """A table for ``str.translate`` that is filled as characters turn up."""

    def __missing__(self, code: int) -> int | str | None:
        self[code] = _kept(code)
        return self[code]


def _kept(code: int) -> int | str | None:
    character = chr(code)
    category = unicodedata.category(character)
    if character in _JOINERS:
        return code
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return None if category[0] == "C" else code


_CHARACTERS = _Characters()
