"""What it saves to compute frozen layers once for a text, in training and in embedding.

    ISOGLOT_MIRROR=... OMP_NUM_THREADS=1 python benchmarks/prefix.py [--texts 2000] [--steps 5] [--precision fp32]

Texts are half questions and half sentences of a collection, in all its languages. Each job is done without the cache
(plain), with an empty one (fill) and with a full one (read). Printed are seconds of processor time, for all texts or a
step, how far vectors and losses are from the plain ones, and what is on disk. The cache is a temporary folder, with a
copy of the encoder.
"""

import argparse
import os
import shutil
import tempfile
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np

from isoglot.cache import CACHE_VARIABLE, cache_dir
from isoglot.data.load import load_collection
from isoglot.encoder.embed import embed
from isoglot.encoder.load import load_encoder
from isoglot.encoder.prefix import FrozenPrefix
from isoglot.training.train import train

_LAYERS, _BUDGET_MIB = 8, 20_000
_JOBS = ("plain", "fill", "read")


def main() -> None:
    """Measure both in a cache of their own."""
    asked = _arguments()
    load_encoder("e5-small")  # made once, where it is not there yet
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(cache_dir() / "encoders", Path(folder) / "cache" / "encoders")
        os.environ[CACHE_VARIABLE] = str(Path(folder) / "cache")
        if asked.texts:
            _embedding(asked.collection, asked.texts)
        if asked.steps:
            _training(Path(folder), asked)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--collection", default="xquad-r")
    parser.add_argument("--texts", type=int, default=2_000)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--train", default="libreoffice-help/train")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    return parser.parse_args()


def _embedding(name: str, count: int) -> None:
    model, collection, rng = load_encoder("e5-small").to("cpu"), load_collection(name), np.random.default_rng(0)
    prefix = FrozenPrefix(model, _LAYERS, name="e5-small")
    sides = (collection.queries["text"], collection.passages["text"])
    queries, passages = (side.take(rng.choice(len(side), count // 2, replace=False)) for side in sides)
    plain = np.empty(0)
    for job in _JOBS:
        how: AbstractContextManager[None] = nullcontext() if job == "plain" else prefix.kept(budget=_BUDGET_MIB << 20)
        began = time.process_time()
        with how:
            sides_encoded = embed(model, queries, role="query"), embed(model, passages, role="passage")
        seconds, vectors = time.process_time() - began, np.concatenate(sides_encoded)
        plain = vectors if job == "plain" else plain
        _tell(f"{count:,} texts, {job}", seconds, f"vectors differ by {abs(vectors - plain).max():.1e}")


def _tell(what: str, seconds: float, apart: str) -> None:
    shards = (cache_dir() / "prefixes").rglob("*.shard")
    disk = sum(path.stat().st_size for path in shards) / 1e6
    print(f"{what:20} {seconds:6.2f} s, {disk:,.1f} MB on disk, {apart}", flush=True)


def _training(folder: Path, asked: argparse.Namespace) -> None:
    plain: list[float] = []
    for job in _JOBS:
        at: list[float] = []
        losses: list[float] = []

        def report(entry: dict[str, Any], at: list[float] = at, losses: list[float] = losses) -> None:
            if "loss" in entry:
                at.append(time.process_time())
                losses.append(entry["loss"])

        train(_config(folder / job, asked, kept=job != "plain"), report=report)
        plain = losses if job == "plain" else plain
        apart = max(abs(one - other) for one, other in zip(losses, plain, strict=True))
        _tell(f"a step, {job}", (at[-1] - at[0]) / (len(at) - 1), f"losses differ by {apart:.1e}")


def _config(output: Path, asked: argparse.Namespace, *, kept: bool) -> dict[str, Any]:
    frozen = {"freeze_embeddings": True, "freeze_layers": _LAYERS, "trim_vocabulary": True}
    return {
        "output": str(output),
        "encoder": {
            "name": "e5-small",
            "query_tokens": 32,
            "passage_tokens": 64,
            **frozen,
            **({"prefix_cache_mib": _BUDGET_MIB} if kept else {}),
        },
        "data": {"train": [asked.train], "languages": ["de", "en", "es", "ru", "zh"], "max_items": 2_000},
        "batch": {"policy": "hybrid", "size": 32},
        "optimization": {"steps": asked.steps, "log_every": 1, "precision": asked.precision, "temperature": 0.02},
    }


if __name__ == "__main__":
    main()
