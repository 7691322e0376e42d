"""Time to encode multilingual text: isoglot's `embed` against `SentenceTransformer.encode`, with the same prompts.

    ISOGLOT_MIRROR=... OMP_WAIT_POLICY=PASSIVE python benchmarks/encoding.py [--texts 1500] [--repeats 3]

Half of the texts are questions and half sentences, drawn from a collection in all its languages; the encoder runs on
the CPU. Every repeat runs all competitors, in an order of its own, and a ratio is taken within a repeat: what else the
machine does then weighs on both sides. Printed for each of sentence-transformers' batch sizes (32 is its default): the
seconds, the median and range of the ratios to `embed`, the same in seconds of processor time (which other processes
disturb less), padding (tokens with padding / tokens) and how far the vectors are apart at most; it must be under 1e-5.
Nothing is read from the cache of embeddings.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from machine import machine
from sentence_transformers import SentenceTransformer

from isoglot.data.collection import Collection
from isoglot.data.load import load_collection
from isoglot.encoder.embed import embed
from isoglot.encoder.load import load_encoder

Vectors = npt.NDArray[np.float32]
_OURS = "isoglot embed"


def main() -> None:
    """Print the table."""
    asked = _arguments()
    model = load_encoder(asked.encoder).to("cpu")
    texts = _sample(load_collection(asked.collection), asked.texts // 2)
    count, characters = sum(map(len, texts)), sum(len(text) for side in texts for text in side)
    print(f"{asked.encoder} on {count:,} texts of {asked.collection}, {characters / count:.0f} characters on average")
    print(machine("torch", "sentence-transformers", "transformers", "tokenizers"))
    runs = {_OURS: _Runs(partial(_isoglot, model, *texts))}
    runs |= {
        f"encode, batch size {size}": _Runs(partial(_peer, model, *texts, size=size)) for size in asked.batch_sizes
    }
    _isoglot(model, *(side[:32] for side in texts))  # so that the first in turn does not pay for the start
    _time_in_turns(runs, model, asked.repeats)
    for name, run in runs.items():
        print(f"{name:24} {run.line(runs[_OURS])}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--encoder", default="e5-small")
    parser.add_argument("--collection", default="xquad-r")
    parser.add_argument("--texts", type=int, default=1_500)
    parser.add_argument("--batch-sizes", type=int, nargs="+", default=[32, 8])
    parser.add_argument("--repeats", type=int, default=3)
    return parser.parse_args()


def _sample(collection: Collection, each: int) -> tuple[list[str], list[str]]:
    """Questions and sentences, drawn without replacement from all languages."""
    rng = np.random.default_rng(0)
    sides = [table["text"] for table in (collection.queries, collection.passages)]
    queries, passages = (side.take(rng.choice(len(side), each, replace=False)).to_pylist() for side in sides)
    return queries, passages


def _isoglot(model: SentenceTransformer, queries: list[str], passages: list[str]) -> Vectors:
    return np.concatenate([embed(model, queries, role="query"), embed(model, passages, role="passage")])


def _peer(model: SentenceTransformer, queries: list[str], passages: list[str], *, size: int) -> Vectors:
    options: dict[str, Any] = {"batch_size": size, "show_progress_bar": False}
    return np.concatenate([model.encode_query(queries, **options), model.encode_document(passages, **options)])


@dataclass
class _Runs:
    """What is known of one competitor's runs."""

    encode: Callable[[], Vectors]
    seconds: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)  # processor seconds
    vectors: Vectors = field(default_factory=lambda: np.empty((0, 0), dtype=np.float32))
    cells: int = 0  # tokens that the encoder was given
    tokens: int = 0  # those that are not padding

    def time(self, model: SentenceTransformer) -> None:
        hook = model.register_forward_pre_hook(self._count)
        start, worked = time.perf_counter(), time.process_time()
        self.vectors = self.encode()
        self.seconds.append(time.perf_counter() - start)
        self.work.append(time.process_time() - worked)
        hook.remove()

    def line(self, ours: "_Runs") -> str:
        ratios, work = (np.divide(mine, base) for mine, base in ((self.seconds, ours.seconds), (self.work, ours.work)))
        return (
            f"{np.median(self.seconds):7.2f} s, {np.median(ratios):.2f} times embed's ({ratios.min():.2f} to "
            f"{ratios.max():.2f}); processor {np.median(self.work):.1f} s, {np.median(work):.2f} times; "
            f"padding {self.cells / self.tokens:.2f}; vectors within {np.abs(self.vectors - ours.vectors).max():.0e}"
        )

    def _count(self, _: Any, inputs: tuple[dict[str, Any], ...]) -> None:
        mask = inputs[0]["attention_mask"]
        self.cells, self.tokens = self.cells + mask.numel(), self.tokens + int(mask.sum())


def _time_in_turns(runs: dict[str, _Runs], model: SentenceTransformer, repeats: int) -> None:
    rng = np.random.default_rng(0)
    for _ in range(repeats):
        for name in rng.permutation(list(runs)).tolist():
            runs[name].time(model)


if __name__ == "__main__":
    main()
