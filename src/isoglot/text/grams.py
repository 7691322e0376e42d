"""Hashes of the n-grams of many texts at once, as arrays: no gram is ever a Python object.

A hash is 64 bits: that any of 10^7 different grams of a training set agrees by chance with any of 10^6 of a test set
has a probability below 10^-6.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from isoglot.arrays import Bools, Hashes, Ints
from isoglot.text.normal import UNITS, WORDS, unit_of

GramKind = Literal["overlap", "shingle"]

_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd: powers of it never vanish modulo 2^64
_SPACE = ord(" ")


def distinct_grams(texts: Sequence[str], kind: GramKind) -> tuple[Hashes, Ints]:
    """The different n-grams of texts in normal form, text by text; a text that is too short has none.

    Args:
        texts: none of them empty.
        kind: ``overlap`` for words (characters where there are no spaces), ``shingle`` for characters; how many in a
            row is up to each text's unit.

    Returns:
        (grams,) uint64 hashes, which agree only between texts of one unit, and (grams,) int64, the text of each,
        in ascending order.
    """
    hashes, owner = _all_grams(texts, kind)
    order = np.lexsort((hashes, owner))
    hashes, owner = hashes[order], owner[order]
    first = np.ones(len(hashes), dtype=bool)
    first[1:] = (hashes[1:] != hashes[:-1]) | (owner[1:] != owner[:-1])
    return hashes[first], owner[first]


def shingle_sets(texts: Sequence[str]) -> list[Hashes]:
    """The hashes of each text's different shingles by itself, in ascending order."""
    hashes, owner = distinct_grams(texts, "shingle")
    return np.split(hashes, np.searchsorted(owner, np.arange(1, len(texts)))) if len(texts) else []


def lookup(known: Hashes, hashes: Hashes) -> tuple[Ints, Bools]:
    """(grams,) the place of each hash among ``known``, which ascends, and (grams,) bool, whether it is there at all."""
    if not len(known):
        return np.zeros(len(hashes), dtype=np.int64), np.zeros(len(hashes), dtype=bool)
    place = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
    return place, known[place] == hashes


def powers(count: int) -> Hashes:
    """(count,) the powers of an odd number from 0 on, by which the parts of a sequence are added up to its hash."""
    factors = np.full(count, _BASE)
    factors[0] = 1
    return np.cumprod(factors, dtype=np.uint64)


def _all_grams(texts: Sequence[str], kind: GramKind) -> tuple[Hashes, Ints]:
    """The n-grams of every text with their repeats, in no order."""
    units = [unit_of(text) for text in texts]
    found = []
    for number, unit in enumerate(UNITS):
        places = np.array([place for place, own in enumerate(units) if own is unit], dtype=np.int64)
        chosen = [texts[place] for place in places]
        if not chosen:
            continue
        if kind == "overlap" and unit is WORDS:
            tokens, owner = _words(chosen)
        else:
            tokens, owner = _characters(chosen)
        length = unit.overlap if kind == "overlap" else unit.shingle
        hashes, owner = _windows(tokens, owner, length)
        found.append((_mixed(hashes ^ np.uint64(number + 1)), places[owner]))
    if not found:
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
    return np.concatenate([hashes for hashes, _ in found]), np.concatenate([owner for _, owner in found])


def _words(texts: Sequence[str]) -> tuple[Hashes, Ints]:
    """(words,) a hash for each word, and (words,) its text."""
    codes = _codes(" ".join(texts))
    spaces = np.flatnonzero(codes == _SPACE)
    starts = np.concatenate([[0], spaces + 1])
    lengths = np.diff(np.append(starts, len(codes) + 1))
    place = np.arange(len(codes)) - np.repeat(starts, lengths)[: len(codes)]
    parts = _mixed(codes) * powers(int(lengths.max()))[place]
    parts[spaces] = 0
    counts = [text.count(" ") + 1 for text in texts]
    return _mixed(np.add.reduceat(parts, starts)), np.repeat(np.arange(len(texts)), counts)


def _characters(texts: Sequence[str]) -> tuple[Hashes, Ints]:
    """(characters,) a hash for each character, and (characters,) its text."""
    return _mixed(_codes("".join(texts))), np.repeat(np.arange(len(texts)), [len(text) for text in texts])


def _windows(tokens: Hashes, owner: Ints, length: int) -> tuple[Hashes, Ints]:
    """Every run of ``length`` tokens that lies within one text."""
    count = max(0, len(tokens) - length + 1)
    hashes = np.zeros(count, dtype=np.uint64)
    for offset in range(length):
        hashes *= _BASE
        hashes += tokens[offset : offset + count]
    within = owner[:count] == owner[len(owner) - count :]
    return hashes[within], owner[:count][within]


def _codes(text: str) -> Hashes:
    return np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(np.uint64)


def _mixed(values: Hashes) -> Hashes:
    """Spread over all bits, one to one (the finaliser of SplitMix64: Steele et al. 2014, OOPSLA)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
