"""Every transform on collections, fitted on other text: settings, bias, and the languages without text apart.

    python benchmarks/debias.py e5-small xquad-r mlqa-r --fit libreoffice-help/dev --fit sample --least 10

Prints a Markdown table. Differences are to the vectors as they are, with 95% cluster bootstrap intervals. `own pool` is
fitted on the collection itself, which a user may do (no labels are looked at) and a test of other text must not.
"""

import argparse
from collections.abc import Callable, Iterator

from isoglot.data.collection import Collection
from isoglot.data.load import load_collection
from isoglot.debiasing.calibration import fit_calibration
from isoglot.debiasing.sample import Sample, merged, sample_of
from isoglot.debiasing.transforms.kinds import fit
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.fitted import Choice
from isoglot.encoder.load import load_encoder
from isoglot.evaluation.comparison.compare import CompareOptions, compare
from isoglot.evaluation.embedded import Embedded, embed_collection
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate_embedded
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
    embedded = embedder(given.encoder)
    sample = merged([sample_of(embedded(load_collection(name)), least=given.least) for name in given.fit])
    print(f"fitted on {', '.join(f'{tag} {count}' for tag, count in sample.sizes().items())}\n")
    for name in given.collections:
        print_table(embedded(load_collection(name)), sample)


def embedder(name: str) -> Callable[[Collection], Embedded]:
    """What embeds a collection with an encoder."""
    encoder = load_encoder(name)
    fingerprint = encoder_fingerprint(encoder)
    return lambda collection: embed_collection(encoder, collection, fingerprint=fingerprint).in_memory()


def print_table(data: Embedded, sample: Sample) -> None:
    """One row for each transform."""
    collection = data.collection
    unseen = sorted(set(collection.languages) - set(sample.languages))
    apart = [f"multi, {tag}" for tag in unseen]
    print(f"| {collection.name} | mono | cross | multi | rank distance | {' | '.join(apart)} |")
    print("|---" * (5 + len(apart)) + "|")
    before: CollectionResult | None = None
    for name, result in results(data, sample):
        cells = [shown(result, setting, before) for setting in SETTINGS]
        distance = f"{result.bias['rank_distance'].value:,.0f}"
        own = [f"{result.settings['multi']['map'].cells[tag]:.3f}" for tag in unseen]
        print(f"| {name} | {' | '.join([*cells, distance, *own])} |", flush=True)
        before = before or result
    print()


def results(data: Embedded, sample: Sample) -> Iterator[tuple[str, CollectionResult]]:
    """(Transform, what it gives)."""
    yield "as they are", evaluate_embedded(data, options=OPTIONS)
    for choice in CHOICES:
        yield str(choice), evaluate_embedded(data.moved(fit(sample, choice)), options=OPTIONS)
    for method in ("z-score", "quantile"):
        rescore = fit_calibration(sample, method=method).rescore(data.collection)
        yield f"scores by {method}", evaluate_embedded(data, options=OPTIONS, rescore=rescore)
    for choice in (Choice(kind="centring"), Choice(kind="lir", rank=1)):
        own = fit(sample_of(data), choice)
        yield f"own pool: {choice}", evaluate_embedded(data.moved(own), options=OPTIONS)


def shown(result: CollectionResult, setting: str, before: CollectionResult | None) -> str:
    """A value, and its difference."""
    if setting not in result.settings:
        return "–"
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
