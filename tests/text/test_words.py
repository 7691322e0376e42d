"""What BM25 counts in scripts with and without spaces."""

import pytest

from isoglot.text.words import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Côté-d'Or, 3.5 km!", ["the", "côté", "d", "or", "3", "5", "km"]),
        ("文字列を検索", ["文字", "字列", "列を", "を検", "検索"]),
        ("Writer 文書を開く F5", ["writer", "文書", "書を", "を開", "開く", "f5"]),
        ("字", ["字"]),
        ("ค้นหา", ["ค้", "้น", "นห", "หา"]),  # code points: a tone mark is one
        ("हिन्दी में खोजें", ["हिन्दी", "में", "खोजें"]),  # vowel signs do not end a word
        ("한국어 검색", ["한국어", "검색"]),
        ("ＦＵＬＬ　ｗｉｄｔｈ", ["full", "width"]),
        ("… — !", []),
    ],
)
def test_words_of_scripts(text: str, expected: list[str]) -> None:
    assert words(text) == expected
