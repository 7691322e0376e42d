"""Evaluate the seeds of a trained model on XQuAD-R and MLQA-R and write the headline.

    python benchmarks/headline.py runs/seed-0 runs/seed-1 runs/seed-2 --output docs/results/headline.json

Each folder is a seed of one recipe. XQuAD-R's first ten articles were seen when the recipe's starting points
were tried, so the other 38 are reported apart. Needs the data sets (ISOGLOT_MIRROR, or a network) and some ten minutes
a seed on two cores.
"""

import argparse
import hashlib
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from machine import machine

from isoglot.data.collection import Collection
from isoglot.data.load import load_collection
from isoglot.encoder.load import load_encoder
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate
from isoglot.evaluation.measures import parse_measure
from isoglot.evaluation.results import CollectionResult
from isoglot.files import write_json

_TESTS = ("xquad-r", "mlqa-r")
_UNSEEN = "xquad-r, 38 articles"
_SEEN = 10  # articles, the first of every language's file
_SETTINGS = ("mono", "cross", "multi")


def main() -> None:
    """Evaluate, then write: nothing is written unless all of it is there."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument(
        "--dtype", choices=("float32", "bfloat16"), default="float32", help="of the weights, to measure"
    )
    asked = parser.parse_args()
    tests = [load_collection(name) for name in _TESTS]
    tests.append(_without_seen(tests[0]))
    seeds = [_measured(model, asked.dtype, tests) for model in asked.models]
    names = list(seeds[0]["results"])
    values = {name: _values([seed["results"][name] for seed in seeds]) for name in names}
    content = {
        **{name: {key: statistics.fmean(seen) for key, seen in table.items()} for name, table in values.items()},
        "sd": {name: {key: _sd(seen) for key, seen in table.items()} for name, table in values.items()},
        "per_seed": seeds,
        "command": " ".join(["python", *sys.argv]),
        "commit": _commit(),
        "model_sha256": [seed["model_sha256"] for seed in seeds],
        "machine": machine("torch", "sentence-transformers"),
    }
    write_json(content, asked.output)
    for name in names:
        print(name, {key: round(content[name][key], 4) for key in content[name]})


def _measured(model: Path, dtype: Any, tests: Sequence[Collection]) -> dict[str, Any]:
    print(f"{model} ...", flush=True)
    encoder, options = load_encoder(str(model), dtype=dtype), EvaluationOptions(measures=[parse_measure("AP")])
    found = evaluate(encoder, tests, name=model.name, options=options)
    return {
        "model": model.name,
        "model_sha256": hashlib.sha256((model / "model.safetensors").read_bytes()).hexdigest(),
        "results": {name: _numbers(result) for name, result in found.collections.items()},
        "mono_by_language": {name: result.settings["mono"]["map"].cells for name, result in found.collections.items()},
    }


def _numbers(result: CollectionResult) -> dict[str, float]:
    numbers = {setting: result.value(setting, "map") for setting in _SETTINGS}
    return {**numbers, "rank_distance": result.bias["rank_distance"].value}


def _without_seen(whole: Collection) -> Collection:
    """The queries about articles that no trial was evaluated on, against the whole pool."""
    article = np.array([int(identity.split("/")[1]) for identity in whole.passages["id"].to_pylist()])
    judged = whole.judgements
    kept = whole.of_queries(np.unique(judged.query[article[judged.passage] >= _SEEN]))
    kept.name = _UNSEEN
    return kept


def _commit() -> str:
    asked = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    return asked.stdout.strip()


def _values(results: Sequence[dict[str, float]]) -> dict[str, list[float]]:
    return {key: [result[key] for result in results] for key in results[0]}


def _sd(values: Sequence[float]) -> float | None:
    return statistics.stdev(values) if len(values) > 1 else None


if __name__ == "__main__":
    main()
