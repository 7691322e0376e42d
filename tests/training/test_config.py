import json
from pathlib import Path
from typing import Any

import pytest

from helpers.training import parse
from isoglot.batching.policies.cross_lingual import CrossLingual
from isoglot.batching.policies.hybrid import Hybrid
from isoglot.data import registry
from isoglot.data.lines import numbered_lines
from isoglot.errors import ConfigError
from isoglot.training.config import TrainConfig

_TOML = """
output = "out"
[encoder]
name = "e5-small"
[data]
train = ["sample/train"]
[optimization]
steps = 5
"""


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(_TOML)
    return path


def test_the_papers_values_are_the_defaults(toml: Path) -> None:
    config = TrainConfig.read(toml)
    assert config.batch.build() == Hybrid(0.5)
    assert (config.batch.size, config.optimization.learning_rate, config.optimization.weight_decay) == (
        100,
        3e-5,
        1e-2,
    )


def test_overrides_are_typed(toml: Path) -> None:
    config = TrainConfig.read(toml, ["batch.policy=cross", "batch.size=7", 'data.languages=["en", "de"]', "seed = 3"])
    assert config.batch.build() == CrossLingual()
    assert (config.batch.size, config.data.languages, config.seed) == (7, ["en", "de"], 3)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("batch.alpha=1.5", r"alpha must be at most 1, but is 1.5"),
        ("batch.sise=3", r"batch\.sise"),
        ("batch.size=1", r"batch\.size"),
        ("optimization.steps=many", r"optimization\.steps.*many"),
        ("batch.policy=both", r"batch\.policy"),
        ("batch", "key=value"),
        ("output.x=1", "not a section"),
        ("data.validation=1.5", r"data\.validation"),
        ("optimization.patience=2", r"optimization\.patience"),
        ("data.max_items=0", r"data\.max_items"),
        ("encoder.prefix_cache_mib=9", r"encoder\.prefix_cache_mib.*freeze_embeddings = true"),
        ("optimization.temperature=inf", r"'optimization\.temperature': .*finite"),
        ("optimization.weight_decay=nan", r"'optimization\.weight_decay': .*finite"),
        ("batch.alpha=nan", r"'batch\.alpha': .*finite"),
        ("data.validation=nan", r"data\.validation"),
        ("seed=4294967296", r"'seed': .*4294967295"),
        ("seed=100000000000000000000", r"key 'seed': an integer of more than 64 bits"),
        ("seed=" + "9" * 5_000, "--set seed: has an integer of more than 4,300 digits"),
        ("a=" + "[" * 100_000, "--set a: nests deeper than 200 levels"),
        ("output=", r"'output': must name a file or a folder"),
        ("leaks.drop=true", r"'leaks\.drop' needs 'leaks\.against'"),
    ],
)
def test_an_unusable_value_is_named(toml: Path, override: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        TrainConfig.read(toml, [override])


def test_a_broken_or_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.toml: no such file"):
        TrainConfig.read(tmp_path / "absent.toml")
    (tmp_path / "broken.toml").write_text("output = ")
    with pytest.raises(ConfigError, match=r"broken\.toml: not TOML"):
        TrainConfig.read(tmp_path / "broken.toml")
    (tmp_path / "loop.toml").symlink_to(tmp_path / "loop.toml")
    with pytest.raises(ConfigError, match=r"loop\.toml: cannot be read \(Too many levels of symbolic links\)"):
        TrainConfig.read(tmp_path / "loop.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"seed = {'9' * 5_000}", "has an integer of more than 4,300 digits"),
        (f"seed = 1{'0' * 20}", "key 'seed': an integer of more than 64 bits"),
        (f"a = {'[' * 201}{']' * 201}", "nests deeper than 200 levels"),
        (f"a = {'[' * 100_000}", "nests deeper than 200 levels"),
        (f"{'.'.join('a' * 1_000)} = 1", "nests deeper than 200 levels"),
    ],
)
def test_a_file_past_a_limit_is_named_with_it(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "a.toml").write_text(text)
    with pytest.raises(ConfigError, match=rf"a\.toml: {message}"):
        TrainConfig.read(tmp_path / "a.toml")


def test_nothing_left_to_train_on(config: dict[str, Any]) -> None:
    from isoglot.errors import DataError
    from isoglot.training.data import training_data

    with pytest.raises(DataError, match="max_query_repeats"):
        training_data(parse(config, data={"train": [config["data"]["train"][0]] * 2, "max_query_repeats": 1}))


@pytest.mark.parametrize("recipe", sorted((Path(__file__).parents[2] / "recipes").glob("*.toml")), ids=lambda p: p.stem)
def test_data_that_a_recipe_takes_by_the_sentence_says_where_its_answers_are(recipe: Path, mirror: Path) -> None:
    sources = [source for source in TrainConfig.read(recipe).data.sources or () if source.passage == "sentence"]
    assert sources
    for name in (str(path).partition("/")[0] for source in sources for path in source.paths):
        rows = [json.loads(next(numbered_lines(file))[1]) for file in registry.paths(name)]
        assert any(row.keys() & {"answer", "sentence_span"} for row in rows), name
