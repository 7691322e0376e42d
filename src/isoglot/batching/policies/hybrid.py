"""The hybrid policy (hybrid)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from isoglot.arrays import Ints
from isoglot.batching.policies.chances import LanguageChances
from isoglot.batching.policies.cross_lingual import CrossLingual
from isoglot.batching.policies.kinds import BatchKind
from isoglot.batching.policies.monolingual import Monolingual
from isoglot.batching.policies.policy import Policy
from isoglot.errors import ConfigError


@dataclass(frozen=True)
class Hybrid(Policy):
    """A monolingual batch with probability ``alpha``, else a cross-lingual one (hybrid; .5 in the paper).

    Example::

        >>> sampler = isoglot.batch_sampler(isoglot.Hybrid(alpha=0.5))

    Raises:
        ConfigError: ``alpha`` outside [0, 1].
    """

    name: ClassVar[str] = "hybrid"
    summary: ClassVar[str] = "one language a batch with probability alpha, else two languages a pair"

    alpha: float = 0.5

    def __post_init__(self) -> None:
        if not 0 <= self.alpha <= 1:
            raise ConfigError(f"alpha must lie in [0, 1], the share of monolingual batches, but is {self.alpha}.")

    @property
    def monolingual_share(self) -> float:
        return self.alpha

    def kinds(self, languages: Ints) -> tuple[BatchKind, ...]:
        mono = Monolingual().kinds(languages) if self.alpha > 0 else ()
        return mono + (CrossLingual().kinds(languages) if self.alpha < 1 else ())

    def draw(self, languages: LanguageChances, rng: np.random.Generator) -> BatchKind:
        policy: Policy = Monolingual() if rng.random() < self.alpha else CrossLingual()
        return policy.draw(languages, rng)
