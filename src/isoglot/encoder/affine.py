"""The one form of every transform of vectors: a matrix and an offset, which depend on the text's language and role."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from isoglot.arrays import Floats, Ints, Vectors
from isoglot.errors import ConfigError, EncoderError
from isoglot.roles import ROLES, Role

_TILE_BYTES = 1 << 20  # of vectors at a time: they, their offsets and the sums stay in a core's cache
_THREADS = os.cpu_count() or 2
_UNIT = 1e-3  # how far from 1 a length may be; half precision is within it


@dataclass(frozen=True, eq=False)
class Affine:
    """``x -> x @ matrix + offset``, scaled to length 1 again.

    A text of a language that is none of ``languages`` has the last row: no language's.

    Attributes:
        languages: sorted.
        offsets: (2, languages + 1, width) float32; roles in the order of ``ROLES``.
        matrices: (n, width, width) float32; none where nothing is multiplied.
        matrix: (2, languages + 1) int64, which matrix each has; -1 for none.
        unit: vectors have length 1, before and after (cosine); False leaves lengths alone (dot product).
    """

    languages: tuple[str, ...]
    offsets: Vectors
    matrices: Vectors
    matrix: Ints
    unit: bool = True

    @property
    def width(self) -> int:
        """Of a vector."""
        return int(self.offsets.shape[2])

    @property
    def by_language(self) -> bool:
        """Whether a text's language must be known."""
        same = all((rows == rows[0]).all() for rows in self.offsets) and all(
            (row == row[0]).all() for row in self.matrix
        )
        return not same

    def apply(self, vectors: Vectors, language: Ints, role: Role, *, out: Vectors | None = None) -> Vectors:
        """Transform vectors, a tile at a time.

        Args:
            vectors: (n, width) float32; may be memory-mapped.
            language: (n,) int64, index into ``languages``; ``len(languages)`` for any other.
            role: which side of the search they are on.
            out: (n, width) float32 to write to, which may be memory-mapped, or be ``vectors`` (nothing is then moved
                before all are found sound); a new array if left out.

        Raises:
            EncoderError: vectors of another width, not finite, or (where ``unit``) not of length 1; the zero vector
                that some encoders give an empty text is moved as the others are.
            ConfigError: not one language for each vector.
        """
        self._check(vectors, language)
        result = np.empty(vectors.shape, dtype=np.float32) if out is None else out
        spans = self._spans(len(vectors))
        if np.may_share_memory(vectors, result):  # what is found wrong half-way must not leave half of them moved
            for span in spans:
                _check_values(_floats(vectors[span]), span.start, unit=self.unit)
        number = ROLES.index(role)

        def move(span: slice) -> None:
            self._tile(_floats(vectors[span]), language[span], number, span.start, result[span])

        if len(spans) == 1:  # such as one query's, for which threads and their limits take longer than the product
            move(spans[0])
            return result
        # A product's own threads share a tile, which is too small for them: a tile each is twice as fast.
        with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(_THREADS) as threads:
            for _ in threads.map(move, spans):
                pass
        return result

    def _spans(self, count: int) -> list[slice]:
        tile = max(1, _TILE_BYTES // (4 * self.width))
        return [slice(start, min(start + tile, count)) for start in range(0, count, tile)]

    def _tile(self, vectors: Vectors, language: Ints, role: int, start: int, out: Vectors) -> None:
        _check_values(vectors, start, unit=self.unit)
        offsets = self.offsets[role].take(language, axis=0)
        moved = np.add(self._multiplied(vectors, self.matrix[role][language]), offsets, out=offsets)
        if self.unit:
            np.multiply(moved, _scales(moved), out=out)
        else:
            out[:] = moved

    def _multiplied(self, vectors: Vectors, matrix: Ints) -> Vectors:
        if not len(self.matrices):
            return vectors
        numbers = np.unique(matrix).tolist()
        if len(numbers) == 1:
            return vectors if numbers[0] < 0 else vectors @ self.matrices[numbers[0]]
        result = vectors.copy()
        for number in numbers:
            if number >= 0:
                here = np.flatnonzero(matrix == number)
                result[here] = vectors[here] @ self.matrices[number]
        return result

    def _check(self, vectors: Vectors, language: Ints) -> None:
        if vectors.ndim != 2 or vectors.shape[1] != self.width:
            raise EncoderError(
                f"the vectors have shape {vectors.shape}, but this transform is for (n, {self.width}): they must "
                "come from the encoder it was fitted for."
            )
        if language.shape != (len(vectors),):
            raise ConfigError(f"{len(vectors):,} vectors need as many languages, but got {language.shape}.")
        if len(language) and not 0 <= language.min() <= language.max() <= len(self.languages):
            raise ConfigError(f"languages must be numbers from 0 to {len(self.languages)}.")


def affine(
    languages: tuple[str, ...],
    width: int,
    *,
    offsets: Floats | None = None,
    matrices: Floats | None = None,
    matrix: Ints | None = None,
    unit: bool = True,
) -> Affine:
    """An :class:`Affine` from arrays of any float type; what is left out does nothing.

    Args:
        offsets: (2, languages + 1, width).
        matrices: (n, width, width).
        matrix: (2, languages + 1) int64; if left out, all have the first matrix where there is one.
    """
    shape = (len(ROLES), len(languages) + 1)
    if offsets is None:
        offsets = np.zeros((*shape, width))
    if matrices is None:
        matrices = np.zeros((0, width, width))
    if matrix is None:
        matrix = np.full(shape, 0 if len(matrices) else -1, dtype=np.int64)
    return Affine(
        languages=languages,
        offsets=offsets.astype(np.float32),
        matrices=matrices.astype(np.float32),
        matrix=matrix,
        unit=unit,
    )


def _floats(vectors: npt.NDArray[np.floating]) -> Vectors:
    return np.asarray(vectors, dtype=np.float32)


def _check_values(vectors: Vectors, start: int, *, unit: bool) -> None:
    squares = np.vecdot(vectors, vectors)
    if not np.isfinite(squares).all():
        raise EncoderError(f"vector {start + int(np.argmin(np.isfinite(squares)))} holds NaN or infinite values.")
    off = np.where(squares == 0, 0, np.abs(squares - 1))
    if unit and len(squares) and off.max() > 2 * _UNIT:
        worst = int(off.argmax())
        raise EncoderError(
            f"vector {start + worst} has length {squares[worst] ** 0.5:.3g}, but this transform is for vectors of "
            "length 1: normalise them first."
        )


def _scales(vectors: Vectors) -> Vectors:
    """(n, 1) what makes lengths 1; a vector that was moved to nothing stays there."""
    lengths = np.sqrt(np.vecdot(vectors, vectors))[:, None]
    lengths[lengths == 0] = 1
    scales: Vectors = 1 / lengths
    return scales


def numbers_of(tags: Iterator[str] | list[str], languages: tuple[str, ...]) -> Ints:
    """(n,) int64, each tag's place in ``languages``, their number for any other."""
    place = {tag: number for number, tag in enumerate(languages)}
    return np.array([place.get(tag, len(languages)) for tag in tags], dtype=np.int64)
