from pathlib import Path
from typing import Any

import pytest

from isoglot.errors import ConfigError
from isoglot.preparation.config import PrepareConfig


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sources": [{"data": "sample", "documents": {"en": "en"}}]}, r"sources.0': give one of data, documents"),
        ({"sources": [{"documents": {"en": "en"}}]}, r"sources.0.domain': documents need a domain's name"),
        ({"sources": []}, "key 'sources'"),
        ({"output": "pairs.json"}, "key 'output': name a .parquet file"),
        ({"filter": {"similarity": {"floor": 0.5}}}, "filter.similarity' needs an 'encoder'"),
        ({"translate": {"engine": "apertium"}}, "key 'translate.to'"),
        ({"clean": {"lenght": {}}}, "key 'clean.lenght'"),
        ({"clean": {"length": {"query_least": 500}}}, "query_least is 500, more than query_most, 400"),
        ({"translate": {"engine": "babelfish", "to": ["es"]}}, "key 'translate.engine': unknown 'babelfish'"),
        ({"translate": None, "filter": {}}, "key 'filter' is for translations"),
        ({"sources": [{"data": {}}]}, r"sources.0.data': empty"),
        ({"sources": [{"data": "sample", "languages": []}]}, r"sources.0.languages"),
        (
            {"sources": [{"documents": {"xx-yy-zz": "en"}, "domain": "help"}]},
            r"sources.0.documents': 'xx-yy-zz' is not",
        ),
        ({"translate": {"engine": "apertium", "to": ["xx-yy-zz"]}}, "key 'translate.to': 'xx-yy-zz' is not a language"),
        ({"translate": {"engine": "apertium", "to": ["EN"]}}, "key 'translate.to': 'en' is the language to translate"),
        ({"clean": {}, "encoder": "e5-small"}, "key 'encoder' is for the check of similarity"),
        ({"sources": [{"data": "sample", "answers": "marked"}]}, r"sources.0.answers' is for SQuAD JSON"),
    ],
)
def test_what_cannot_work_is_named(content: dict[str, Any], change: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        PrepareConfig.parse({**content, **change}, where="prepare.toml")


def test_the_preparation_that_comes_with_the_results_is_whole() -> None:
    found = PrepareConfig.read(Path(__file__).parents[2] / "docs" / "results" / "translated" / "data.toml")
    assert found.filter is not None
    assert found.filter.similarity is not None
