"""``ParallelDataset``: masks, numbers and parts tell the truth about the rows, and a file gives them back."""

import math
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError

Rows = list[dict[str, Any]]
LANGUAGES = ("de", "en", "zh")
SIDES = ("query", "passage")

texts = st.text(min_size=1).filter(str.strip)
by_language = st.dictionaries(st.sampled_from(LANGUAGES), texts)
items = st.fixed_dictionaries(
    {
        "id": st.text(min_size=1),
        "group": st.sampled_from(["g", "h", "i"]),
        "domain": st.sampled_from(["help", "wiki"]),
        "query": by_language,
        "passage": by_language,
        "negatives": st.dictionaries(st.sampled_from(LANGUAGES), st.lists(texts, min_size=1, max_size=2)),
    },
    optional={"doc": st.sampled_from(["g", "d"])},
)
some_rows = st.lists(items, max_size=8)


def all_texts(rows: Rows) -> Iterator[str]:
    """Queries, passages and negatives: everything that an encoder may read."""
    for row in rows:
        for side in SIDES:
            yield from row[side].values()
        for negatives in row["negatives"].values():
            yield from negatives


def build(rows: Rows, languages: Sequence[str] = LANGUAGES) -> ParallelDataset:
    return ParallelDataset.from_rows(rows, languages=languages, key=f"{languages} {rows}")


def row(name: str, group: str, *languages: str) -> dict[str, Any]:
    texts = {side: {language: f"{side} {name} {language}" for language in languages} for side in SIDES}
    return {"id": name, "group": group, "domain": "help", **texts}


def numbered(groups: int, *, each: int = 2) -> ParallelDataset:
    return build([row(f"{g}.{n}", f"group {g}", *LANGUAGES) for g in range(groups) for n in range(each)])


def contents(data: ParallelDataset) -> Rows:
    """The rows less what concatenation renames."""
    return [{key: value for key, value in row.items() if key not in ("id", "group", "source", "doc")} for row in data]


def only(rows: Rows, *languages: str) -> Rows:
    sides = (*SIDES, "negatives")
    return [{**r, **{s: {k: v for k, v in r[s].items() if k in languages} for s in sides}} for r in rows]


@given(some_rows)
@settings(max_examples=12, deadline=None)
def test_arrays_and_texts_agree_with_the_rows(rows: Rows) -> None:
    data = build(rows, languages=("zh", "de", "en"))
    assert list(data) == [{"source": "", **row} for row in rows]
    assert data.languages == LANGUAGES
    for side, mask in (("query", data.has_query), ("passage", data.has_passage)):
        assert mask.tolist() == [[language in row[side] for language in LANGUAGES] for row in rows]
    names = [row["group"] for row in rows]
    assert data.groups.tolist() == [list(dict.fromkeys(names)).index(name) for name in names]
    units = [("doc", row["doc"]) if "doc" in row else ("group", row["group"]) for row in rows]
    assert data.docs.tolist() == [list(dict.fromkeys(units)).index(unit) for unit in units]
    assert data.sources.tolist() == [0] * len(rows)
    assert sorted(data.texts()) == sorted(all_texts(rows))


@given(some_rows, st.data())
@settings(max_examples=8, deadline=None)
def test_a_saved_file_gives_the_same_data(rows: Rows, draw: st.DataObject) -> None:
    data = build(rows)
    part = data.select(draw.draw(st.lists(st.sampled_from(range(len(rows))))) if rows else [])
    with tempfile.TemporaryDirectory() as folder:
        path, twin = Path(folder, "new", "a.parquet"), Path(folder, "b.parquet")
        for saved in (data, part):
            saved.save(path)
            opened = ParallelDataset.open(path)
            opened.save(twin)
            assert list(opened) == list(saved)
            assert opened.languages == saved.languages
            assert opened.has_query.tolist() == saved.has_query.tolist()
            assert opened.groups.tolist() == saved.groups.tolist()
            assert opened.docs.tolist() == saved.docs.tolist()
            assert ParallelDataset.open(twin).fingerprint == opened.fingerprint
        assert {file.name for file in path.parent.iterdir()} == {"a.parquet"}


def test_a_key_is_written_once(isoglot_cache: Path) -> None:
    def breaks_off() -> Iterator[dict[str, Any]]:
        yield row("a", "g", "en")
        raise DataError("a bad second row")

    before = set((isoglot_cache / "parallel").iterdir())
    with pytest.raises(DataError, match="a bad second row"):
        ParallelDataset.from_rows(breaks_off(), languages=["en"], key="test: written once")
    assert set((isoglot_cache / "parallel").iterdir()) == before
    first = ParallelDataset.from_rows([row("a", "g", "en")], languages=["en"], key="test: written once")
    untouched = iter([row("b", "g", "en")])
    again = ParallelDataset.from_rows(untouched, languages=["en"], key="test: written once")
    assert next(untouched)["id"] == "b"
    assert list(again) == list(first)
    assert again.fingerprint == first.fingerprint
    other = ParallelDataset.from_rows([row("a", "g", "en")], languages=["en"], key="test: another")
    assert other.fingerprint != first.fingerprint


def test_more_rows_than_a_batch_holds() -> None:
    data = build([row(str(n), f"g{n // 3}", "en", *(["de"] if n % 7 else [])) for n in range(2_500)])
    assert data.groups.tolist() == [n // 3 for n in range(2_500)]
    assert data.has_query[:, 0].tolist() == [bool(n % 7) for n in range(2_500)]
    assert len(list(data.texts())) == 2 * (int(data.has_query.sum()))


def test_select_takes_indices_and_masks() -> None:
    data = numbered(3)
    assert [row["id"] for row in data.select([4, 0, 1])] == ["2.0", "0.0", "0.1"]
    assert data.select([4, 0, 1]).groups.tolist() == [0, 1, 1]
    assert data.select([]).has_query.shape == (0, 3)
    mask = np.array([True, False, True, False, False, False])
    assert list(data.select(mask)) == list(data.select([0, 2]))
    assert data.select(mask).fingerprint == data.select([0, 2]).fingerprint
    assert len({part.fingerprint for part in (data, data.select([0, 2]), data.select([2, 0]))}) == 3


@given(some_rows)
@settings(max_examples=12, deadline=None)
def test_restricted_data_has_no_other_language(rows: Rows) -> None:
    data = build(rows)
    held = data.restrict(["ZH", "de"])
    kept = [row for row in only(rows, "de", "zh") if row["query"] and row["passage"]]
    assert held.languages == ("de", "zh")
    assert list(held) == [{"source": "", **row} for row in kept]
    assert held.has_query.tolist() == [[language in row["query"] for language in held.languages] for row in kept]
    assert sorted(held.texts()) == sorted(all_texts(kept))
    joined = ParallelDataset.concatenate([held, data])
    assert contents(joined)[: len(held)] == contents(held)
    with tempfile.TemporaryDirectory() as folder:
        held.save(Path(folder, "a.parquet"))
        opened = ParallelDataset.open(Path(folder, "a.parquet"))
    assert (opened.languages, list(opened)) == (held.languages, list(held))


def test_restrict_names_what_the_data_lacks() -> None:
    data = numbered(1)
    assert data.restrict(["en"]).fingerprint == data.restrict(["en", "EN"]).fingerprint
    assert data.restrict(["en"]).fingerprint != data.restrict(["de"]).fingerprint
    with pytest.raises(DataError, match=r"the data has nothing in fr, pt-BR; its languages are de, en, zh"):
        data.restrict(["fr", "en", "pt_br"])
    with pytest.raises(DataError, match="'xx' is not a language code"):
        data.restrict(["xx"])


@given(st.integers(2, 12), st.integers(1, 3), st.floats(0.01, 0.99), st.integers(0, 9))
@settings(max_examples=12, deadline=None)
def test_a_split_parts_groups(groups: int, each: int, share: float, seed: int) -> None:
    data = numbered(groups, each=each)
    size = round(share * groups)
    if size in (0, groups):
        with pytest.raises(DataError, match=f"a share of {share} of {groups} groups leaves one side"):
            data.split(share, seed=seed)
        return
    rest, held = data.split(share, seed=seed)
    sides = [{row["group"] for row in part} for part in (rest, held)]
    assert not sides[0] & sides[1]
    assert len(sides[1]) == size
    assert sorted(row["id"] for part in (rest, held) for row in part) == sorted(row["id"] for row in data)
    again = data.split(share, seed=seed)
    assert [part.fingerprint for part in again] == [rest.fingerprint, held.fingerprint]


def test_a_split_depends_on_its_seed() -> None:
    data = numbered(20, each=1)
    assert len({tuple(data.split(0.5, seed=seed)[1].rows["id"]) for seed in range(5)}) == 5
    for share in (0.0, 1.0, -0.2, 1.2, 0.02):
        with pytest.raises(DataError, match="leaves one side of the split empty"):
            data.split(share, seed=0)


def test_a_split_parts_docs_and_what_their_groups_connect() -> None:
    docs = ["a", "a", "b", "c", "d", None, None]
    groups = ["1", "2", "3", "3", "4", "4", "5"]  # b and c share group 3; an item without a doc shares d's group
    rows = [row(f"{n}", group, "en") for n, group in enumerate(groups)]
    data = build([{**item, "doc": doc} for item, doc in zip(rows, docs, strict=True)])
    units = [{"0", "1"}, {"2", "3"}, {"4", "5"}, {"6"}]
    held = [set(data.split(0.25, seed=seed)[1].rows["id"]) for seed in range(12)]
    assert all(part in units for part in held)
    assert len({frozenset(part) for part in held}) > 1
    joined = ParallelDataset.concatenate([data, numbered(1), data.select([0, 4])])
    assert joined.docs.tolist() == [0, 0, 1, 2, 3, 4, 5, 6, 6, 7, 8]
    with pytest.raises(DataError, match=r"a share of 0\.05 of 4 docs leaves one side"):
        data.split(0.05, seed=0)


def test_files_of_before_there_were_docs_are_read(tmp_path: Path, isoglot_cache: Path) -> None:
    data, path = numbered(2), tmp_path / "a.parquet"
    data.save(path)
    assert "doc" not in pq.read_schema(path).names
    assert ParallelDataset.open(path).docs.tolist() == [0, 0, 1, 1]
    (cached,) = (isoglot_cache / "parallel").glob(f"{data.fingerprint[:32]}.arrow")
    with pa.OSFile(str(cached), "rb") as file:
        table = pa.ipc.open_stream(file).read_all().drop_columns("doc")
    cached.unlink()  # it is memory-mapped: written over, it would change under the reader
    with pa.OSFile(str(cached), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table)
    old = numbered(2)
    assert (list(old), old.fingerprint, old.docs.tolist()) == (list(data), data.fingerprint, [0, 0, 1, 1])
    documented = build([{**row("x", "g", "en"), "doc": "d"}])
    assert ParallelDataset.concatenate([old, documented]).docs.tolist() == [0, 0, 1, 1, 2]


def test_concatenation_keeps_parts_apart(tmp_path: Path) -> None:
    one = build([row("a", "g", "en", "de"), row("b", "g", "en")], ["de", "en"])
    two = build([row("a", "g", "zh"), row("b", "h", "en"), row("c", "h", "zh")], ["en", "zh"])
    two.save(tmp_path / "two.parquet")
    opened = ParallelDataset.open(tmp_path / "two.parquet")
    joined = ParallelDataset.concatenate([one, opened.select([2, 0]), one.select([])])
    assert joined.languages == LANGUAGES
    assert contents(joined) == contents(one) + contents(two.select([2, 0]))
    assert joined.has_passage.tolist() == [
        [True, True, False],
        [False, True, False],
        *[[False, False, True]] * 2,
    ]
    assert joined.groups.tolist() == [0, 0, 1, 2]
    assert joined.sources.tolist() == [0, 0, 1, 1]
    assert len(set(joined.rows["id"])) == len(joined)
    nested = ParallelDataset.concatenate([joined, one])
    assert nested.groups.tolist() == [0, 0, 1, 2, 3, 3]
    assert nested.sources.tolist() == [0, 0, 1, 1, 2, 2]
    assert ParallelDataset.concatenate([one]) is one
    assert ParallelDataset.concatenate([one, two]).fingerprint != ParallelDataset.concatenate([two, one]).fingerprint


def test_a_file_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    numbered(1).save(path)
    before = ParallelDataset.open(path)
    numbered(2).save(path)
    assert [len(data) for data in (before, ParallelDataset.open(path))] == [2, 4]
    assert len(list(before)) == 2


def test_what_is_no_parallel_data_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    with pytest.raises(DataError, match=f"{path}: no such file"):
        ParallelDataset.open(path)
    numbered(9).save(path)
    whole = path.read_bytes()
    for content in (b"", b"plain text", whole[: math.ceil(len(whole) / 2)]):
        path.write_bytes(content)
        with pytest.raises(DataError, match=f"{path}: not a readable Parquet file"):
            ParallelDataset.open(path)
    columns = {name: ["x"] for name in ("id", "group", "domain", "source", "query", "passage", "negatives")}
    pq.write_table(pa.table({"text": ["a"], "query": ["b"]}), path)
    with pytest.raises(DataError, match=f"{path}: lacks the columns id, group, domain, source, passage, neg"):
        ParallelDataset.open(path)
    for other in ({}, {"query": [{"en": "x"}]}, {"query": [{"en": 1}], "passage": [{"en": "x"}]}):
        pq.write_table(pa.table({**columns, **other}), path)
        with pytest.raises(DataError, match=f"{path}: its columns are not those of parallel data"):
            ParallelDataset.open(path)
