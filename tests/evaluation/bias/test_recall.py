"""Recall by language, by hand: one list of hits, and who of the relevant passages is in it."""

import math

import numpy as np

from isoglot.data.collection import Collection
from isoglot.evaluation.bias.recall import recall, recall_ceiling
from isoglot.evaluation.ranks import Ranks

NAN = math.nan


def case() -> tuple[Ranks, Collection]:
    """de: two relevant in German (ranks 1, 4) and two in English (2, 9); en: one in German (3); hi: none at all."""
    collection = Collection.from_rows(
        "case",
        queries=[{"id": f"q{tag}", "text": "?", "lang": tag} for tag in ("de", "en", "hi")],
        passages=[{"id": f"p{n}", "text": "!", "lang": tag} for n, tag in enumerate(["de", "de", "en", "en", "hi"])],
        relevant={("qde", f"p{n}"): 1 for n in range(4)} | {("qen", "p0"): 1},
    )
    judged = collection.judgements
    rank = {(0, 0): 1.0, (0, 1): 4.0, (0, 2): 2.0, (0, 3): 9.0, (1, 0): 3.0}
    pairs = list(zip(judged.query.tolist(), judged.passage.tolist(), strict=True))
    ranks = Ranks(
        query=judged.query,
        passage=judged.passage,
        grade=judged.grade,
        pool_rank=np.array([rank[pair] for pair in pairs]),
        language_rank=np.ones(len(pairs)),
        top_passage=np.empty((3, 0), dtype=np.int64),
        top_score=np.empty((3, 0), dtype=np.float32),
    )
    return ranks, collection


def test_recall_over_all_own_and_other_languages() -> None:
    ranks, collection = case()
    for cutoff, (everything, own, other, ceiling) in {
        3: ([2 / 4, 1, NAN], [1 / 2, NAN, NAN], [1 / 2, 1, NAN], [3 / 4, 1, NAN]),  # more relevant passages than hits
        10: ([1, 1, NAN], [1, NAN, NAN], [1, 1, NAN], [1, 1, NAN]),  # fewer: 1 can be reached
        1: ([1 / 4, 0, NAN], [1 / 2, NAN, NAN], [0, 0, NAN], [1 / 4, 1, NAN]),
    }.items():
        np.testing.assert_array_equal(recall(ranks, collection, cutoff, of="all"), everything)
        np.testing.assert_array_equal(recall(ranks, collection, cutoff, of="own"), own)
        np.testing.assert_array_equal(recall(ranks, collection, cutoff, of="other"), other)
        np.testing.assert_array_equal(recall_ceiling(ranks, collection, cutoff), ceiling)
