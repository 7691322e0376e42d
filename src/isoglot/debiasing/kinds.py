"""The transforms by name, and those that are tried when one is chosen."""

from collections.abc import Callable
from dataclasses import dataclass

from isoglot.debiasing.affine import Affine
from isoglot.debiasing.centring import fit_centring
from isoglot.debiasing.directions import fit_directions, fit_lir
from isoglot.debiasing.leace import fit_leace
from isoglot.debiasing.origin import to_origin
from isoglot.debiasing.sample import Sample
from isoglot.debiasing.shift import fit_shift
from isoglot.errors import ConfigError

Fit = Callable[[Sample, float, int, bool], Affine]
"""(Sample, strength, rank, unit) -> the transform; the rank is 0 where the kind has none."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of transform.

    Attributes:
        fit: see :data:`Fit`.
        strengths: to try.
        ranks: to try; (0,) where the kind has no rank.
        what: it does, in words.
    """

    fit: Fit
    strengths: tuple[float, ...]
    ranks: tuple[int, ...] = (0,)
    what: str


def _to_origin(fit: Fit) -> Fit:
    return lambda sample, strength, rank, unit: to_origin(fit(sample, strength, rank, unit), sample, strength=strength)


KINDS: dict[str, Kind] = {
    "centring": Kind(
        fit=lambda sample, strength, rank, unit: fit_centring(sample, strength=strength, unit=unit),
        strengths=(0.5, 0.75, 1.0),
        what="every language's mean onto the common mean",
    ),
    "centring-index": Kind(
        fit=lambda sample, strength, rank, unit: fit_centring(sample, strength=strength, passages_only=True, unit=unit),
        strengths=(0.5, 0.75, 1.0),
        what="the same of passages alone, queries as they are",
    ),
    "shift": Kind(
        fit=lambda sample, strength, rank, unit: fit_shift(sample, strength=strength, unit=unit),
        strengths=(0.5, 1.0),
        what="passages by the mean difference between translations, onto one language",
    ),
    "directions": Kind(
        fit=lambda sample, strength, rank, unit: fit_directions(sample, strength=strength, rank=rank, unit=unit),
        strengths=(1.0,),
        ranks=(4, 16),
        what="the directions in which the languages' means spread most removed, whatever the language",
    ),
    "lir": Kind(
        fit=lambda sample, strength, rank, unit: fit_lir(sample, strength=strength, rank=rank, unit=unit),
        strengths=(1.0,),
        ranks=(1, 4),
        what="each language's own first principal components removed",
    ),
    "leace": Kind(
        fit=lambda sample, strength, rank, unit: fit_leace(sample, strength=strength, unit=unit),
        strengths=(0.5, 1.0),
        what="all that tells languages apart linearly erased, whatever the language",
    ),
    "centring-origin": Kind(
        fit=_to_origin(lambda sample, strength, rank, unit: fit_centring(sample, strength=strength, unit=unit)),
        strengths=(0.5, 1.0),
        what="every language's mean onto the origin, so that the common mean goes too",
    ),
    "directions-origin": Kind(
        fit=_to_origin(
            lambda sample, strength, rank, unit: fit_directions(sample, strength=strength, rank=rank, unit=unit)
        ),
        strengths=(0.5, 1.0),
        ranks=(16,),
        what="directions, then the common mean onto the origin",
    ),
    "leace-origin": Kind(
        fit=_to_origin(lambda sample, strength, rank, unit: fit_leace(sample, strength=strength, unit=unit)),
        strengths=(0.5, 1.0),
        what="leace, then the common mean onto the origin",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One transform of a kind.

    Attributes:
        kind: a name of ``KINDS``.
        strength: 0 does nothing, 1 everything.
        rank: how many directions, where the kind removes some; else 0.
    """

    kind: str
    strength: float = 1.0
    rank: int = 0

    def __str__(self) -> str:
        return f"{self.kind}, strength {self.strength:g}" + (f", rank {self.rank}" if self.rank else "")


def fit(sample: Sample, choice: Choice, *, unit: bool = True) -> Affine:
    """Fit a transform.

    Raises:
        ConfigError: no such kind, or a strength or rank that it cannot have.
    """
    kind = KINDS.get(choice.kind)
    if kind is None:
        raise ConfigError(f"unknown transform {choice.kind!r}; known: {', '.join(KINDS)}.")
    if not 0 < choice.strength <= 1:
        raise ConfigError(f"strength must be above 0 and at most 1, but is {choice.strength}.")
    if kind.ranks == (0,) and choice.rank:
        raise ConfigError(f"{choice.kind} has no rank; leave it out.")
    if kind.ranks != (0,) and not 0 < choice.rank < sample.width:
        raise ConfigError(f"{choice.kind} needs a rank from 1 to {sample.width - 1}, but got {choice.rank}.")
    return kind.fit(sample, choice.strength, choice.rank, unit)


def choices() -> tuple[Choice, ...]:
    """All that are tried."""
    return tuple(
        Choice(kind=name, strength=strength, rank=rank)
        for name, kind in KINDS.items()
        for rank in kind.ranks
        for strength in kind.strengths
    )
