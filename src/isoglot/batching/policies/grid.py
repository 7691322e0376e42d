"""The grid policy: items times languages."""

from itertools import combinations
from typing import Annotated, ClassVar

import numpy as np

from isoglot.arguments import Integer, option_record, within
from isoglot.arrays import Ints
from isoglot.batching.policies.chances import LanguageChances
from isoglot.batching.policies.kinds import BatchKind, SeveralLanguages
from isoglot.batching.policies.policy import Policy
from isoglot.limits import PAIRS


@option_record(kw_only=False)
class Grid(Policy):
    """Each item of the batch in ``k`` languages, the same for all of them, drawn for each batch.

    Example::

        >>> sampler = isoglot.batch_sampler(isoglot.Grid(k=2))

    A batch of 32 pairs with k = 2 is 16 items in two languages: every query has its passage in both languages as
    positives, and the other items' passages in both as negatives. Translations in one batch are false negatives to a
    plain InfoNCE; the training loss counts an item's passages as positives.

    Raises:
        ConfigError: ``k`` below 2.
    """

    name: ClassVar[str] = "grid"
    summary: ClassVar[str] = "each item in k languages, the same for the whole batch"

    k: Annotated[Integer, within(PAIRS)] = 2

    @property
    def monolingual_share(self) -> float:
        return 0.0

    def kinds(self, languages: Ints) -> tuple[BatchKind, ...]:
        return tuple(SeveralLanguages(columns) for columns in combinations(languages.tolist(), self.k))

    def draw(self, languages: LanguageChances, rng: np.random.Generator) -> BatchKind:
        return SeveralLanguages(tuple(sorted(languages.some(self.k, rng))))
