"""What is known of the named data sets of a run."""

from pathlib import Path

from isoglot.cards.record import trained_on
from isoglot.files import write_json
from isoglot.training.config import TrainConfig
from isoglot.training.provenance import known_leaks, provenance


def config(*sources: str) -> TrainConfig:
    content = {
        "output": "runs/one",
        "encoder": {"name": "e5-small"},
        "data": {"sources": [{"paths": [source]} for source in sources]},
        "optimization": {"steps": 1},
    }
    return TrainConfig.parse(content, where="test")


def test_licences_and_known_leaks_of_a_part_of_a_set_and_of_a_set_that_is_made_of_others() -> None:
    run = config("sib200/train", "native-qa/train", "own.jsonl", "sib200")
    found = {each["name"]: each for each in provenance(run)}
    assert len(found) == 1 + 17
    assert found["sib200"]["leaks"] == ["belebele"]
    assert found["tydi-ru"] == {"name": "tydi-ru", "licence": "Apache-2.0", "leaks": ["miracl", "mrtydi"]}
    assert found["hindirc"]["leaks"] == []
    told = known_leaks(run)
    assert told is not None
    assert told.startswith("belebele, of which sib200 has texts; miracl, of which tydi-ar, ")
    assert known_leaks(config("own.jsonl", "sample/train")) is None


def test_a_trained_or_merged_encoder_says_which_tests_it_has_texts_of(tmp_path: Path) -> None:
    record = {"provenance": provenance(config("sib200/train", "tydi-ru/train"))}
    write_json(record, tmp_path / "isoglot.json")
    assert trained_on(tmp_path, "belebele@en,de:/data/belebele") == ["sib200"]
    assert trained_on(tmp_path, "xquad-r") == []
    write_json({"merged": {"trained": {"record": record}}}, tmp_path / "isoglot.json")
    assert trained_on(tmp_path, "miracl/dev@ru:/data/miracl") == ["tydi-ru"]
    assert trained_on(tmp_path / "none", "belebele") == []
