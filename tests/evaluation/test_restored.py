from pathlib import Path

from helpers.compared import evaluated
from isoglot.evaluation.restored import collection_results
from isoglot.evaluation.saved import read_results


def test_what_is_read_is_what_was_saved(tmp_path: Path) -> None:
    found = evaluated("a", vectors=1, draws=20)
    found.save(tmp_path / "a.json")
    (before,), (after,) = (collection_results(each).values() for each in (found, read_results(tmp_path / "a.json")))
    assert before.effects is not None
    assert before.effects.decomposition is not None
    assert after == before
    assert set(after.topics.queries) <= set(before.topics.queries)
    assert before.hits is not None
    assert before.hits.shape == (40, 10)
    assert after.hits is None
