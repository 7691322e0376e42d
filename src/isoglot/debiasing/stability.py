"""How far the languages' offsets depend on the texts that they were fitted on."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from isoglot.arrays import Floats
from isoglot.debiasing.sample import LEAST, Sample
from isoglot.roles import ROLES, Role
from isoglot.wording import enumerated, listed


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Offsets from two samples of texts.

    An offset is a language's mean less the mean of those of the languages that both samples have, by role.

    Attributes:
        between: what was compared, such as ``two halves of the texts``.
        cosine: language -> cosine of its two offsets, the lower of the roles: 1 where both samples move it alike.
    """

    between: str
    cosine: dict[str, float]

    def __str__(self) -> str:
        """``offsets from two halves of the texts agree: cosine .97 on average, least for th (.91)``."""
        worst = min(self.cosine, key=lambda tag: self.cosine[tag])
        mean = float(np.mean(list(self.cosine.values())))
        return f"cosine of offsets from {self.between}: {mean:.2f} on average, least {self.cosine[worst]:.2f} ({worst})"

    def to_json(self) -> dict[str, Any]:
        """``{"between": .., "cosine": {"de": .., ..}}``."""
        return {"between": self.between, "cosine": {tag: round(value, 4) for tag, value in self.cosine.items()}}


def warn_of_alone(sample: Sample) -> None:
    """Warn of languages whose passages have too few items in common with the others' to be compared by them."""
    part = sample.balances["passage"].part
    sizes = np.bincount(part)
    together = sizes.argmax() if sizes.max() > 1 else -1
    alone = [tag for tag, own in zip(sample.languages, part, strict=True) if own != together]
    if alone:
        warnings.warn(
            f"{listed(alone, things='languages')}: fewer than {LEAST} passages are translations of other languages' "
            "passages, so that a topic of their texts may be taken for the language; fit on more translations.",
            stacklevel=3,
        )


def halves(sample: Sample, *, seed: int = 0) -> Agreement:
    """Two halves of the items, drawn by lot."""
    most = 1 + max(int(found.max()) for role in ROLES for found in sample.groups[role].values())
    first = np.random.default_rng(seed).permutation(most) < most // 2
    one, other = (
        sample.of_texts({role: {tag: half[own] for tag, own in sample.groups[role].items()} for role in ROLES})
        for half in (first, ~first)
    )
    return agreement(one, other, "two halves")


def corpora(samples: Sequence[Sample], names: Sequence[str]) -> list[Agreement]:
    """Each corpus against all that came before it."""
    found = []
    for number in range(1, len(samples)):
        for other in range(number):
            common = set(samples[number].languages) & set(samples[other].languages)
            if len(common) > 2:
                found.append(agreement(samples[other], samples[number], enumerated([names[other], names[number]])))
    return found


def agreement(one: Sample, other: Sample, between: str) -> Agreement:
    """Compare the offsets of the languages that both have two texts of in either role."""
    common = [tag for tag in one.languages if min(one.sizes()[tag], other.sizes().get(tag, 0)) > 1]
    lowest = np.min([_cosines(one, other, role, common) for role in ROLES], axis=0)
    return Agreement(between=between, cosine=dict(zip(common, lowest.tolist(), strict=True)))


def _cosines(one: Sample, other: Sample, role: Role, languages: Sequence[str]) -> Floats:
    """(languages,)"""
    sides = [_offsets(sample, role, languages) for sample in (one, other)]
    cosines: Floats = np.einsum("lw,lw->l", *sides)
    return cosines


def _offsets(sample: Sample, role: Role, languages: Sequence[str]) -> Floats:
    """(languages, width) of length 1."""
    means = sample.balances[role].means[[sample.languages.index(tag) for tag in languages]]
    offsets = means - means.mean(axis=0)
    unit: Floats = offsets / np.maximum(np.linalg.norm(offsets, axis=1, keepdims=True), np.finfo(float).tiny)
    return unit
