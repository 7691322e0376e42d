"""A fixed sample of a collection: no more than was asked for, every question with its answer, whoever draws it."""

import numpy as np

from isoglot.data.collection import Collection
from isoglot.data.entry import Sample
from isoglot.data.parallel import ParallelDataset
from isoglot.data.thinned import thinned

SAMPLE = Sample(by="lang", questions=5, passages=8)


def collection(*languages: str) -> Collection:
    """Forty questions a language, two a paragraph."""
    rows = [
        {
            "id": f"{tag}{n}",
            "group": f"{tag} {n // 2}",
            "domain": f"domain {n % 2}",
            "query": {tag: f"{tag} question {n}?"},
            "passage": {tag: f"{tag} paragraph {n // 2}."},
        }
        for tag in languages
        for n in range(40)
    ]
    return Collection.from_parallel(
        "qa", ParallelDataset.from_rows(rows, languages=list(languages), key=f"thinned {languages}")
    )


def test_a_sample_has_what_was_asked_for_and_every_answer() -> None:
    made = thinned(collection("de", "en"), SAMPLE)
    assert np.bincount(made.query_language).tolist() == [5, 5]
    assert np.bincount(made.passage_language).tolist() == [8, 8]
    assert made.judgements.query.tolist() == list(range(10))
    for query, passage in zip(made.judgements.query.tolist(), made.judgements.passage.tolist(), strict=True):
        asked, text = made.queries["text"][query].as_py(), made.passages["text"][passage].as_py()
        tag, _, number = asked.rstrip("?").split()
        assert text == f"{tag} paragraph {int(number) // 2}."
    assert (
        np.bincount(thinned(collection("de"), Sample(by="domain", questions=3, passages=9)).judgements.query).max() == 1
    )


def test_a_language_is_sampled_alike_beside_others_and_alone() -> None:
    both, alone = thinned(collection("de", "en"), SAMPLE), thinned(collection("en"), SAMPLE)
    assert alone.queries["id"].to_pylist() == both.queries["id"].to_pylist()[5:]
    assert alone.passages["id"].to_pylist() == both.passages["id"].to_pylist()[8:]


def test_what_is_small_stays_whole() -> None:
    whole = collection("en")
    assert thinned(whole, Sample(by="lang", questions=99, passages=99)).fingerprint == whole.fingerprint
