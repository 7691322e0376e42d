"""What every estimator of a transform has: what it is called, which settings are tried, and those that it holds."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from isoglot.debiasing.sample import Sample
from isoglot.encoder.affine import Affine
from isoglot.encoder.fitted import Choice
from isoglot.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class Estimator(ABC):
    """Fits a transform of one kind; a new kind is a class in a file of its own, and a line in :mod:`kinds`.

    A class says of its kind:

    - ``kind``: its name;
    - ``what``: it does, in words: a verb and its object;
    - ``strengths``, ``ranks``: that are tried when one is chosen; ranks are (0,) where the kind has none.

    Attributes:
        strength: above 0; 1 does everything.
        rank: how many directions, where the kind removes some; else 0.
        unit: the vectors have length 1 (cosine); False leaves lengths alone (dot product).

    Raises:
        ConfigError: a strength outside of (0, 1], or a rank where the kind has none.
    """

    kind: ClassVar[str]
    what: ClassVar[str]
    strengths: ClassVar[tuple[float, ...]]
    ranks: ClassVar[tuple[int, ...]] = (0,)

    strength: float = 1.0
    rank: int = 0
    unit: bool = True

    def __post_init__(self) -> None:
        if not 0 < self.strength <= 1:
            raise ConfigError(f"strength must be above 0 and at most 1, but is {self.strength}.")
        if self.ranks == (0,) and self.rank:
            raise ConfigError(f"{self.kind} has no rank; leave it out.")

    @classmethod
    def tried(cls) -> tuple[Choice, ...]:
        """The settings that are tried when one is chosen."""
        return tuple(
            Choice(kind=cls.kind, strength=strength, rank=rank) for rank in cls.ranks for strength in cls.strengths
        )

    def fit(self, sample: Sample) -> Affine:
        """Fit the transform, to languages whose texts are of other items as if they were of the same.

        Raises:
            ConfigError: a rank that the sample's vectors cannot have.
            DataError: too few texts for the kind.
        """
        if self.ranks != (0,) and not 0 < self.rank < sample.width:
            raise ConfigError(f"{self.kind} needs a rank from 1 to {sample.width - 1}, but got {self.rank}.")
        return self._fitted(sample.balanced)

    @abstractmethod
    def _fitted(self, sample: Sample) -> Affine:
        """The transform, with settings that can be had."""
