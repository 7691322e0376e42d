"""What is known of the named data sets of a run."""

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
