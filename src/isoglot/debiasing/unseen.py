"""Languages that a transform was not fitted on."""

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from isoglot.encoder.affine import Affine
from isoglot.languages import english_name, script

Policy = Literal["leave", "common", "script"]
"""``leave``: as the encoder gives them; ``common``: what is done whatever the language; ``script``: the mean offset of
the fitted languages in the same script, ``common`` where there is none."""


def with_unseen(transform: Affine, languages: Iterable[str], policy: Policy) -> Affine:
    """The transform with these languages added where they are missing, after a warning that names them.

    Args:
        languages: BCP 47 codes of the texts at hand.
        policy: see :data:`Policy`.
    """
    missing = sorted(set(languages) - set(transform.languages))
    if not missing or not transform.by_language:
        return transform
    names = ", ".join(f"{english_name(tag)} ({tag})" for tag in missing)
    warnings.warn(
        f"the transform was not fitted on {names}: policy {policy!r} for them; fit it on texts that have them.",
        stacklevel=2,
    )
    rows = [_row(transform, tag, policy) for tag in missing]
    order = np.argsort([*transform.languages, *missing])
    offsets = [transform.offsets[:, :-1], *(offset[:, None] for offset, _ in rows)]
    matrix = [transform.matrix[:, :-1], *(number[:, None] for _, number in rows)]
    return replace(
        transform,
        languages=tuple(sorted([*transform.languages, *missing])),
        offsets=np.concatenate([np.concatenate(offsets, axis=1)[:, order], transform.offsets[:, -1:]], axis=1),
        matrix=np.concatenate([np.concatenate(matrix, axis=1)[:, order], transform.matrix[:, -1:]], axis=1),
    )


def _row(transform: Affine, tag: str, policy: Policy) -> tuple[np.ndarray, np.ndarray]:
    """((2, width) offsets, (2,) matrices) of a language that was not fitted."""
    offset, matrix = transform.offsets[:, -1], transform.matrix[:, -1]
    if policy == "leave":
        return np.zeros_like(offset), np.full_like(matrix, -1)
    same = _of_script(transform.languages, tag)
    if policy == "script" and same:
        return transform.offsets[:, same].mean(axis=1), matrix
    return offset, matrix


def _of_script(languages: Sequence[str], tag: str) -> list[int]:
    wanted = script(tag)
    return [number for number, language in enumerate(languages) if script(language) == wanted]
