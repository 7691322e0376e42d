"""``isoglot index`` and ``isoglot search``: what they print, as a person and as a program reads it."""

import json
from pathlib import Path

import pytest

from helpers.commandline import refusal, run

pytest.importorskip("lancedb")


def test_from_a_collection_to_hits(capsys: pytest.CaptureFixture[str], tiny_encoder: Path, tmp_path: Path) -> None:
    place = str(tmp_path / "index")
    code, said, _ = run(capsys, "index", "sample/test", "--encoder", str(tiny_encoder), "-o", place)
    assert code == 0
    said = " ".join(said.split())
    assert "holds 336 passages in 7 languages. Of these, 336 added." in said
    assert f"isoglot search {place} 'YOUR QUERY'" in said
    code, said, _ = run(capsys, "search", place, "Wie lang ist der Fluss?", "-k", "3", "--collapse")
    assert code == 0
    assert "The query is in German." in said
    assert "also in" in said
    code, said, _ = run(capsys, "search", place, "Wie lang?", "--language", "de", "--dial", "0", "--json")
    assert {hit["lang"] for hit in json.loads(said)["hits"]} == {"de"}
    evaluate = ("evaluate", "--index", place, "sample/test", "--policy", "balanced", "--collapse", "--draws", "20")
    code, said, _ = run(capsys, *evaluate)
    assert code == 0
    said = " ".join(said.split())
    assert "index (balanced, one hit an item) on sample/test" in said
    assert "With one hit an item, page 1 has" in said
    asked = tmp_path / "asked.jsonl"
    lines = [{"id": f"{n}", "query": {"en": f"question {n}"}, "passage": {"en": f"{n}"}} for n in range(200)]
    asked.write_text("\n".join(map(json.dumps, lines)))
    assert "no thresholds for queries in en" in refusal(capsys, "search", place, "x", "--language", "en", "--passing")
    code, said, _ = run(capsys, "calibrate", place, "--text", str(asked))
    assert code == 0
    assert f"isoglot search {place} 'YOUR QUERY' --passing" in " ".join(said.split())
    code, said, _ = run(capsys, "search", place, "question 1", "--language", "en", "--passing", "--json")
    assert all(hit["passes"] for hit in json.loads(said)["hits"])
    code, said, _ = run(capsys, "index", "-o", place, "--delete", "no-such", "--compact", "--json")
    assert json.loads(said)["counts"]["de"] == 48
    for words, sentence in (
        (("index", "-o", place), "nothing to do: name a collection, or one of --delete"),
        (("index", "-o", place, "--reindex"), "name it by --encoder"),
        (("search", place, "x", "--policy", "fair"), "there is no policy 'fair'"),
        (("search", str(tmp_path / "none"), "x"), "there is no index here"),
        (("evaluate", str(tiny_encoder), "sample/test", "--policy", "plain"), "are of an index: name it by --index"),
    ):
        assert sentence in " ".join(refusal(capsys, *words).split())
