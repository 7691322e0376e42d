"""Time to evaluate an encoder in all settings of XQuAD-R: isoglot against `InformationRetrievalEvaluator`s.

    ISOGLOT_MIRROR=... OMP_WAIT_POLICY=PASSIVE python benchmarks/xquad.py [--languages en de th zh] [--paragraphs 4]
    ISOGLOT_MIRROR=... OMP_WAIT_POLICY=PASSIVE python benchmarks/xquad.py --cached [--peer]

The first is the work from scratch, without any cache, on some paragraphs: `evaluate` once, against one evaluator of
sentence-transformers for each ordered pair of languages and one for each query language on the pool of all. Of n
languages the loop encodes a question n + 1 times and a sentence 2n times. The evaluators rank the whole pool, as
isoglot does, and encode in their default batches. Printed: seconds, the ratio, texts encoded, and the largest
difference in a cell's MAP, MRR, nDCG@10 and recall@10; passages have ids that order equal scores as isoglot does.

The second is all of XQuAD-R by isoglot with 1,000 bootstrap draws, the embeddings being in the cache (the first run
puts them there): the whole command, and then its parts. With `--peer` the evaluators get the same embeddings, looked
up by text, and keep their default of 100 hits: how much is left of the ratio where nothing is encoded.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from machine import machine
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.evaluation import InformationRetrievalEvaluator

from isoglot.data.collection import Collection
from isoglot.data.load import load_collection
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.load import load_encoder
from isoglot.evaluation.embedded import embed_collection
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate, evaluate_embedded
from isoglot.evaluation.ranks import rank_relevant

_ENCODER, _DATA = "e5-small", "xquad-r"
# The evaluator's names of what both sides compute by one definition.
_MEASURES = {"map": "map@{k}", "mrr": "mrr@{k}", "ndcg@10": "ndcg@10", "r@10": "recall@10"}
Cells = dict[tuple[str, str], float]
Vectors = npt.NDArray[np.float32]
_Found = TypeVar("_Found")


def main() -> None:
    """Print the seconds."""
    asked = _arguments()
    print(machine("torch", "sentence-transformers", "transformers", "numpy", "pyarrow"), flush=True)
    if asked.cached:
        _print_cached(peer=asked.peer)
    else:
        _print_from_scratch(asked.languages, asked.paragraphs)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--languages", nargs="+", help="default: all eleven")
    parser.add_argument("--paragraphs", type=int, default=4)
    parser.add_argument("--cached", action="store_true", help="all of XQuAD-R from cached embeddings")
    parser.add_argument("--peer", action="store_true", help="with --cached: the evaluators too")
    return parser.parse_args()


def _print_from_scratch(languages: list[str] | None, paragraphs: int) -> None:
    model, collection = load_encoder(_ENCODER), _part(load_collection(_DATA), languages, paragraphs)
    model.encode(["so that the first does not pay for the start"] * 8)
    counted = _Counting(model)
    print(
        f"{len(collection.queries):,} questions and {len(collection.passages):,} sentences of {paragraphs} "
        f"paragraphs in {len(collection.languages)} languages, from scratch"
    )
    options = EvaluationOptions(cache=False)
    ours, our_cost = _timed(lambda: evaluate(counted, [collection], options=options).collections[collection.name])
    encoded = counted.texts
    theirs, their_cost = _timed(lambda: _evaluators(counted, collection, depth=len(collection.passages)))
    print(f"{our_cost}  isoglot, {encoded:,} texts encoded")
    print(f"{their_cost}  evaluators, {counted.texts - encoded:,} texts encoded; {their_cost.times(our_cost)}")
    _print_differences({name: _cells(ours.settings, name) for name in _MEASURES}, theirs)


def _part(whole: Collection, languages: list[str] | None, paragraphs: int) -> Collection:
    """The first paragraphs of a collection, in some languages; a sentence's id is LANGUAGE/ARTICLE/PARAGRAPH/NUMBER."""
    kept_languages = set(languages or whole.languages)
    ids = whole.passages["id"].to_pylist()
    places = [identity.split("/")[1:3] for identity in ids]
    kept_places = sorted({tuple(place) for place in places})[:paragraphs]
    passages = [
        row
        for row, place in zip(whole.passages.to_pylist(), places, strict=True)
        if row["lang"] in kept_languages and tuple(place) in kept_places
    ]
    kept = {row["id"] for row in passages}
    queries = whole.queries.to_pylist()
    relevant = {
        (queries[query]["id"], ids[passage]): 1
        for query, passage in zip(whole.judgements.query.tolist(), whole.judgements.passage.tolist(), strict=True)
        if ids[passage] in kept and queries[query]["lang"] in kept_languages
    }
    asked = {query for query, _ in relevant}
    return Collection.from_rows(
        whole.name, queries=[row for row in queries if row["id"] in asked], passages=passages, relevant=relevant
    )


class _Counting:
    """A model that counts the texts it is given."""

    def __init__(self, model: SentenceTransformer) -> None:
        self.model, self.texts = model, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def encode_query(self, inputs: list[str], **options: Any) -> Any:
        self.texts += len(inputs)
        return self.model.encode_query(inputs, **options)

    def encode_document(self, inputs: list[str], **options: Any) -> Any:
        self.texts += len(inputs)
        return self.model.encode_document(inputs, **options)


def _evaluators(model: Any, collection: Collection, *, depth: int) -> dict[str, Cells]:
    """Measure -> (query language, passage language or "*" for the pool of all) -> value."""
    found: dict[str, Cells] = {name: {} for name in _MEASURES}
    names = [theirs.format(k=depth) for theirs in _MEASURES.values()]
    for cell, inputs in _cells_of(collection):
        evaluator = InformationRetrievalEvaluator(*inputs, mrr_at_k=[depth], map_at_k=[depth])
        values = evaluator(model)
        for ours, theirs in zip(_MEASURES, names, strict=True):
            found[ours][cell] = values[f"{model.similarity_fn_name}_{theirs}"]
    return found


def _cells_of(
    collection: Collection,
) -> Iterator[tuple[tuple[str, str], tuple[dict[str, str], dict[str, str], dict[str, set[str]]]]]:
    """For every cell what an evaluator is made of: queries by id, passages by id, relevant passages of each query."""
    # An evaluator puts the lesser id first where scores are equal, isoglot (as trec_eval) the greater.
    names = [f"{len(collection.passages) - place:08}" for place in collection.passage_order.tolist()]
    passages, asked = collection.passages.to_pylist(), collection.queries.to_pylist()
    relevant: dict[str, set[str]] = {row["id"]: set() for row in asked}
    for query, passage in zip(
        collection.judgements.query.tolist(), collection.judgements.passage.tolist(), strict=True
    ):
        relevant[asked[query]["id"]].add(names[passage])
    for left in collection.languages:
        queries = {row["id"]: row["text"] for row in asked if row["lang"] == left}
        for right in (*collection.languages, "*"):
            pool = {name: row["text"] for name, row in zip(names, passages, strict=True) if right in ("*", row["lang"])}
            yield (left, right), (queries, pool, {query: relevant[query] & pool.keys() for query in queries})


def _cells(settings: Mapping[str, Mapping[str, Any]], measure: str) -> Cells:
    """isoglot's values by the evaluators' cells."""
    cells = {(cell, cell): value for cell, value in settings["mono"][measure].cells.items()}
    cells |= {(cell, "*"): value for cell, value in settings["multi"][measure].cells.items()}
    for cell, value in settings["cross"][measure].cells.items():
        left, _, right = cell.partition(">")
        cells[left, right] = value
    return cells


def _print_differences(ours: dict[str, Cells], theirs: dict[str, Cells]) -> None:
    for measure, cells in ours.items():
        apart = [abs(value - theirs[measure][cell]) for cell, value in cells.items()]
        print(f"{measure:8} {len(apart)} cells, apart by {max(apart):.1e} at most, {np.mean(apart):.1e} on average")


class _Cost(NamedTuple):
    """Seconds by the clock, and of the processors, which other processes disturb less; child processes counted."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:7.1f} s ({self.processor:.1f} of processor)"

    def times(self, other: "_Cost") -> str:
        return f"{self.clock / other.clock:.1f} times isoglot's ({self.processor / other.processor:.1f} of processor)"


def _timed(work: Callable[[], _Found]) -> tuple[_Found, _Cost]:
    start, spent = time.perf_counter(), sum(os.times()[:4])
    found = work()
    return found, _Cost(time.perf_counter() - start, sum(os.times()[:4]) - spent)


def _print_cached(*, peer: bool) -> None:
    command = [sys.executable, "-c", "from isoglot.cli import main; main()", "evaluate", _ENCODER, _DATA]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # the embeddings, if they are not in the cache yet
    for _ in range(3):
        _, whole = _timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
        print(f"{whole}  the command `isoglot evaluate {_ENCODER} {_DATA}`, 1,000 draws", flush=True)
    imports = "import isoglot.data.load, isoglot.encoder.load, isoglot.evaluation.evaluate"
    _part_of("imports", lambda: subprocess.run([sys.executable, "-c", imports], check=True))
    collection = _part_of("reading the data", lambda: load_collection(_DATA))
    model = _part_of("loading the encoder", lambda: load_encoder(_ENCODER))
    fingerprint = _part_of("fingerprint of the encoder", lambda: encoder_fingerprint(model))
    embedded = _part_of(
        "embeddings from the cache", lambda: embed_collection(model, collection, fingerprint=fingerprint)
    )
    _part_of("ranking", lambda: rank_relevant(embedded.queries, embedded.passages, collection, depth=100))
    everything, our_cost = _timed(lambda: evaluate_embedded(embedded))
    print(f"{our_cost}  ranking, measures, language bias and 1,000 draws", flush=True)
    if peer:
        known = _Known(model, collection, np.asarray(embedded.queries), np.asarray(embedded.passages))
        theirs, their_cost = _timed(lambda: _evaluators(known, collection, depth=100))
        print(f"{their_cost}  the evaluators with the same embeddings, {their_cost.times(our_cost)}")
        _print_differences({"ndcg@10": _cells(everything.settings, "ndcg@10")}, theirs)


def _part_of(what: str, work: Callable[[], _Found]) -> _Found:
    found, cost = _timed(work)
    print(f"{cost}  {what}", flush=True)
    return found


class _Known:
    """A model that looks vectors up by text."""

    def __init__(self, model: SentenceTransformer, collection: Collection, queries: Vectors, passages: Vectors) -> None:
        self.model = model
        self.queries = dict(zip(collection.queries["text"].to_pylist(), torch.from_numpy(queries), strict=True))
        self.passages = dict(zip(collection.passages["text"].to_pylist(), torch.from_numpy(passages), strict=True))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def encode_query(self, inputs: list[str], **_: Any) -> torch.Tensor:
        return torch.stack([self.queries[text] for text in inputs])

    def encode_document(self, inputs: list[str], **_: Any) -> torch.Tensor:
        return torch.stack([self.passages[text] for text in inputs])


if __name__ == "__main__":
    main()
