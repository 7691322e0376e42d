"""ArguAna's rule: numbers with it, without it, and of a run that was written without it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from helpers.scored import scored
from isoglot.data.collection import Collection
from isoglot.encoder.similarity import Similarity
from isoglot.evaluation.embedded import Embedded
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate_embedded

COUNT = 10
OPTIONS = EvaluationOptions(draws=20)


@pytest.fixture
def argued() -> Embedded:
    """Ten arguments, each asking for its counter-argument, all of them passages: the first hit is the query itself."""
    rows = [{"id": f"pro{n}", "text": f"pro {n}", "lang": "en"} for n in range(COUNT)]
    against = [{"id": f"con{n}", "text": f"con {n}", "lang": "en"} for n in range(COUNT)]
    relevant = {(f"pro{n}", f"con{n}"): 1 for n in range(COUNT)}
    random = np.random.default_rng(0)
    own = random.normal(size=(COUNT, 30))
    vectors = np.concatenate([own, own + 0.1 * random.normal(size=own.shape)])
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return Embedded(
        collection=Collection.from_rows("argued", queries=rows, passages=[*rows, *against], relevant=relevant),
        queries=vectors[:COUNT],
        passages=vectors,
        similarity=Similarity.COSINE,
    )


def test_a_query_that_is_a_passage_is_not_its_own_hit(argued: Embedded, tmp_path: Path) -> None:
    run, qrels = tmp_path / "run", tmp_path / "qrels.tsv"
    qrels.write_text("".join(f"pro{n}\tcon{n}\t1\n" for n in range(COUNT)))
    by_rule = evaluate_embedded(argued, options=OPTIONS)
    kept = evaluate_embedded(argued, options=replace(OPTIONS, keep_identical_ids=True, run=run))
    assert (by_rule.identical_ids, kept.identical_ids) == (COUNT, 0)
    assert kept.fingerprint != by_rule.fingerprint
    assert (by_rule.value("multi", "map"), kept.value("multi", "map")) == (1, 0.5)
    # The run has every query as its own first hit. Scored by the same rule it gives what the ranking without it gives.
    for wanted in (by_rule, kept):
        found = scored(run, qrels, draws=20, keep_identical_ids=wanted is kept)
        assert found.value("multi", "map") == pytest.approx(wanted.value("multi", "map"))
        assert found.identical_ids == wanted.identical_ids


def test_a_passage_judged_relevant_stays(argued: Embedded) -> None:
    rows, passages = argued.collection.queries.to_pylist(), argued.collection.passages.to_pylist()
    relevant = {(row["id"], row["id"]): 1 for row in rows}
    related = Collection.from_rows("argued", queries=rows, passages=passages, relevant=relevant)
    found = evaluate_embedded(replace(argued, collection=related), options=OPTIONS)
    assert (found.identical_ids, found.value("multi", "map")) == (0, 1)
