"""A transform as plain arrays: two files of NumPy and one of JSON, for those who correct vectors they already have."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from isoglot.arguments import first_fault
from isoglot.arrays import Vectors
from isoglot.encoder.affine import Affine
from isoglot.encoder.fitted import Choice, Fitted
from isoglot.errors import DataError, EncoderError
from isoglot.files import whole_file, whole_folder, write_json
from isoglot.roles import ROLES
from isoglot.versions import versions

JSON, OFFSETS, MATRICES = "transform.json", "offsets.npy", "matrices.npy"
_FORMAT = 1
_FORMULA = (
    "y = x @ matrices[n] + offsets[r, l], where r is the role's place in roles, l the language's in languages (the "
    "last row for any other language) and n = matrix[r][l]; without the product where n is -1; with unit true, x has "
    "length 1 and y is divided by its length"
)


class _File(BaseModel):
    """transform.json."""

    model_config = ConfigDict(extra="forbid", strict=True)

    format: int = Field(ge=_FORMAT, le=_FORMAT)
    formula: str
    roles: list[str]
    languages: list[str]
    matrix: list[list[int]]
    width: int = Field(ge=1)
    unit: bool
    kind: str
    strength: float
    rank: int
    encoder: str | None
    fitted_on: dict[str, Any]
    sha256: dict[str, str]
    versions: dict[str, str]


def save_arrays(transform: Affine, folder: Path, *, fitted: Fitted) -> None:
    """Write ``offsets.npy``, ``matrices.npy`` and ``transform.json``, which says what they are.

    Args:
        folder: appears whole or not at all.

    Raises:
        StorageError: the folder is there already, or the disk is full.
    """
    with whole_folder(folder) as part:
        for name, array in ((OFFSETS, transform.offsets), (MATRICES, transform.matrices)):
            with whole_file(part / name) as path, path.open("wb") as file:
                np.save(file, array, allow_pickle=False)
        described = _File(
            format=_FORMAT,
            formula=_FORMULA,
            roles=list(ROLES),
            languages=list(transform.languages),
            matrix=transform.matrix.tolist(),
            width=transform.width,
            unit=transform.unit,
            kind=fitted.choice.kind,
            strength=fitted.choice.strength,
            rank=fitted.choice.rank,
            encoder=fitted.encoder,
            fitted_on=dict(fitted.on),
            sha256={name: _digest(part / name) for name in (OFFSETS, MATRICES)},
            versions=versions(),
        )
        write_json(described.model_dump(), part / JSON)


def load_arrays(folder: Path, *, encoder: str | None = None) -> tuple[Affine, Fitted]:
    """Read what :func:`save_arrays` wrote; the transform is the same to the bit.

    Args:
        encoder: the fingerprint of the encoder whose vectors are to be transformed; not compared if left out.

    Raises:
        DataError: a file is missing, damaged, or does not belong to the others.
        EncoderError: the transform was fitted for another encoder.
    """
    described = _described(folder / JSON)
    if encoder is not None and described.encoder is not None and encoder != described.encoder:
        raise EncoderError(
            f"{folder / JSON}: this transform was fitted for the encoder {described.encoder[:12]}, but these vectors "
            f"are of {encoder[:12]}: fit one for it."
        )
    rows = len(described.languages) + 1
    offsets = _array(folder / OFFSETS, described, (len(ROLES), rows, described.width))
    matrices = _array(folder / MATRICES, described, (None, described.width, described.width))
    matrix = [number for row in described.matrix for number in row]
    if [len(row) for row in described.matrix] != [rows] * len(ROLES) or not all(
        -1 <= number < len(matrices) for number in matrix
    ):
        raise DataError(f"{folder / JSON}: 'matrix' must hold {len(ROLES)} x {rows} numbers below {len(matrices)}.")
    transform = Affine(
        languages=tuple(described.languages),
        offsets=offsets,
        matrices=matrices,
        matrix=np.array(described.matrix, dtype=np.int64),
        unit=described.unit,
    )
    choice = Choice(kind=described.kind, strength=described.strength, rank=described.rank)
    return transform, Fitted(choice=choice, encoder=described.encoder, on=described.fitted_on)


def _described(path: Path) -> _File:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found = _File.model_validate(content)
    except FileNotFoundError as error:
        raise DataError(f"{path}: no such file; give a folder that isoglot debias wrote.") from error
    except ValidationError as error:
        place, why = first_fault(error, content)
        raise DataError(f"{path}: {'.'.join(place)!r} {why}; export it again.") from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: not JSON ({error}); export it again.") from error
    if found.roles != list(ROLES):
        raise DataError(f"{path}: 'roles' must be {list(ROLES)}, but are {found.roles}.")
    return found


def _array(path: Path, described: _File, shape: tuple[int | None, ...]) -> Vectors:
    if not path.is_file():
        raise DataError(f"{path}: no such file, though {JSON} is there; export it again.")
    if _digest(path) != described.sha256.get(path.name):
        raise DataError(f"{path}: not the file that {JSON} describes; export both again.")
    array = np.load(path, allow_pickle=False)
    fits = array.ndim == len(shape) and all(
        wanted in (None, size) for wanted, size in zip(shape, array.shape, strict=True)
    )
    if array.dtype != np.float32 or not fits or not np.isfinite(array).all():
        raise DataError(f"{path}: must hold finite float32 of shape {shape}, but holds {array.dtype} {array.shape}.")
    result: Vectors = array
    return result


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
