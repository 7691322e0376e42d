from pathlib import Path

import numpy as np
import pytest

from helpers.literal import make_case
from isoglot.errors import DataError
from isoglot.evaluation.evaluate import evaluate_embedded
from isoglot.evaluation.saved import is_saved
from isoglot.evaluation.topics import read_topics, topics_path, write_topics
from isoglot.files import write_json


def test_values_come_back_from_the_file_as_they_were(tmp_path: Path) -> None:
    case = make_case(languages=["ar", "de", "zh"], queries=20, passages=60, values=3, seed=5)
    topics = evaluate_embedded(case.embedded).topics
    write_topics({"one": topics, "two": topics}, tmp_path / "a.json")
    found = read_topics(tmp_path / "a.json")
    assert list(found) == ["one", "two"]
    for name, table in topics.tables.items():
        again = found["two"].tables[name]
        queries = [found["two"].queries[n] for n in again.query]
        assert queries == [topics.queries[n] for n in table.query]
        assert [again.cells[n] for n in again.cell] == [table.cells[n] for n in table.cell]
        clusters = found["two"].cluster[again.query]
        same = clusters[:, None] == clusters[None, :]
        expected = topics.cluster[table.query]
        np.testing.assert_array_equal(same, expected[:, None] == expected[None, :])
        assert list(again.values) == list(table.values)
        for measure, values in table.values.items():
            np.testing.assert_array_equal(again.values[measure], values)


def test_another_parquet_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "b.topics.parquet").write_bytes(b"PAR1 not at all")
    with pytest.raises(DataError, match=r"b\.topics\.parquet: not a readable Parquet file"):
        read_topics(tmp_path / "b.json")
    with pytest.raises(DataError, match=r"c\.topics\.parquet: no such file"):
        read_topics(tmp_path / "c.json")


def test_results_of_which_a_file_is_cut_are_not_saved(tmp_path: Path) -> None:
    """A study would leave the test out as done, and fail at its report for good."""
    results = tmp_path / "a.json"
    case = make_case(languages=["ar", "de"], queries=4, passages=8, values=3, seed=5)
    write_topics({"one": evaluate_embedded(case.embedded).topics}, results)
    assert not is_saved(results)
    write_json({"encoder": "e", "collections": {"one": {"fingerprint": "f"}}}, results)
    assert is_saved(results)
    for path in (results, topics_path(results)):
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        assert not is_saved(results)
        path.write_bytes(whole)
