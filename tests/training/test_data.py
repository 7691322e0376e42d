"""What is trained on: where among the choices of items the draw comes."""

import json
from pathlib import Path
from typing import Any

import pytest

from helpers.random_parallel import build, row
from helpers.training import parse
from isoglot.errors import DataError
from isoglot.training.data import training_data, validation_pairs


def test_the_draw_is_random_and_comes_before_the_split(config: dict[str, Any]) -> None:
    data = training_data(parse(config, data={"max_items": 20, "validation": 0.25}))
    train, held_out = data.items, data.validation
    assert held_out is not None
    assert (len(train), len(held_out)) == (15, 5)
    drawn = set(train.rows["id"]) | set(held_out.rows["id"])
    assert 5 < len(drawn & {f"i{number}" for number in range(24)}) < 15  # from the whole of 48, not from one end
    other_seed = training_data(parse(config, seed=5, data={"max_items": 20, "validation": 0.25})).items
    assert other_seed.fingerprint == train.fingerprint


def test_the_draw_comes_after_other_choices(config: dict[str, Any], tmp_path: Path) -> None:
    rows = [json.loads(line) for line in Path(config["data"]["train"][0]).read_text().splitlines()]
    for one in rows[10:]:
        one["query"] = one["query"] | {"de": "again"} if int(one["id"][1:]) % 2 else {"en": one["query"]["en"]}
        one["passage"] = {lang: one["passage"][lang] for lang in one["query"]}
    path = tmp_path / "mixed.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    chosen = {"train": [str(path)], "languages": ["de"], "max_query_repeats": 1, "validation": None}
    train = training_data(parse(config, data={**chosen, "max_items": 10})).items
    assert set(train.rows["id"]) == {f"i{number}" for number in range(10)}


def test_validation_batches_are_as_large_as_the_smallest_data_set_allows() -> None:
    large = [row(n, query=["de", "en"], passage=["de", "en"], source="large") for n in range(40)]
    small = [row(n, query=["es"], passage=["es"], source="small") for n in range(40, 50)]
    for one in small[5:]:
        one["group"] = small[0]["group"]
    data = build(large + small, ["de", "en", "es"])
    pairs, size = validation_pairs(data, batch_size=8, limit=1000)
    assert size == 5
    batches = [set(pairs["query"][start : start + size]) for start in range(0, len(pairs), size)]
    spanish = {one["query"]["es"] for one in small}
    assert all(len(batch) == size for batch in batches)
    assert {len(batch & spanish) for batch in batches} == {0, size}
    assert validation_pairs(data, batch_size=4, limit=1000)[1] == 4
    alone = build([{**one, "group": "one"} for one in small], ["es"])
    with pytest.raises(DataError, match="10 validation items in 1 language are too few"):
        validation_pairs(alone, batch_size=8, limit=1000)


def test_several_sets_to_validate_on_are_taken_together(config: dict[str, Any]) -> None:
    both = ["sample/test@de", "sample/test@en"]
    found = [training_data(parse(config, data={"validation": named})).validation for named in (both, both[0], both[1])]
    together, german, english = found
    assert together is not None
    assert german is not None
    assert english is not None
    assert len(together) == len(german) + len(english)


def test_what_is_for_evaluation_is_not_trained_on(config: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="squadshifts-reddit is for evaluation only"):
        training_data(parse(config, data={"train": ["squadshifts-reddit"]}))
