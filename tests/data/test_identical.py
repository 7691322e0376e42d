"""A passage that has a query's id is no candidate for it unless it is judged relevant."""

import numpy as np

from isoglot.data.collection import Collection
from isoglot.data.identical import left_out_by_id

ROWS = [{"id": name, "text": f"text of {name}", "lang": "en"} for name in ("graded 0", "relevant", "unjudged", "other")]
JUDGED = {("graded 0", "graded 0"): 0, ("relevant", "relevant"): 1, ("unjudged", "other"): 1, ("alone", "other"): 1}


def made() -> Collection:
    queries = [*ROWS[:3], {"id": "alone", "text": "?", "lang": "en"}]
    return Collection.from_rows("argued", queries=queries, passages=ROWS[::-1], relevant=JUDGED)


def test_only_what_is_judged_relevant_stays() -> None:
    assert made().query_passage.tolist() == [3, -1, 1, -1]


def test_some_of_the_queries_keep_it() -> None:
    some = made().of_queries(np.array([1, 2]))
    assert some.queries["id"].to_pylist() == ["relevant", "unjudged"]
    assert some.query_passage.tolist() == [-1, 1]
    assert (some.judgements.query.tolist(), some.judgements.passage.tolist()) == ([0, 1], [2, 0])


def test_what_is_kept_is_another_collection() -> None:
    kept = made().with_identical_ids()
    assert kept.query_passage.tolist() == [-1] * 4
    assert kept.fingerprint != made().fingerprint
    assert kept.of_queries(kept.query_group).query_passage.tolist() == [-1] * 4


def test_a_text_that_asks_for_its_translations_loses_nothing() -> None:
    rows = [{"id": f"{n}-{tag}", "text": f"{n}", "lang": tag, "group": n} for n in "ab" for tag in ("de", "en")]
    relevant = {("a-de", "a-en"): 1, ("b-en", "a-en"): 1}
    asked = Collection.from_rows("alone", queries=[rows[0], rows[3]], passages=rows, relevant=relevant)
    assert asked.query_passage.tolist() == [0, 3]
    assert left_out_by_id(asked.query_passage, asked.passages, asked.judgements) == 1
