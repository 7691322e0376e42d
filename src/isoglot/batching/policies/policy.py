"""``Policy``: what a batch policy says of itself."""

from dataclasses import Field
from typing import Any, ClassVar, Protocol

import numpy as np

from isoglot.arrays import Ints
from isoglot.batching.policies.chances import LanguageChances
from isoglot.batching.policies.kinds import BatchKind

_SOME = 8  # languages, as many as any policy needs for a batch


class Policy(Protocol):
    """Draws, for every global training step, the kind of the batch.

    A policy is a frozen dataclass whose fields are its settings: keys of ``[batch]`` in a configuration, beside
    ``policy``. :mod:`isoglot.batching.policies.registry` lists those that a configuration can name.

    Attributes:
        name: in configurations.
        summary: what its batches are, in a few words.
    """

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    name: ClassVar[str]
    summary: ClassVar[str]

    @property
    def monolingual_share(self) -> float | None:
        """The share of batches in one language, where all others are cross-lingual; None where they are not."""
        ...

    def kinds(self, languages: Ints) -> tuple[BatchKind, ...]:
        """Every kind that can be drawn, of these languages (columns of the data's masks)."""
        ...

    def draw(self, languages: LanguageChances, rng: np.random.Generator) -> BatchKind:
        """The kind of the next batch."""
        ...


def pairs_languages(policy: Policy) -> bool:
    """Whether the policy needs items with a query and a passage in two different languages."""
    return any(kind.pairs_languages for kind in policy.kinds(np.arange(_SOME)))
