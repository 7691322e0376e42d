"""What is known of the named data sets of a run."""

from pathlib import Path
from typing import Any

from helpers.hub import Hub
from helpers.tables import parquet
from helpers.training import parse
from isoglot.cards.record import trained_on
from isoglot.data.hub.lock import accept
from isoglot.files import write_json
from isoglot.training.config import TrainConfig
from isoglot.training.provenance import known_leaks, provenance
from isoglot.training.train import train


def config_of(*sources: str) -> TrainConfig:
    content = {
        "output": "runs/one",
        "encoder": {"name": "e5-small"},
        "data": {"sources": [{"paths": [source]} for source in sources]},
        "optimization": {"steps": 1},
    }
    return TrainConfig.parse(content, where="test")


def test_licences_and_known_leaks_of_a_part_of_a_set_and_of_a_set_that_is_made_of_others() -> None:
    run = config_of("sib200/train", "native-qa/train", "own.jsonl", "sib200")
    found = {each["name"]: each for each in provenance(run)}
    assert len(found) == 1 + 17
    assert found["sib200"]["leaks"] == ["belebele"]
    assert found["tydi-ru"] == {"name": "tydi-ru", "licence": "Apache-2.0", "leaks": ["miracl", "mrtydi"]}
    assert found["hindirc"]["leaks"] == []
    told = known_leaks(run)
    assert told is not None
    assert told.startswith("belebele, of which sib200 has texts; miracl, of which tydi-ar, ")
    assert known_leaks(config_of("own.jsonl", "sample/train")) is None


def test_a_set_of_the_hub_is_trained_on_and_its_commit_is_written_down(hub: Hub, config: dict[str, Any]) -> None:
    accept("mmarco")
    rows = {
        f"{name}/train/0000.parquet": parquet(
            [{"query": f"{name} {n}", "positive": f"{name} yes {n}", "negative": f"{name} no {n}"} for n in range(24)]
        )
        for name in ("german", "spanish")
    }
    commit = hub.put("unicamp-dl/mmarco", rows, revision="refs/convert/parquet", card={"license": "apache-2.0"})
    place = "hf@es:unicamp-dl/mmarco/spanish@refs/convert/parquet#rows=20"
    sources = [{"paths": ["mmarco@de,es#rows=24"]}, {"paths": [place], "policy": "mono"}]
    run = parse(config, data={"train": None, "sources": sources}, optimization={"steps": 2, "check_every": 2})
    record = train(run).record
    assert record["train"]["items"] + record["validation"]["items"] == 24 + 20
    key = {"unicamp-dl/mmarco@refs/convert/parquet": commit.sha}
    assert [(each["name"], each["commits"]) for each in record["provenance"]] == [("mmarco", key), (place, key)]
    assert record["provenance"][1]["licence"] == "apache-2.0"


def test_languages_and_rows_of_a_name_hide_no_leak() -> None:
    assert known_leaks(config_of("mrtydi-train@th#rows=5")) == "miracl, of which mrtydi-train has texts"
    assert known_leaks(config_of("sib200/train@en,de")) == "belebele, of which sib200 has texts"


def test_a_trained_or_merged_encoder_says_which_tests_it_has_texts_of(tmp_path: Path) -> None:
    record = {"provenance": provenance(config_of("sib200/train", "tydi-ru/train"))}
    write_json(record, tmp_path / "isoglot.json")
    assert trained_on(tmp_path, "belebele@en,de:/data/belebele") == ["sib200"]
    assert trained_on(tmp_path, "xquad-r") == []
    write_json({"merged": {"trained": {"record": record}}}, tmp_path / "isoglot.json")
    assert trained_on(tmp_path, "miracl/dev@ru:/data/miracl") == ["tydi-ru"]
    assert trained_on(tmp_path / "none", "belebele") == []
