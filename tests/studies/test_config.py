from pathlib import Path
from typing import Any

import pytest

from helpers.studying import parse
from isoglot.errors import ConfigError
from isoglot.studies.config import StudyConfig, merged

STUDIES = Path(__file__).parents[2] / "studies"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"domains": {"a": {"train": ["x"], "home": "nowhere"}}}, r"domains.a.home': 'nowhere' is none of tests"),
        (
            {"domains": {name: {"train": ["x"], "home": "other"} for name in "ab"}},
            r"domains.a.home': two domains have the home 'other'",
        ),
        ({"arms": {"zero-shot": {}}}, r"arms.zero-shot': the untrained encoder has this name"),
        ({"arms": {"a b": {}}}, r"arms.a b': names are of letters"),
        ({"arms": {"mono": {"batch": {"polcy": "mono"}}}}, r"arms.mono with train: key 'batch.polcy'"),
        ({"arms": {"mono": {"seed": 3}}}, r"arms.mono.seed': the study sets it"),
        ({"arms": {"mono": {"data": {"train": ["x"]}}}}, r"arms.mono.data.train': say it in domains"),
        ({"arms": {"mono": {"batch": {"policy": "hybrid", "alpha": 2}}}}, r"alpha must be at most 1, but is 2.0"),
        ({"seeds": [1, 1]}, "key 'seeds'"),
        (
            {"verdict": {"treatment": "magic"}},
            "verdict.treatment': 'magic' is none of the arms: mono, hybrid, zero-shot",
        ),
        ({"verdict": {"measure": "ndcg@10"}}, "verdict.measure': 'ndcg@10' is not measured"),
        ({"verdict": {"tests": ["all"]}}, "verdict.tests': 'all' is none of trivia, other"),
        ({"measures": ["XY"]}, "XY"),
        ({"tests": {}}, "key 'tests'"),
        ({"repair": {"fit": ["x"], "kind": "magic"}}, "key 'repair': unknown transform 'magic'; known: centring"),
        ({"repair": {"fit": []}}, "repair.fit"),
        (
            {"translate": {"engine": "magic", "to": ["es"]}},
            "translate.engine': unknown 'magic'; known: apertium",
        ),
    ],
)
def test_what_cannot_work_is_named(content: dict[str, Any], change: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse({**content, **change})


def test_an_arm_replaces_key_by_key(content: dict[str, Any]) -> None:
    content["arms"]["slow"] = {"optimization": {"learning_rate": 1e-6}}
    config = parse(content).training("slow", train="data.parquet", seed=7, output=Path("x"))
    assert (config.optimization.learning_rate, config.optimization.steps, config.seed) == (1e-6, 2, 7)
    assert merged({"a": {"b": 1, "c": 2}}, {"a": {"c": 3}, "d": 4}) == {"a": {"b": 1, "c": 3}, "d": 4}


@pytest.mark.parametrize("path", sorted(STUDIES.glob("*.toml")), ids=lambda path: path.stem)
def test_the_studies_that_come_with_the_project_are_whole(path: Path) -> None:
    assert StudyConfig.read(path).domains
