"""Positions, repeats and judgements in tables of any chunks, against looking at every row."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isoglot.data import repeats, tables
from isoglot.data.collection import Collection
from isoglot.data.judgements import Judgements
from isoglot.data.repeats import SeenIds
from isoglot.errors import DataError

letters = st.sampled_from("abcdefg")
chunked = st.lists(st.lists(letters, max_size=4), min_size=1, max_size=4)
keys = st.lists(st.integers(0, 4), max_size=8)


@given(chunked)
def test_values_are_numbered_as_they_appear(chunks: list[list[str]]) -> None:
    values = [value for chunk in chunks for value in chunk]
    column = pa.chunked_array([pa.array(chunk, pa.string()) for chunk in chunks])
    assert tables.numbered(column).tolist() == [list(dict.fromkeys(values)).index(value) for value in values]


@given(st.permutations("abcdefg"), st.integers(0, 6), st.lists(st.sampled_from("abcxyz")))
def test_positions_are_those_of_the_values(held: list[str], cut: int, wanted: list[str]) -> None:
    column = pa.chunked_array([held[:cut], held[cut:]], pa.string())
    expected = [held.index(value) if value in held else -1 for value in wanted]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "_SEARCH_ROWS", 3)
        assert tables.positions(column, wanted).tolist() == expected


@given(st.lists(letters))
def test_the_first_repeat_is_found_whatever_the_hashes(ids: list[str]) -> None:
    again = [n for n, identity in enumerate(ids) if identity in ids[:n]]
    for hashed in (hash, lambda identity: ord(identity) % 2):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(repeats, "hash", hashed, raising=False)
            seen = SeenIds()
            for identity in ids:
                seen.add(identity)
            found = seen.find(zip(ids, range(len(ids)), strict=True))
        assert found == ((ids[again[0]], ids.index(ids[again[0]]), again[0]) if again else None)


@given(keys, keys)
def test_judgements_by_key_are_all_pairs_of_one_key(queries: list[int], passages: list[int]) -> None:
    made = Judgements.by_key(np.array(queries, dtype=np.int64), np.array(passages, dtype=np.int64)).sorted()
    expected = [(q, p) for q, key in enumerate(queries) for p, other in enumerate(passages) if key == other]
    assert list(zip(made.query.tolist(), made.passage.tolist(), strict=True)) == expected


def strings(rows: list[dict[str, str | None]], chunk: int) -> pa.Table:
    whole = pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in rows[0]]))
    return pa.concat_tables([whole.slice(start, chunk) for start in range(0, len(rows), chunk)])


PASSAGES: list[dict[str, str | None]] = [
    {"id": f"p{n}", "text": f"text {n}", "lang": "EN" if n % 2 else "de"} for n in range(25)
]


def test_a_collection_is_the_same_from_rows_and_from_tables_of_any_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    queries: list[dict[str, str | None]] = [
        {"id": "q1", "text": "one?", "lang": "en", "group": "g", "cluster": None},
        {"id": "q2", "text": "zwei?", "lang": "de", "group": None, "cluster": "c"},
    ]
    monkeypatch.setattr("isoglot.data.collection.RUN_ROWS", 10)
    relevant = {("q1", "p24"): 1, ("q2", "p3"): 2}
    made = [
        Collection.from_tables("set", queries=strings(queries, 1), passages=strings(PASSAGES, size), relevant=relevant)
        for size in (4, 10, 25)
    ]
    made.append(Collection.from_rows("set", queries=queries, passages=PASSAGES, relevant=relevant))
    assert len({collection.fingerprint for collection in made}) == 1
    assert [row["cluster"] for row in made[0].queries.to_pylist()] == [None, "c"]
    assert made[0].passages["lang"].to_pylist()[:2] == ["de", "en"]
    assert made[0].judgements.passage.tolist() == [24, 3]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "p3"}, "set: passage id 'p3' occurs twice"),
        ({"id": None}, "set: passage 18 has no id"),
        ({"text": " \u3000"}, "set: passage 'p17' has an empty text"),
        ({"text": None}, "set: passage 'p17' has an empty text"),
        ({"lang": None}, "set: passage 'p17' has no \"lang\""),
        ({"lang": "xx"}, "set: passage 'p17': 'xx' is not a language code"),
    ],
)
def test_a_bad_row_of_a_table_is_named(monkeypatch: pytest.MonkeyPatch, change: dict[str, str], message: str) -> None:
    monkeypatch.setattr(tables, "RUN_ROWS", 10)
    rows = [{**row, **change} if n == 17 else row for n, row in enumerate(PASSAGES)]
    query: list[dict[str, str | None]] = [{"id": "q", "text": "q", "lang": "en"}]
    with pytest.raises(DataError, match=message):
        Collection.from_tables("set", queries=strings(query, 1), passages=strings(rows, 4), relevant={})
