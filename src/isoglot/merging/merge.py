"""From a start encoder and a trained one to their average, at a weight that is given or chosen on development data."""

import os
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Literal

import torch
from sentence_transformers import SentenceTransformer

from isoglot.arguments import Several, checked
from isoglot.encoder.exported import check_weights
from isoglot.encoder.folders import NAMES
from isoglot.encoder.load import load_encoder, repair_of
from isoglot.errors import ConfigError, EncoderError
from isoglot.evaluation.guard.criterion import Criterion
from isoglot.evaluation.guard.criterionchoice import CriterionChoice
from isoglot.files import given_name
from isoglot.merging.alike import check_alike
from isoglot.merging.interpolation import Interpolation
from isoglot.merging.merged import Merged, Parent
from isoglot.progress import StartProgress

WEIGHTS = tuple(fifth / 5 for fifth in range(1, 6))

Dtype = Literal["float32", "bfloat16"]


@checked
def merge(
    start: str | Path,
    trained: str | Path,
    *,
    weight: float | Criterion,
    weights: Several[float] = WEIGHTS,
    dtype: Dtype | None = None,
    progress: StartProgress | None = None,
) -> Merged:
    """Average the weights of a trained encoder and of the one that it was trained from.

    Example::

        >>> isoglot.merge("e5-small", "runs/hybrid", weight=0.6).save("merged")

    Args:
        start: an encoder by name, as of :func:`isoglot.encoder.load.load_encoder`.
        trained: the encoder that training made of it, likewise.
        weight: the trained one's share, above 0 and at most 1; or the criterion that chooses it.
        weights: what a criterion chooses from; of equals the earlier one is taken.
        dtype: of the weights with which development texts are encoded for the choice; None is each encoder's own. The
            merged encoder is of the trained one's type whatever this is.
        progress: begins the encoding and the ranking of development collections.

    Raises:
        ConfigError: a weight that is not above 0 and at most 1.
        EncoderError: an encoder cannot be loaded or is repaired, both are the same, or they are too different to be
            merged (:func:`isoglot.merging.alike.check_alike`).
        DataError: the record of the trained encoder's training cannot be read.
    """
    start, trained = (str(given_name(name, NAMES)) for name in (start, trained))
    tried = weights if isinstance(weight, Criterion) else [weight]
    for one in tried:
        check_weight(one)
    _check_names(start, trained)
    encoders = load_encoder(start), load_encoder(trained)
    parents = Parent.of(start, encoders[0]), Parent.of(trained, encoders[1])
    if parents[0].fingerprint == parents[1].fingerprint:
        raise EncoderError(_same(start, trained))
    check_alike(*encoders, (start, trained))
    choice, share = (
        _choose(weight, encoders, tried, dtype and getattr(torch, dtype), progress)
        if isinstance(weight, Criterion)
        else (None, weight)
    )
    return Merged(
        encoder=None if share is None else Interpolation(*encoders).at(share),
        weight=share,
        start=parents[0],
        trained=parents[1],
        choice=choice,
    )


def check_weight(weight: float) -> None:
    """Refuse what is no share of the trained encoder.

    Raises:
        ConfigError: it is not above 0 and at most 1.
    """
    if not 0 < weight <= 1:
        raise ConfigError(f"the weight must be above 0 (the start encoder) and at most 1, but is {weight}.")


def _check_names(start: str, trained: str) -> None:
    paths = [Path(name).expanduser() for name in (start, trained)]
    if start == trained or (all(path.is_dir() for path in paths) and os.path.samefile(*paths)):
        raise EncoderError(_same(start, trained))
    for name in (start, trained):
        check_weights(name, to="be merged")
        if repair_of(name) is not None:
            raise EncoderError(
                f"encoder {name!r} is repaired: merge the encoder that it was made from, and repair what comes of it."
            )


def _same(start: str, trained: str) -> str:
    return f"{start!r} and {trained!r} are one encoder: name the start encoder first, then the trained one."


def _choose(
    criterion: Criterion,
    encoders: tuple[SentenceTransformer, SentenceTransformer],
    weights: Sequence[float],
    dtype: torch.dtype | None,
    progress: StartProgress | None,
) -> tuple[CriterionChoice, float | None]:
    """The choice, and the weight; None is the start encoder."""
    start = encoders[0] if dtype is None else deepcopy(encoders[0]).to(dtype=dtype)
    before = criterion.measure(start, progress=progress)
    named = {f"{weight:g}": weight for weight in weights}
    between = Interpolation(*encoders, dtype=dtype)
    found = {name: criterion.measure(between.at(weight), progress=progress) for name, weight in named.items()}
    choice = criterion.choose(before, found)
    return choice, None if choice.choice is None else named[choice.choice]
