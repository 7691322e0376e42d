import json
from pathlib import Path

import pytest

from helpers.commandline import run
from isoglot.data.formats.beir import write_beir
from isoglot.data.load import load_collection


def test_from_an_encoder_to_a_verdict(capsys: pytest.CaptureFixture[str], tiny_encoder: Path, tmp_path: Path) -> None:
    """audit, evaluate, score and compare agree with each other about one encoder."""
    audited, scored, trec = tmp_path / "audit.json", tmp_path / "score.json", tmp_path / "run.trec"
    data = tmp_path / "data"
    write_beir(load_collection("sample/test"), data)
    quick = ["--draws", "20"]
    page = tmp_path / "page.html"
    files = ["--save", str(audited), "--html", str(page)]
    code, said, _ = run(capsys, "audit", str(tiny_encoder), str(data), *files, "--verbose", *quick)
    assert code == 0
    assert "<h3>What debiasing would give</h3>" in page.read_text()
    assert "Which queries fare worst?" in page.read_text()
    assert "What debiasing would give" in said
    assert "What it costs" in said
    options = ["--run", str(trec), "--save", str(tmp_path / "plain.json"), *quick]
    assert run(capsys, "evaluate", str(tiny_encoder), str(data), *options)[0] == 0
    sources = ["--query-language", str(data / "queries.jsonl"), "--passage-language", str(data / "corpus.jsonl")]
    qrels = str(data / "qrels" / "test.tsv")
    assert run(capsys, "score", str(trec), qrels, *sources, "--save", str(scored), *quick)[0] == 0
    whole = json.loads(audited.read_text())["collections"]["data"]
    again = json.loads(scored.read_text())["collections"]["test"]
    for table in ("mono", "cross", "multi"):  # the pool is smaller than the run is deep, so nothing is cut off
        assert again[table]["map"] == pytest.approx(whole[table]["map"])
    assert again["bias"]["rank_distance"] == pytest.approx(whole["bias"]["rank_distance"])
    code, said, _ = run(capsys, "compare", str(audited), str(tmp_path / "plain.json"), "--margin", ".01", *quick)
    assert code == 0
    assert "A and B are equal in mono mAP" in " ".join(said.split())  # a long path breaks the line
    assert "are the same results" in run(capsys, "compare", str(audited), str(audited), *quick)[2]
    code, _, err = run(capsys, "compare", str(audited), f"{scored},{scored}", *quick)
    assert (code, "given twice" in err) == (1, True)


def test_what_an_audit_of_passages_alone_says_to_run_next_runs(
    capsys: pytest.CaptureFixture[str], tiny_encoder: Path, tmp_path: Path
) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    rows = [
        {"_id": f"{n}-{lang}", "text": f"{lang} words {n} and {n * n}", "lang": lang, "group": str(n)}
        for n in range(40)
        for lang in ("en", "de")
    ]
    (docs / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    code, said, _ = run(capsys, "audit", str(tiny_encoder), str(docs), "--draws", "20")
    assert code == 0
    assert "is not estimated: docs: no query has a relevant passage in the query's language" in " ".join(said.split())
    words = said.splitlines()[-1].replace("REPAIRED", str(tmp_path / "repaired")).split()
    assert words[:2] == ["isoglot", "debias"]
    assert run(capsys, *words[1:])[0] == 0
    assert (tmp_path / "repaired" / "modules.json").is_file()
