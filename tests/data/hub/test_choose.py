"""Which files a configuration and a split are: by the card, or by the names of files."""

from typing import Any

import pytest

from isoglot.data.hub.choose import chosen_files
from isoglot.data.hub.repository import Listed, Repository
from isoglot.errors import DataError


def of(*paths: str, **card: Any) -> Repository:
    files = {path: Listed(size=1, sha256=None) for path in paths}
    return Repository(name="zoo/birds", revision="main", commit="0" * 40, files=files, card=card)


def chosen(repository: Repository, config: str | None = None, split: str | None = None, **more: Any) -> list[str]:
    return chosen_files(repository, config=config, split=split, default=("train", "test"), **more)


CONVERTED = of("de/train/0000.parquet", "de/train/0001.parquet", "de/dev/0000.parquet", "fr/partial-train/0000.parquet")
CARD = of(
    "data/de/train-0.parquet",
    "data/de/train-1.parquet",
    "data/de/old/train-0.parquet",
    "data/test.parquet",
    configs=[
        {"config_name": "de", "data_files": [{"split": "train", "path": "data/de/train-*"}]},
        {"config_name": "all", "data_files": "data/**/*.parquet"},
        {"config_name": "held", "data_dir": "data", "data_files": [{"split": "test", "path": ["test.parquet"]}]},
    ],
)


def test_folders_are_configurations_and_words_of_the_path_are_splits() -> None:
    assert chosen(CONVERTED, "de") == ["de/train/0000.parquet", "de/train/0001.parquet"]
    assert chosen(CONVERTED, "de", "validation") == ["de/dev/0000.parquet"]
    assert chosen(CONVERTED, "fr") == ["fr/partial-train/0000.parquet"]
    assert chosen(of("data/test-00000-of-00001.parquet", "README.md")) == ["data/test-00000-of-00001.parquet"]
    assert chosen(of("german_train.tsv", "german_dev.tsv", "french_train.tsv"), "german") == ["german_train.tsv"]
    assert chosen(of("queries.jsonl", "qrels/test.jsonl", "qrels/test.tsv"), "qrels") == ["qrels/test.jsonl"]
    assert chosen(CONVERTED, files="*/dev/*") == ["de/dev/0000.parquet"]


def test_a_card_says_more_than_names() -> None:
    assert chosen(CARD, "de") == ["data/de/train-0.parquet", "data/de/train-1.parquet"]
    assert len(chosen(CARD, "all")) == 4
    assert chosen(CARD, "held") == ["data/test.parquet"]


@pytest.mark.parametrize(
    ("repository", "asked", "message"),
    [
        (CONVERTED, {}, r"several configurations; name one as hf:zoo/birds/CONFIG: de, fr"),
        (CARD, {}, r"several configurations; .*: all, de, held"),
        (CONVERTED, {"config": "it"}, r"zoo/birds/it: no data file of this configuration; it has de, fr"),
        (CARD, {"config": "it"}, r"zoo/birds/it: no data file of this configuration; it has de, all, held"),
        (CONVERTED, {"config": "de", "split": "test"}, r"zoo/birds/de: no split 'test'; it has dev, train"),
        (of("birds.py", "all.tsv"), {}, r"a script makes its rows, .* add @refs/convert/parquet"),
        (of("README.md"), {}, r"no data file of this configuration; its files are README\.md"),
        (CONVERTED, {"files": "*.csv"}, r"no file matches '\*\.csv'"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(repository: Repository, asked: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        chosen(repository, **asked)
