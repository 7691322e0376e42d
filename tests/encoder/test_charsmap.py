import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers.normalizers import Precompiled

from isoglot.encoder.charsmap import compile_charsmap, compositions

characters = st.characters(exclude_categories=("Cs", "Mn", "Mc", "Me"), exclude_characters="\0")


@given(st.dictionaries(characters, st.text(characters, max_size=4), max_size=60), st.text(characters))
def test_every_key_is_replaced_and_nothing_else(table: dict[str, str], text: str) -> None:
    normalise = Precompiled(compile_charsmap(table)).normalize_str

    assert [normalise(key) for key in table] == list(table.values())
    # Characters apart: what joins into one grapheme is looked up as a whole, which is the reader's affair.
    assert [normalise(character) for character in text] == [table.get(c, c) for c in text]


@given(st.dictionaries(st.text(st.sampled_from("ab"), min_size=3, max_size=5), st.text(st.sampled_from("xyz"))))
def test_keys_that_share_beginnings_reach_their_own_values(table: dict[str, str]) -> None:
    charsmap = compile_charsmap(table)

    assert {key: _longest_match(charsmap, key) for key in table} == table
    assert _longest_match(charsmap, "ab") is None


def _longest_match(charsmap: bytes, key: str) -> str | None:
    """Walk the double array by its definition, as SentencePiece does."""
    size = int.from_bytes(charsmap[:4], "little")
    units = [int.from_bytes(charsmap[4 + at : 8 + at], "little") for at in range(0, size, 4)]
    strings = charsmap[4 + size :]
    position, found = units[0] >> 10, None
    for byte in key.encode():
        position ^= byte
        if units[position] & 0x800000FF != byte:
            break
        unit = units[position]
        position ^= unit >> 10
        if unit & 0x100:
            start = units[position] & 0x7FFFFFFF
            found = strings[start : strings.index(b"\0", start)].decode()
    return found


def test_letters_with_one_mark_are_composed_and_others_left() -> None:
    table = compositions()

    assert table["e\u0301"] == "é"
    assert table["\u0438\u0306"] == "й"
    assert all(unicodedata.normalize("NFC", pair) == composed for pair, composed in table.items())
    assert "\u0915\u093c" not in table  # Unicode excludes it from composition


@pytest.mark.parametrize("table", [{"": "a"}, {"a": "b\0"}, {"\0": "b"}])
def test_what_the_layout_cannot_hold_is_refused(table: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="cannot be compiled"):
        compile_charsmap(table)
