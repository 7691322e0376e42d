"""The cross-lingual policy (X-Y)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from isoglot.arrays import Ints
from isoglot.batching.policies.chances import LanguageChances
from isoglot.batching.policies.kinds import BatchKind, TwoLanguages
from isoglot.batching.policies.policy import Policy


@dataclass(frozen=True)
class CrossLingual(Policy):
    """Two different languages a pair, drawn for each pair (X-Y).

    Example::

        >>> sampler = isoglot.batch_sampler(isoglot.CrossLingual())
    """

    name: ClassVar[str] = "cross"
    summary: ClassVar[str] = "two languages a pair"

    @property
    def monolingual_share(self) -> float:
        return 0.0

    def kinds(self, languages: Ints) -> tuple[BatchKind, ...]:
        return (TwoLanguages(),)

    def draw(self, languages: LanguageChances, rng: np.random.Generator) -> BatchKind:
        return TwoLanguages()
