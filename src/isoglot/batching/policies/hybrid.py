"""The hybrid policy (hybrid)."""

from typing import ClassVar

import numpy as np

from isoglot.arguments import Share, option_record
from isoglot.arrays import Ints
from isoglot.batching.policies.chances import LanguageChances
from isoglot.batching.policies.cross_lingual import CrossLingual
from isoglot.batching.policies.kinds import BatchKind
from isoglot.batching.policies.monolingual import Monolingual
from isoglot.batching.policies.policy import Policy


@option_record(kw_only=False)
class Hybrid(Policy):
    """A monolingual batch with probability ``alpha``, else a cross-lingual one (hybrid; .5 in the paper).

    Example::

        >>> sampler = isoglot.batch_sampler(isoglot.Hybrid(alpha=0.5))

    Raises:
        ConfigError: ``alpha`` outside [0, 1].
    """

    name: ClassVar[str] = "hybrid"
    summary: ClassVar[str] = "one language a batch with probability alpha, else two languages a pair"

    alpha: Share = 0.5

    @property
    def monolingual_share(self) -> float:
        return self.alpha

    def kinds(self, languages: Ints) -> tuple[BatchKind, ...]:
        mono = Monolingual().kinds(languages) if self.alpha > 0 else ()
        return mono + (CrossLingual().kinds(languages) if self.alpha < 1 else ())

    def draw(self, languages: LanguageChances, rng: np.random.Generator) -> BatchKind:
        policy: Policy = Monolingual() if rng.random() < self.alpha else CrossLingual()
        return policy.draw(languages, rng)
