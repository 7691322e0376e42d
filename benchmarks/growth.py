"""Encode, index and search 10,000 to 1,000,000 passages: what grows in proportion, and what does not. Linux only.

    OMP_WAIT_POLICY=PASSIVE python benchmarks/growth.py [--passages 10000 100000 1000000] [--output found.json]

Passages are made of the built-in sample's sentences, each with a number in front, and encoded by a static encoder, so
that what is measured is isoglot and its store rather than a transformer. Each size is measured in a process of its own:
`isoglot.encode` into shards, `Index.create` from these shards, and queries by the default policy. Printed for each
size: seconds a million passages and bytes a passage of both, the median of a query in milliseconds, recall of exact
search where the store's own index answers, and the peak of memory above that of the texts and the encoder.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from machine import machine, peak_mib
from madeup import made_up

import isoglot
from isoglot.data.load import load_collection
from isoglot.encoder.load import load_encoder
from isoglot.files import write_json

_QUERIES = 100


def main() -> None:
    """Print a line for each size; or be the process that measures one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--encoder", default="static-e5-small")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(_measured(asked.passages[0], asked.encoder)))
        return
    said = machine("torch", "lancedb", "pyarrow")
    print(said, flush=True)
    found = []
    for passages in asked.passages:
        words = [sys.executable, __file__, "--one", "--passages", str(passages), "--encoder", asked.encoder]
        found.append(json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout))
        print(json.dumps(found[-1]), flush=True)
    if asked.output:
        write_json({"encoder": asked.encoder, "sizes": found, "machine": said}, asked.output)


def _measured(passages: int, encoder: str) -> dict[str, Any]:
    pool = load_collection("sample/test")
    texts = pool.queries["text"].to_pylist()
    collection, loaded, before, millions = made_up(pool, passages), load_encoder(encoder), peak_mib(), passages / 1e6
    with TemporaryDirectory() as name:
        shards, place = Path(name) / "shards", Path(name) / "index"
        begun = time.perf_counter()
        encoded = isoglot.encode(loaded, collection, shards)
        encoding = time.perf_counter() - begun
        begun = time.perf_counter()
        isoglot.Index.create(place, collection, f"vectors:{shards}")
        indexing = time.perf_counter() - begun
        index = isoglot.Index(place)
        index.search(texts[0])
        recall = index.recall()
        return {
            "passages": passages,
            "encode_s_per_million": round(encoding / millions, 1),
            "shard_bytes": round(encoded.nbytes / passages),
            "index_s_per_million": round(indexing / millions, 1),
            "index_bytes": round(sum(each.stat().st_size for each in place.rglob("*") if each.is_file()) / passages),
            "query_ms": round(1e3 * float(np.median([_seconds(index, text) for text in texts[:_QUERIES]])), 1),
            "exact": index.is_exact,
            "recall": None if recall is None else round(recall.value, 4),
            "peak_mib": peak_mib() - before,
        }


def _seconds(index: isoglot.Index, text: str) -> float:
    begun = time.perf_counter()
    index.search(text)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
