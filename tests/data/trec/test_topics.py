from pathlib import Path

import pytest

from isoglot.data.trec.topics import read_topics
from isoglot.errors import DataError


def test_topics_keep_the_order_of_the_file_and_may_be_there_again(tmp_path: Path) -> None:
    (tmp_path / "topics").write_text("q2\t two? \n\nq1\tone\tand more?\nq2\ttwo?\n")
    assert list(read_topics(tmp_path / "topics").items()) == [("q2", "two?"), ("q1", "one\tand more?")]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("q1\tone?\nq2 two?\n", "topics: line 2: must be a query id and its text, separated by a tab"),
        ("\tone?\n", "topics: line 1: must be a query id"),
        ("q1\tone?\nq1\ttwo?\n", "topics: line 2: query 'q1' has another text in an earlier line"),
        ("\n", "topics: no topic in the file"),
    ],
)
def test_what_is_wrong_with_topics_is_said_with_its_line(content: str, error: str, tmp_path: Path) -> None:
    (tmp_path / "topics").write_text(content)
    with pytest.raises(DataError, match=error):
        read_topics(tmp_path / "topics")
