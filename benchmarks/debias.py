"""Every transform on collections, fitted on other text: settings, bias, and the languages without text apart.

    python benchmarks/debias.py e5-small xquad-r mlqa-r --fit libreoffice-help/dev --fit sample --least 10

Prints a Markdown table. Differences are to the vectors as they are, with 95% cluster bootstrap intervals. `own pool` is
fitted on the collection itself, which a user may do (no labels are looked at) and a test of other text must not.
"""

import argparse
from collections.abc import Callable, Iterator

import numpy as np

from isoglot.arrays import Vectors
from isoglot.data.collection import Collection
from isoglot.data.load import load_collection
from isoglot.debiasing.calibration import fit_calibration
from isoglot.debiasing.model import load_model
from isoglot.debiasing.sample import Sample, merged, sample_of
from isoglot.debiasing.transforms.kinds import fit
from isoglot.encoder.affine import Affine, numbers_of
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.fitted import Choice
from isoglot.evaluation.comparison.compare import CompareOptions, compare
from isoglot.evaluation.evaluate import EvaluationOptions, embed_collection, evaluate_vectors
from isoglot.evaluation.measures import parse_measure
from isoglot.evaluation.results import CollectionResult, Evaluation
from isoglot.evaluation.settings import SETTINGS

CHOICES = (
    Choice(kind="centring", strength=0.75),
    Choice(kind="centring"),
    Choice(kind="centring-index", strength=0.5),
    Choice(kind="centring-index"),
    Choice(kind="shift", strength=0.5),
    Choice(kind="shift"),
    Choice(kind="directions", rank=16),
    Choice(kind="lir", rank=1),
    Choice(kind="lir", rank=4),
    Choice(kind="leace"),
    Choice(kind="centring-origin"),
    Choice(kind="directions-origin", rank=16),
    Choice(kind="leace-origin"),
)
OPTIONS = EvaluationOptions(measures=[parse_measure("AP")])


def main() -> None:
    """Parse, embed once, evaluate, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("encoder")
    parser.add_argument("collections", nargs="+")
    parser.add_argument("--fit", action="append", required=True)
    parser.add_argument("--least", type=int, default=30)
    given = parser.parse_args()
    vectors = embedder(given.encoder)
    texts = [load_collection(name) for name in given.fit]
    sample = merged([sample_of(text, *vectors(text), least=given.least) for text in texts])
    print(f"fitted on {', '.join(f'{tag} {count}' for tag, count in sample.sizes().items())}\n")
    for name in given.collections:
        collection = load_collection(name)
        print_table(collection, *vectors(collection), sample)


def embedder(name: str) -> Callable[[Collection], tuple[Vectors, Vectors]]:
    """What gives an encoder's vectors of a collection's queries and passages."""
    encoder = load_model(name)
    fingerprint = encoder_fingerprint(encoder)

    def vectors(collection: Collection) -> tuple[Vectors, Vectors]:
        queries, passages = embed_collection(encoder, collection, fingerprint=fingerprint)
        return np.asarray(queries), np.asarray(passages)

    return vectors


def print_table(collection: Collection, queries: Vectors, passages: Vectors, sample: Sample) -> None:
    """One row for each transform."""
    unseen = sorted(set(collection.languages) - set(sample.languages))
    apart = [f"multi, {tag}" for tag in unseen]
    print(f"| {collection.name} | mono | cross | multi | rank distance | {' | '.join(apart)} |")
    print("|---" * (5 + len(apart)) + "|")
    before: CollectionResult | None = None
    for name, result in results(collection, queries, passages, sample):
        cells = [shown(result, setting, before) for setting in SETTINGS]
        distance = f"{result.bias['rank_distance'].value:,.0f}"
        own = [f"{result.settings['multi']['map'].cells[tag]:.3f}" for tag in unseen]
        print(f"| {name} | {' | '.join([*cells, distance, *own])} |", flush=True)
        before = before or result
    print()


def results(
    collection: Collection, queries: Vectors, passages: Vectors, sample: Sample
) -> Iterator[tuple[str, CollectionResult]]:
    """(Transform, what it gives)."""
    yield "as they are", evaluate_vectors(queries, passages, collection, options=OPTIONS)
    for choice in CHOICES:
        yield str(choice), evaluated(fit(sample, choice), collection, queries, passages)
    for method in ("z-score", "quantile"):
        rescore = fit_calibration(sample, method=method).rescore(collection)
        yield f"scores by {method}", evaluate_vectors(queries, passages, collection, options=OPTIONS, rescore=rescore)
    for choice in (Choice(kind="centring"), Choice(kind="lir", rank=1)):
        own = fit(sample_of(collection, queries, passages), choice)
        yield f"own pool: {choice}", evaluated(own, collection, queries, passages)


def evaluated(transform: Affine, collection: Collection, queries: Vectors, passages: Vectors) -> CollectionResult:
    """The vectors of both sides transformed, by the languages that the collection states."""
    languages = [
        numbers_of(table["lang"].to_pylist(), transform.languages)
        for table in (collection.queries, collection.passages)
    ]
    return evaluate_vectors(
        transform.apply(queries, languages[0], "query"),
        transform.apply(passages, languages[1], "passage"),
        collection,
        options=OPTIONS,
    )


def shown(result: CollectionResult, setting: str, before: CollectionResult | None) -> str:
    """A value, and its difference."""
    value = f"{result.settings[setting]['map'].value:.3f}"
    if before is None:
        return value
    runs = [
        Evaluation(encoder="", encoder_fingerprint=None, collections={result.name: one}, options={})
        for one in (before, result)
    ]
    rows = compare(runs[:1], runs[1:], options=CompareOptions(draws=1_000)).collections[result.name].rows
    effect = next(row.macro for row in rows if (row.table, row.name) == (setting, "map"))
    return f"{value} ({effect.difference:+.3f} [{effect.low:+.3f}, {effect.high:+.3f}])"


if __name__ == "__main__":
    main()
