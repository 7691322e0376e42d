"""Training texts that are a test text, or nearly so."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from isoglot.extras import need
from isoglot.leakage.sides import TrainingPlace
from isoglot.progress import Progress
from isoglot.text.near.index import NearIndex, NearSearch


class Duplicates:
    """What is known of each test text; memory grows with the training texts that leak, not with the pairs.

    Attributes:
        leaks: (sources, texts) bool; which test texts have a duplicate in which training data set.
        score: (texts,) float64, the greatest Jaccard index of a text and one of its duplicates; 0 without any.
        closest: (texts,) int64, index into ``places`` of that duplicate, the first of equal ones; -1 without any.
        places: the training texts that are duplicates of any test text.
    """

    def __init__(self, texts: int, *, sources: int) -> None:
        self.leaks = np.zeros((sources, texts), dtype=bool)
        self.score = np.zeros(texts)
        self.closest = np.full(texts, -1, dtype=np.int64)
        self.places: list[TrainingPlace] = []

    def add(self, place: TrainingPlace, texts: Sequence[int], jaccard: Sequence[float]) -> None:
        """A training text, the test texts it is a duplicate of, and the Jaccard index with each."""
        self.leaks[place.source, texts] = True
        for text, index in zip(texts, jaccard, strict=True):
            if index > self.score[text]:
                self.score[text], self.closest[text] = index, len(self.places)
        self.places.append(place)


class ExactDuplicates:
    """Training texts whose normal form is a test text's.

    Attributes:
        found: the duplicates.
    """

    def __init__(self, texts: Sequence[str], *, sources: int) -> None:
        """Index test texts in normal form; ``sources`` is the number of training data sets."""
        self._number = {text: number for number, text in enumerate(texts)}
        self.found = Duplicates(len(texts), sources=sources)

    def add(self, texts: Sequence[str], places: Sequence[TrainingPlace]) -> None:
        """Look up training texts in normal form."""
        for text, place in zip(texts, places, strict=True):
            if (number := self._number.get(text)) is not None:
                self.found.add(place, [number], [1.0])


class NearDuplicates:
    """Training texts that are near duplicates of a test text; equal ones are none.

    Each data set is one stream of texts (:class:`~isoglot.text.near.index.NearSearch`).

    Attributes:
        found: the duplicates.
    """

    def __init__(self, texts: Sequence[str], *, threshold: float, sources: int, progress: Progress) -> None:
        """Index test texts in normal form.

        Args:
            threshold: the least Jaccard index that counts, in (0, 1].
            sources: number of training data sets.
            progress: told of every test text once.

        Raises:
            ConfigError: the library that makes the hashes is not installed.
        """
        need(
            "datasketch",
            extra="leaks",
            what="near duplicates need",
            instead="or leave this check out (near=None, --no-near)",
        )
        index = NearIndex(texts, threshold=threshold, progress=progress)
        self._searches = [NearSearch(index) for _ in range(sources)]
        self.found = Duplicates(len(texts), sources=sources)

    def add(self, texts: Sequence[str], places: Sequence[TrainingPlace]) -> None:
        """Look up training texts of one data set in normal form."""
        if not texts:
            return
        search = self._searches[places[0].source]
        for text, near in groupby(search.near(texts), key=lambda found: found.text):
            _, known, jaccard = zip(*near, strict=True)
            self.found.add(places[text], known, jaccard)
