"""The mixed policy (X-X)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from isoglot.arrays import Ints
from isoglot.batching.policies.chances import LanguageChances
from isoglot.batching.policies.kinds import AnyLanguage, BatchKind
from isoglot.batching.policies.policy import Policy


@dataclass(frozen=True)
class Mixed(Policy):
    """Same-language pairs of several languages in one batch (X-X).

    Example::

        >>> sampler = isoglot.batch_sampler(isoglot.Mixed())

    What a default sampler over a concatenated multilingual set does. The language tells most negatives from
    the positive, so the encoder learns to match languages (LAReQA, section 5: mAP .23 against .66): a
    baseline only.
    """

    name: ClassVar[str] = "mixed"
    summary: ClassVar[str] = "one language a pair, several a batch"

    @property
    def monolingual_share(self) -> None:
        return None

    def kinds(self, languages: Ints) -> tuple[BatchKind, ...]:
        return (AnyLanguage(),)

    def draw(self, languages: LanguageChances, rng: np.random.Generator) -> BatchKind:
        return AnyLanguage()
