"""A preparation of the sample and two help pages, and an engine that stands for those that translate."""

from pathlib import Path
from typing import Any

import pytest

from helpers.engines import Reversing

PAGE = "<html><body><h1 id=a>{0} one</h1><p>{0} text of the first section, long enough to stay.</p></body></html>"


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Reversing:
    """Stands for Apertium, which not every machine has."""
    engine = Reversing()
    monkeypatch.setattr("isoglot.preparation.run.translator", lambda spec: engine)
    return engine


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ISOGLOT_CACHE", str(tmp_path / "cache"))  # whose translation memory is this test's own
    for language, word in (("en", "English"), ("de", "Deutscher")):
        Path(language).mkdir()
        Path(language, "page.html").write_text(PAGE.format(word))
    return {
        "output": "out/pairs.parquet",
        "sources": [
            {"data": "sample/train", "languages": ["en"], "max_items": 10},
            {"documents": {"en": "en", "de": "de"}, "domain": "help"},
        ],
        "clean": False,
        "translate": {"engine": "apertium", "to": ["es"]},
        "filter": False,
    }
