"""Time to apply a transform to stored vectors: 1,000,000 x 384 float32, in memory and memory-mapped.

    OMP_WAIT_POLICY=PASSIVE python benchmarks/debias_apply.py [--vectors 1000000] [--repeats 3] [--folder /tmp]

Random vectors of length 1 in eleven languages. `Affine.apply` moves them with an offset for each language, or with one
matrix and the offsets, checks and normalises them, and writes them elsewhere. Against it, over the same vectors to the
same place: a plain copy (`np.copyto`), and one product with a matrix (`np.matmul`). Every repeat runs all of them in an
order of its own, the least of each one's seconds counts, and all memory has been touched before. Printed for each:
seconds, GB/s of vectors (their bytes counted once), and the ratio to a copy and to a copy plus a product. The files are
in the folder given; where memory holds them, as here, they are read from the system's cache and not from the disk.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from machine import machine

from isoglot.encoder.affine import Affine, affine

LANGUAGES = ("ar", "de", "el", "en", "es", "hi", "ru", "th", "tr", "vi", "zh")
_PART = 50_000
Vectors = npt.NDArray[np.float32]


def main() -> None:
    """Print a table for memory and one for files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--vectors", type=int, default=1_000_000)
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=None)
    asked = parser.parse_args()
    shape = (asked.vectors, asked.width)
    print(f"{shape[0]:,} x {shape[1]} float32\n{machine('numpy')}", flush=True)
    rng = np.random.default_rng(0)
    source, target = np.empty(shape, np.float32), np.zeros(shape, np.float32)
    _fill(source, rng)
    _print("in memory", source, target, asked.repeats)
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        opened = partial(np.lib.format.open_memmap, mode="w+", dtype=np.float32, shape=shape)
        mapped, out = opened(Path(folder) / "in.npy"), opened(Path(folder) / "out.npy")
        np.copyto(mapped, source)
        np.copyto(out, target)
        del source, target
        _print("memory-mapped", mapped, out, asked.repeats)


def _fill(vectors: Vectors, rng: np.random.Generator) -> None:
    for start in range(0, len(vectors), _PART):
        part = vectors[start : start + _PART]
        part[:] = rng.standard_normal(part.shape, dtype=np.float32)
        part /= np.linalg.norm(part, axis=1, keepdims=True)


def _print(where: str, source: Vectors, target: Vectors, repeats: int) -> None:
    rng = np.random.default_rng(1)
    language = rng.integers(len(LANGUAGES), size=len(source))
    shift, whole = _transforms(source.shape[1], rng)
    runs: dict[str, Callable[[], object]] = {
        "np.copyto": partial(np.copyto, target, source),
        "one product": partial(np.matmul, source, whole.matrices[0], out=target),
        "offsets": partial(shift.apply, source, language, "passage", out=target),
        "a matrix and offsets": partial(whole.apply, source, language, "passage", out=target),
    }
    seconds = dict.fromkeys(runs, float("inf"))
    for _ in range(repeats):
        for name in rng.permutation(list(runs)).tolist():
            start = time.perf_counter()
            runs[name]()
            seconds[name] = min(seconds[name], time.perf_counter() - start)
    copy, both = seconds["np.copyto"], seconds["np.copyto"] + seconds["one product"]
    print(where)
    for name, taken in seconds.items():
        print(
            f"  {name:22}{taken:7.2f} s {source.nbytes / taken / 1e9:6.2f} GB/s {taken / copy:6.2f} times a copy, "
            f"{taken / both:5.2f} times a copy and a product",
            flush=True,
        )


def _transforms(width: int, rng: np.random.Generator) -> tuple[Affine, Affine]:
    """(An offset for each language; the same with one matrix)."""
    offsets = 0.1 * rng.standard_normal((2, len(LANGUAGES) + 1, width)) / width**0.5
    matrix = rng.standard_normal((1, width, width)) / width**0.5
    return affine(LANGUAGES, width, offsets=offsets), affine(LANGUAGES, width, offsets=offsets, matrices=matrix)


if __name__ == "__main__":
    main()
