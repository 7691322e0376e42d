"""What pandas, ``datasets`` and Arrow write of the project's own format is read as JSON lines are."""

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import Dataset

from isoglot.data.formats.parquet import read_parquet
from isoglot.data.load import load_collection, load_parallel
from isoglot.errors import DataError

ROWS: list[dict[str, Any]] = [
    {"more": 1.5, "passage": {"en": "A", "de": None}, "query": {"en": "a?", "de": "ä?"}, "id": "a", "group": "one"},
    {"more": 2.5, "passage": {"en": "B", "de": "B"}, "query": {"en": None, "de": "b?"}, "id": "b", "group": None},
]
READ = [
    ("a", "one", "birds", {"en": "a?", "de": "ä?"}, {"en": "A"}),
    ("b", "b", "birds", {"de": "b?"}, {"en": "B", "de": "B"}),
]


def with_pandas(path: Path) -> None:
    pd.DataFrame(ROWS).to_parquet(path)


def with_datasets(path: Path) -> None:
    Dataset.from_list(ROWS).to_parquet(str(path))


def with_large_strings(path: Path) -> None:
    text = pa.large_string()
    by_language = pa.struct([("en", text), ("de", text)])
    fields = [("more", pa.float64()), ("query", by_language), ("passage", by_language), ("group", text), ("id", text)]
    pq.write_table(pa.Table.from_pylist(ROWS, schema=pa.schema(fields)), path)


@pytest.mark.parametrize("write", [with_pandas, with_datasets, with_large_strings])
def test_what_others_write_is_read(tmp_path: Path, write: Any) -> None:
    path = tmp_path / "birds.parquet"
    write(path)
    data = load_parallel(path)
    assert data.languages == ("de", "en")
    assert [(row["id"], row["group"], row["domain"], row["query"], row["passage"]) for row in data] == READ
    assert len(load_collection(path).queries) == 3
    data.save(tmp_path / "ours.parquet")
    assert list(read_parquet(tmp_path / "ours.parquet")) == list(data)


def test_columns_of_ours_with_nulls_in_them_are_checked_too(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.parquet", tmp_path / "theirs.parquet"
    with_pandas(theirs)
    load_parallel(theirs).save(ours)
    table = pq.read_table(ours)
    column = table.schema.get_field_index("group")
    pq.write_table(table.set_column(column, "group", pa.nulls(2, pa.string())), theirs)
    assert load_parallel(theirs).groups.tolist() == [0, 1]  # not one group of all that state none


def test_labels_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pd.DataFrame([{**row, "label": label} for row, label in zip(ROWS, (0, 1), strict=True)]).to_parquet(path)
    assert list(load_parallel(path).rows["id"]) == ["b"]
    assert list(load_parallel(path, pairs="negative").rows["id"]) == ["a"]


def test_a_bad_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pd.DataFrame([*ROWS, {**ROWS[0], "id": "c", "query": {"en": " "}}]).to_parquet(path)
    with pytest.raises(DataError, match=f'{path}: row 3: key "query.en" must be a non-empty text'):
        read_parquet(path)
    pd.DataFrame([ROWS[0], ROWS[0]]).to_parquet(path)
    with pytest.raises(DataError, match=f"{path}: row 2: id 'a' was used in row 1"):
        read_parquet(path)
    pd.DataFrame([{"id": "a", "query": "no struct"}]).to_parquet(path)
    with pytest.raises(DataError, match=f"{path}: lacks the columns passage"):
        read_parquet(path)
    path.write_bytes(b"plain text")
    with pytest.raises(DataError, match=f"{path}: not a readable Parquet file"):
        read_parquet(path)


def test_sentences_and_docs_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pd.DataFrame([{"id": f"{n}", "text": {"en": "A", "de": "Ä"}, "doc": "d"} for n in range(2)]).to_parquet(path)
    data = load_parallel(path)
    assert (data.groups.tolist(), data.docs.tolist()) == ([0, 1], [0, 0])
    assert next(iter(data))["query"] == {"de": "Ä", "en": "A"}
    data.save(path)
    assert load_parallel(path).docs.tolist() == [0, 0]
    pd.DataFrame(ROWS).to_parquet(path)
    with pytest.raises(DataError, match="no row says which sentence holds the answer"):
        load_parallel(path, passage="sentence")
