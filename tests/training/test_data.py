"""What is trained on: where among the choices of items the draw comes."""

import json
from pathlib import Path
from typing import Any

from helpers.training import parse
from isoglot.training.data import training_data


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
    for row in rows[10:]:
        row["query"] = row["query"] | {"de": "again"} if int(row["id"][1:]) % 2 else {"en": row["query"]["en"]}
        row["passage"] = {lang: row["passage"][lang] for lang in row["query"]}
    path = tmp_path / "mixed.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    chosen = {"train": [str(path)], "languages": ["de"], "max_query_repeats": 1, "validation": None}
    train = training_data(parse(config, data={**chosen, "max_items": 10})).items
    assert set(train.rows["id"]) == {f"i{number}" for number in range(10)}
