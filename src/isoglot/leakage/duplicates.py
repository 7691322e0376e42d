"""Training texts that are a test text, or nearly so."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from isoglot.extras import need
from isoglot.leakage.sides import TrainingPlace
from isoglot.text.near.index import NearIndex


class Duplicate(NamedTuple):
    """A test text and a training text that are the same or nearly so.

    Attributes:
        text: index of the test text.
        place: index into the places.
        jaccard: of the two.
    """

    text: int
    place: int
    jaccard: float


class ExactDuplicates:
    """Training texts whose normal form is a test text's.

    Attributes:
        found: the duplicates.
        places: of the training texts among them.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        """Index test texts in normal form."""
        self._number = {text: number for number, text in enumerate(texts)}
        self.found: list[Duplicate] = []
        self.places: list[TrainingPlace] = []

    def add(self, texts: Sequence[str], places: Sequence[TrainingPlace]) -> None:
        """Look up training texts in normal form."""
        for text, place in zip(texts, places, strict=True):
            if (number := self._number.get(text)) is not None:
                self.found.append(Duplicate(number, len(self.places), 1.0))
                self.places.append(place)


class NearDuplicates:
    """Training texts that are near duplicates of a test text; equal ones are none.

    Attributes:
        found: the duplicates.
        places: of the training texts among them.
    """

    def __init__(self, texts: Sequence[str], *, threshold: float) -> None:
        """Index test texts in normal form.

        Args:
            threshold: the least Jaccard index that counts, in (0, 1].

        Raises:
            ConfigError: the library that makes the hashes is not installed.
        """
        need(
            "datasketch",
            extra="leaks",
            what="near duplicates need",
            instead="or leave this check out (near=None, --no-near)",
        )
        self._index = NearIndex(texts, threshold=threshold)
        self.found: list[Duplicate] = []
        self.places: list[TrainingPlace] = []

    def add(self, texts: Sequence[str], places: Sequence[TrainingPlace]) -> None:
        """Look up training texts in normal form."""
        for text, near in groupby(self._index.near(texts), key=lambda found: found.text):
            self.found += [Duplicate(found.known, len(self.places), found.jaccard) for found in near]
            self.places.append(places[text])
