"""Columns of a terminal, and lines that begin with Arabic or Hebrew."""

import pytest

from isoglot.columns import columns, left_to_right


@pytest.mark.parametrize(
    ("text", "wide"), [("abc", 3), ("質問", 4), ("e\u0301", 1), ("\u200eab", 2), ("มี", 1), ("", 0)]
)
def test_marks_take_no_column_and_wide_characters_two(text: str, wide: int) -> None:
    assert columns(text) == wide


def test_a_line_begins_on_the_left() -> None:
    for line in ("- מתי 1", "مجموعة.parquet"):
        assert left_to_right(line) == f"\u200e{line}"
    for line in ("as it is", "é מתי", "48 é", "", "質問 מתי"):
        assert left_to_right(line) == line
