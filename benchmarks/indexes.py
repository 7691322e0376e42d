"""An index of 10,000 to 1,000,000 vectors beside bare LanceDB and a flat FAISS index: time and memory. Linux only.

    pip install faiss-cpu
    python benchmarks/indexes.py [--passages 10000 100000 1000000] [--queries 200] [--output found.json]

Vectors have 384 numbers and lie about 1,000 centres in five languages, each of which has a mean of its own; they come
from a memory-mapped file, so that no encoder's time is in it. Each engine builds and searches in a process of its own:

- `isoglot`: `build.put`, which writes texts too and indexes their words, and `Index.rank` by the policy plain: the best
  passages of each language, in one ranking;
- `lancedb`: a table of ids and vectors, from 20,000 rows on with its default index, IVF_PQ of which 20 partitions are
  read, and what is found refined by 10; isoglot asks for each language apart, reads all partitions and 8 bits a number;
- `faiss`: `IndexFlatIP` in memory, which is exact and is what recall is counted against.

Printed: seconds to build, bytes on disk, seconds from opening to the first answer, the median and the 99th percentile
of a query in milliseconds on one thread, recall of the true first ten, and peak memory of either process above what the
imports take.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from machine import machine, peak_mib

from isoglot.files import write_json

LANGUAGES = ("de", "en", "hi", "th", "zh")
WIDTH, CENTRES, K = 384, 1_000, 10
_INDEX_FROM = 20_000  # rows, where isoglot begins to
_PART = 50_000
Vectors = npt.NDArray[np.float32]
Search = Callable[[Vectors, int], list[int]]


def main() -> None:
    """Print a line for each engine and size; or be the process that measures one of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--passages", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--one", nargs=2, metavar=("ENGINE", "STEP"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(_one(*asked.one, asked.folder)))
        return
    print(machine("lancedb", "faiss-cpu"), flush=True)
    found = []
    for passages in asked.passages:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            _write_vectors(folder, passages, asked.queries)
            true: list[list[int]] | None = None
            for engine in ("faiss", "lancedb", "isoglot"):
                built, searched = _process(engine, "build", folder), _process(engine, "search", folder)
                answers = searched.pop("answers")
                true = true or answers
                shared = [len(set(some) & set(others)) for some, others in zip(answers, true, strict=True)]
                recall = sum(shared) / K / len(true)
                found.append({"passages": passages, "engine": engine, **built, **searched, "recall": recall})
                print(json.dumps(found[-1]), flush=True)
    if asked.output:
        write_json({"rows": found, "machine": machine("lancedb", "faiss-cpu")}, asked.output)


def _process(engine: str, step: str, folder: Path) -> dict[str, Any]:
    """What a process of its own measured."""
    words = [sys.executable, __file__, "--one", engine, step, "--folder", str(folder)]
    last = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1]
    measured: dict[str, Any] = json.loads(last)
    return measured


def _one(engine: str, step: str, folder: Path) -> dict[str, Any]:
    build, opened = _ENGINES[engine]
    before, began = peak_mib(), time.perf_counter()
    if step == "build":
        build(folder)
        size = sum(path.stat().st_size for path in (folder / engine).rglob("*") if path.is_file())
        seconds = time.perf_counter() - began
        return {"build_s": round(seconds, 2), "disk_mib": size >> 20, "build_mib": peak_mib() - before}
    queries: Vectors = np.load(folder / "queries.npy")
    search = opened(folder)
    answers, times = [search(queries[0], 0)], []
    first = time.perf_counter() - began
    for number, query in enumerate(queries[1:], start=1):
        start = time.perf_counter()
        answers.append(search(query, number))
        times.append((time.perf_counter() - start) * 1e3)
    return {
        "first_s": round(first, 2),
        "p50_ms": round(float(np.median(times)), 2),
        "p99_ms": round(float(np.quantile(times, 0.99)), 2),
        "search_mib": peak_mib() - before,
        "answers": answers,
    }


def _build_isoglot(folder: Path) -> None:
    from isoglot.data.collection import Collection
    from isoglot.search import build

    count = len(np.load(folder / "passages.npy", mmap_mode="r"))
    rows = [{"id": str(n), "text": f"passage {n}", "lang": LANGUAGES[n % len(LANGUAGES)]} for n in range(count)]
    query = {"id": "q", "text": "query 0", "lang": "en"}
    pool = Collection.from_rows("pool", queries=[query], passages=rows, relevant={("q", "1"): 1})
    build.put(folder / "isoglot", pool, _Stored(folder))


def _open_isoglot(folder: Path) -> Search:
    from isoglot.search.index import Index
    from isoglot.search.page import Asked, Query

    index = Index(folder / "isoglot", encoder=_Stored(folder))
    asked = Asked(k=K, policy="plain")
    return lambda vector, n: [int(hit.id) for hit in index.rank(Query(f"query {n}", vector, None), asked)]


class _Stored:
    """An encoder that looks vectors up by the number in the text; of a text without one it takes the first."""

    def __init__(self, folder: Path) -> None:
        self.fingerprint = f"vectors of {folder}"  # which is another each time, so that the cache knows none of them
        self._vectors = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("passages", "queries")}

    def encode_document(self, inputs: Sequence[str], **_: Any) -> Vectors:
        return np.stack([self._vector(text) for text in inputs])

    encode_query = encode_document

    def _vector(self, text: str) -> Vectors:
        vector: Vectors = self._vectors["queries" if text.startswith("query ") else "passages"][
            int("0" + "".join(filter(str.isdigit, text)))
        ]
        return vector


def _build_lancedb(folder: Path) -> None:
    import lancedb

    passages = np.load(folder / "passages.npy", mmap_mode="r")
    kind = pa.schema([("id", pa.int64()), ("vector", pa.list_(pa.float32(), WIDTH))])
    table = lancedb.connect(str(folder / "lancedb")).create_table("rows", schema=kind)
    for start in range(0, len(passages), _PART):
        part = np.array(passages[start : start + _PART])
        vectors = pa.FixedSizeListArray.from_arrays(pa.array(part.ravel()), WIDTH)
        table.add(pa.table([pa.array(np.arange(start, start + len(part))), vectors], schema=kind))
    if len(passages) >= _INDEX_FROM:
        table.create_index(metric="dot", index_type="IVF_PQ", vector_column_name="vector")


def _open_lancedb(folder: Path) -> Search:
    import lancedb

    table = lancedb.connect(str(folder / "lancedb")).open_table("rows")

    def search(vector: Vectors, _: int) -> list[int]:
        query = table.search(vector, vector_column_name="vector").distance_type("dot").refine_factor(10).limit(K)
        found: list[int] = query.select(["id", "_distance"]).to_arrow()["id"].to_pylist()
        return found

    return search


def _build_faiss(folder: Path) -> None:
    import faiss

    passages = np.load(folder / "passages.npy", mmap_mode="r")
    index = faiss.IndexFlatIP(WIDTH)
    for start in range(0, len(passages), _PART):
        index.add(np.array(passages[start : start + _PART]))
    (folder / "faiss").mkdir()
    faiss.write_index(index, str(folder / "faiss" / "index"))


def _open_faiss(folder: Path) -> Search:
    import faiss

    faiss.omp_set_num_threads(1)
    index = faiss.read_index(str(folder / "faiss" / "index"))

    def search(vector: Vectors, _: int) -> list[int]:
        found: list[int] = index.search(vector[None], K)[1][0].tolist()
        return found

    return search


_ENGINES: dict[str, tuple[Callable[[Path], None], Callable[[Path], Search]]] = {
    "isoglot": (_build_isoglot, _open_isoglot),
    "lancedb": (_build_lancedb, _open_lancedb),
    "faiss": (_build_faiss, _open_faiss),
}


def _write_vectors(folder: Path, passages: int, queries: int) -> None:
    """Unit vectors about common centres, moved by their language's mean."""
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((CENTRES, WIDTH), dtype=np.float32)
    means = rng.standard_normal((len(LANGUAGES), WIDTH), dtype=np.float32) / 2
    for name, count in (("passages", passages), ("queries", queries)):
        out = np.lib.format.open_memmap(folder / f"{name}.npy", mode="w+", dtype=np.float32, shape=(count, WIDTH))
        for start in range(0, count, _PART):
            numbers = np.arange(start, min(count, start + _PART))
            rows = centres[rng.integers(CENTRES, size=len(numbers))] + means[numbers % len(LANGUAGES)]
            rows += rng.standard_normal(rows.shape, dtype=np.float32)
            out[numbers] = rows / np.linalg.norm(rows, axis=1, keepdims=True)


if __name__ == "__main__":
    main()
