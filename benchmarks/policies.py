"""What each policy of a search does to a pool of several languages, with 95% intervals over paragraphs.

    python benchmarks/policies.py xquad-r --encoder e5-small --encoder runs/seed-0 --repaired repaired \
        --output docs/results/search/xquad-r.json

An encoder's index is made beside the output and kept, so that another run takes it; `--repaired` is what `isoglot
debias` made of the first encoder, whose repair its index is searched through. Every finished row is written at once,
and the next run goes on behind it. Needs the data sets (ISOGLOT_MIRROR, or a network).
"""

import argparse
import json
from pathlib import Path
from typing import Any

from machine import machine

from isoglot.data.collection import Collection
from isoglot.data.load import load_collection
from isoglot.evaluation.evaluate import EvaluationOptions
from isoglot.evaluation.measures import parse_measure
from isoglot.evaluation.results import CollectionResult, Estimate
from isoglot.evaluation.settings import SETTINGS
from isoglot.files import write_json
from isoglot.search import build
from isoglot.search.evaluating import evaluate_index
from isoglot.search.index import Index

_RANKED = ("plain", "calibrated", "calibrated 0.5", "balanced", "fused", "lexical")
_BIAS = {
    "rank distance": "rank_distance",
    "top hit in own language": "same_language@1",
    "recall@10: all": "recall_all@10",
    "recall@10: own language": "recall_own@10",
    "recall@10: other languages": "recall_other@10",
}


def main() -> None:
    """Measure what the file does not have yet."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("collection")
    parser.add_argument("--encoder", action="append", required=True)
    parser.add_argument("--repaired")
    parser.add_argument("--policy", action="append", choices=_RANKED, help="all, where none is named")
    parser.add_argument("--output", type=Path, required=True)
    asked = parser.parse_args()
    pool = load_collection(asked.collection)
    found: dict[str, Any] = json.loads(asked.output.read_text("utf-8")) if asked.output.exists() else {"rows": {}}
    for encoder in asked.encoder:
        repairs = [None, asked.repaired] if encoder == asked.encoder[0] and asked.repaired else [None]
        for repair in repairs:
            for policy in asked.policy or _RANKED:
                row = ", ".join(filter(None, [Path(encoder).name, "repaired" if repair else "", policy]))
                if row not in found["rows"]:
                    index = _index(asked.output.with_suffix("") / Path(encoder).name, pool, encoder, repair)
                    found["rows"][row] = _measured(index, pool, policy)
                    found["machine"] = machine("torch", "lancedb")
                    write_json(found, asked.output)
                print(row, {name: round(value[0], 3) for name, value in found["rows"][row].items()}, flush=True)


def _index(place: Path, pool: Collection, encoder: str, repair: str | None) -> Index:
    build.put(place, pool, encoder)
    build.repair(place, repair)
    return Index(place)


def _measured(index: Index, pool: Collection, ranked: str) -> dict[str, list[float]]:
    """Name -> value, and both ends of its interval."""
    policy, _, dial = ranked.partition(" ")
    options = EvaluationOptions(measures=[parse_measure("AP")])
    found = evaluate_index(index, [pool], policy=policy, dial=float(dial) if dial else None, options=options)
    values = _values(found.collections[pool.name])
    return {name: [value.value, value.low, value.high] for name, value in values.items()}


def _values(result: CollectionResult) -> dict[str, Estimate]:
    """Those that the collection has."""
    settings = {name: table["map"] for name, table in result.settings.items() if name in SETTINGS}
    return settings | {name: result.bias[key] for name, key in _BIAS.items() if key in result.bias}


if __name__ == "__main__":
    main()
