"""Boilerplate: a text that stands in many groups of items, such as "See also" or a notice on every page."""

import numpy as np

from isoglot.arrays import Bools, Ints
from isoglot.cleaning.config import BoilerplateConfig
from isoglot.cleaning.texts import Masks, RemainingTexts
from isoglot.progress import Progress, StartProgress
from isoglot.roles import ROLES, Role
from isoglot.text.normal import normal_form


class BoilerplateCheck:
    """Texts that stand, in their language and on their side, in more groups than they may."""

    name = "boilerplate"

    def __init__(self, config: BoilerplateConfig) -> None:
        self._groups = config.groups

    def faults(self, texts: RemainingTexts, begin: StartProgress) -> Masks:
        """See :class:`isoglot.cleaning.texts.Check`. Memory: eight bytes a text."""
        told = begin(self.name, len(texts) + sum(int(texts.left[side].sum()) for side in ROLES))
        found = texts.none()
        for side, digests in normal_digests(texts, told).items():
            for number in range(len(texts.languages)):
                left = np.flatnonzero(texts.left[side][:, number])
                found[side][left, number] = self._frequent(digests[left, number], texts.groups[left])
                told(len(left))
        return found

    def _frequent(self, digests: Ints, groups: Ints) -> Bools:
        """(texts,) bool."""
        pairs = np.unique(np.stack([digests, groups], axis=1), axis=0)
        values, counts = np.unique(pairs[:, 0], return_counts=True)
        return np.isin(digests, values[counts > self._groups])


def normal_digests(texts: RemainingTexts, progress: Progress) -> dict[Role, Ints]:
    """For each side (items, languages) int64: the same for texts of one normal form; 0 where that is empty."""
    digests = {side: np.zeros(texts.left[side].shape, dtype=np.int64) for side in ROLES}
    for block in texts.blocks():
        for side in ROLES:
            digests[side][block.span] = block.digests(side, form=normal_form)
        progress(len(block))
    return digests
