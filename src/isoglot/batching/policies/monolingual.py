"""The monolingual policy (X-X-mono)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from isoglot.arrays import Ints
from isoglot.batching.policies.chances import LanguageChances
from isoglot.batching.policies.kinds import BatchKind, OneLanguage
from isoglot.batching.policies.policy import Policy


@dataclass(frozen=True)
class Monolingual(Policy):
    """One language a batch, the language drawn uniformly unless the source weighs languages (X-X-mono).

    Example::

        >>> sampler = isoglot.batch_sampler(isoglot.Monolingual())
    """

    name: ClassVar[str] = "mono"
    summary: ClassVar[str] = "one language a batch"

    @property
    def monolingual_share(self) -> float:
        return 1.0

    def kinds(self, languages: Ints) -> tuple[BatchKind, ...]:
        return tuple(OneLanguage(language) for language in languages.tolist())

    def draw(self, languages: LanguageChances, rng: np.random.Generator) -> BatchKind:
        return OneLanguage(languages.one(rng))
