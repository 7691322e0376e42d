"""Recall of approximate search against exact search."""

from pathlib import Path

import pytest

from helpers.commandline import run
from isoglot.search import build, lance
from isoglot.search.index import Index

pytest.importorskip("lancedb")


def test_what_approximate_search_finds_is_measured(
    tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lance, "_INDEX_FROM", 300)  # the sample has 336 passages
    place = tmp_path / "index"
    build.put(place, "sample/test", str(tiny_encoder))
    monkeypatch.setattr("isoglot.search.recall._QUERIES", 7)
    index = Index(place, memory_mib=1)
    assert index.recall() is None  # all fit
    monkeypatch.setattr(index, "_memory", 0)
    refined = index.recall()
    assert refined is not None
    assert (refined.k, refined.queries, tuple(refined.languages)) == (10, 7, index.languages)
    assert refined.value >= 0.99
    monkeypatch.setattr("isoglot.search.recall.DEPTH", 5)
    half = index.recall()
    assert half is not None
    assert 0.45 < half.value <= 0.5

    monkeypatch.setattr("isoglot.search.index.MEMORY_MIB", 0)
    code, said, _ = run(capsys, "index", "-o", str(place), "--repair", "none")
    assert code == 0
    assert f"It finds {half.value:.1%} of the 10 best passages of each language" in " ".join(said.split())
