"""The share of a test passage's long n-grams that occur in training text (Brown et al. 2020, arXiv 2005.14165, C)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from isoglot.arrays import Floats, Hashes, Ints
from isoglot.leakage.sides import TrainingPlace
from isoglot.text.grams import distinct_grams, lookup

_TEXTS_PER_BATCH = 1_000


class Overlap:
    """The different n-grams of the test texts, sorted, against which training text is looked up as it streams by.

    Memory: 16 bytes for each different gram of each test text, and 8 for each that a training text has as well;
    nothing for the rest of the training text, however much it is.

    Attributes:
        total: (texts,) how many different grams a text has; 0 if it is too short.
    """

    def __init__(self, texts: Sequence[str], *, sources: int) -> None:
        """Index texts in normal form; ``sources`` is the number of training data sets."""
        hashes, owner = _distinct_pairs(texts)
        self._grams, first = np.unique(hashes, return_index=True)
        self._first = np.append(first, len(hashes))  # (grams + 1,): where a gram's texts are in _owner
        self._owner = owner
        self._seen = np.zeros((sources, len(self._grams)), dtype=bool)
        self._hit_gram: list[npt.NDArray[np.int32]] = []
        self._hit_place: list[npt.NDArray[np.int32]] = []
        self.places: list[TrainingPlace] = []
        self.total = np.bincount(owner, minlength=len(texts))

    def add(self, texts: Sequence[str], places: Sequence[TrainingPlace]) -> None:
        """Look up training texts in normal form."""
        hashes, owner = distinct_grams(texts, "overlap")
        gram, hit = lookup(self._grams, hashes)
        if not hit.any():
            return
        # The texts that hit are numbered on from the places that are known.
        hitting, number = np.unique(owner[hit], return_inverse=True)
        self._hit_place.append((len(self.places) + number).astype(np.int32))
        self._hit_gram.append(gram[hit].astype(np.int32))
        self.places += [places[text] for text in hitting]
        self._seen[places[0].source, gram[hit]] = True

    def shares(self, source: int | None = None) -> Floats:
        """(texts,): the share of each text's grams that one source has, or any of them; 0 for a text without."""
        seen = self._seen.any(axis=0) if source is None else self._seen[source]
        found = np.bincount(self._owner[np.repeat(seen, np.diff(self._first))], minlength=len(self.total))
        shares: Floats = found / np.maximum(self.total, 1)
        return shares

    def contributing(self, texts: Ints) -> list[int]:
        """Indices into ``places`` of the training texts that have any gram of these texts."""
        wanted = np.zeros(len(self.total), dtype=bool)
        wanted[texts] = True
        grams = np.zeros(len(self._grams), dtype=bool)
        grams[np.repeat(np.arange(len(self._grams)), np.diff(self._first))[wanted[self._owner]]] = True
        gram, place = self._hits
        return list(np.unique(place[grams[gram]]).tolist())

    def closest(self, text: int) -> int:
        """Index into ``places`` of the training text that has the most grams of this text, which has some in common."""
        grams = np.zeros(len(self._grams), dtype=bool)
        grams[np.repeat(np.arange(len(self._grams)), np.diff(self._first))[self._owner == text]] = True
        gram, place = self._hits
        return int(np.bincount(place[grams[gram]]).argmax())

    @property
    def _hits(self) -> tuple[Ints, Ints]:
        """(hits,) grams and (hits,) places, all that were found."""
        empty = [np.empty(0, dtype=np.int32)]
        return np.concatenate(self._hit_gram or empty), np.concatenate(self._hit_place or empty)


def _distinct_pairs(texts: Sequence[str]) -> tuple[Hashes, Ints]:
    """Every different gram of each text: (pairs,) hashes in ascending order, and (pairs,) texts."""
    hashes, owners = [np.empty(0, dtype=np.uint64)], [np.empty(0, dtype=np.int64)]
    for start in range(0, len(texts), _TEXTS_PER_BATCH):
        grams, owner = distinct_grams(texts[start : start + _TEXTS_PER_BATCH], "overlap")
        hashes.append(grams)
        owners.append(owner + start)
    joined = np.concatenate(hashes)
    order = np.argsort(joined, kind="stable")
    return joined[order], np.concatenate(owners)[order]
