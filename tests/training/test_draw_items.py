"""Equal amounts of data: whole groups, at most so many items, smaller draws within larger ones."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.training import parse
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError
from isoglot.training.data import draw_items, training_data


def items(sizes: list[int]) -> ParallelDataset:
    """Groups of these sizes, whose items do not stand side by side."""
    names = sorted((number, f"g{group}") for group, size in enumerate(sizes) for number in range(size))
    rows = [
        {"id": f"{group}-{n}", "group": group, "domain": "", "query": {"en": "q"}, "passage": {"en": "p"}}
        for n, group in names
    ]
    return ParallelDataset.from_rows(rows, languages=["en"], key=f"sizes {sizes}")


@given(st.lists(st.integers(1, 6), min_size=1, max_size=20), st.integers(6, 60), st.integers(0, 30))
def test_whole_groups_within_each_other_and_the_same_every_time(sizes: list[int], few: int, more: int) -> None:
    data = items(sizes)
    small, large = draw_items(data, few), draw_items(data, few + more)
    assert len(small) <= few
    assert len(small) > few - max(sizes) or len(small) == len(data)
    assert set(small.rows["id"]) <= set(large.rows["id"])
    drawn = set(small.rows["group"])
    assert list(small.rows["id"]) == [row["id"] for row in data.rows if row["group"] in drawn]
    assert draw_items(items(sizes), few).fingerprint == small.fingerprint


def test_the_draw_is_random_and_comes_before_the_split(config: dict[str, Any]) -> None:
    train, held_out = training_data(parse(config, data={"max_items": 20, "validation": 0.25}).data)
    assert held_out is not None
    assert (len(train), len(held_out)) == (15, 5)
    drawn = set(train.rows["id"]) | set(held_out.rows["id"])
    assert 5 < len(drawn & {f"i{number}" for number in range(24)}) < 15  # from the whole of 48, not from one end
    other_seed, _ = training_data(parse(config, seed=5, data={"max_items": 20, "validation": 0.25}).data)
    assert other_seed.fingerprint == train.fingerprint


def test_the_draw_comes_after_other_choices(config: dict[str, Any], tmp_path: Path) -> None:
    rows = [json.loads(line) for line in Path(config["data"]["train"][0]).read_text().splitlines()]
    for row in rows[10:]:
        row["query"] = row["query"] | {"de": "again"} if int(row["id"][1:]) % 2 else {"en": row["query"]["en"]}
        row["passage"] = {lang: row["passage"][lang] for lang in row["query"]}
    path = tmp_path / "mixed.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    chosen = {"train": [str(path)], "languages": ["de"], "max_query_repeats": 1, "validation": None}
    train, _ = training_data(parse(config, data={**chosen, "max_items": 10}).data)
    assert set(train.rows["id"]) == {f"i{number}" for number in range(10)}


def test_a_group_larger_than_the_draw() -> None:
    with pytest.raises(DataError, match=r"'data\.max_items': the first group drawn has 3 items"):
        draw_items(items([3, 3]), 2)
