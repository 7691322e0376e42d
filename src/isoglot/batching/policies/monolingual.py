"""The monolingual policy (X-X-mono)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from isoglot.batching.policies.kinds import BatchKind, OneLanguage
from isoglot.batching.policies.policy import Policy


@dataclass(frozen=True)
class Monolingual(Policy):
    """One language a batch, the language drawn uniformly (X-X-mono)."""

    name: ClassVar[str] = "mono"
    summary: ClassVar[str] = "one language a batch"

    @property
    def monolingual_share(self) -> float:
        return 1.0

    def kinds(self, languages: int) -> tuple[BatchKind, ...]:
        return tuple(OneLanguage(language) for language in range(languages))

    def draw(self, languages: int, rng: np.random.Generator) -> BatchKind:
        return OneLanguage(int(rng.integers(languages)))
