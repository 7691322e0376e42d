import json
import re
from pathlib import Path

import pytest

from helpers.commandline import run


def test_evaluate_prints_and_saves(capsys: pytest.CaptureFixture[str], tiny_encoder: Path, tmp_path: Path) -> None:
    saved, trec = tmp_path / "results.json", tmp_path / "run.trec"
    code, out, _ = run(
        capsys,
        "evaluate",
        str(tiny_encoder),
        "sample/test",
        "--save",
        str(saved),
        "--run",
        str(trec),
        "--draws",
        "50",
    )
    assert code == 0
    found = json.loads(saved.read_text())["collections"]["sample/test"]
    assert 0 < found["multi"]["map"] <= found["mono"]["mrr"] <= 1
    assert f"cross mAP {found['cross']['map']:.3f}".replace(" 0.", " .") in " ".join(out.split())
    assert f"rank distance {found['bias']['rank_distance']:.0f}" in " ".join(out.split())
    assert max(map(len, out.splitlines()[:-5])) <= 80  # above the next command and the file, which may be long
    assert len(trec.read_text().splitlines()) == 64 * 7 * found["sizes"]["passages"]


def test_what_is_odd_about_a_collection_is_said_and_refused_where_strict(
    capsys: pytest.CaptureFixture[str], tiny_encoder: Path, tmp_path: Path
) -> None:
    folder, saved = tmp_path / "argued", tmp_path / "results.json"
    (folder / "qrels").mkdir(parents=True)
    row = '{{"_id": {0}, "text": "{1}", "lang": "en"}}\n'
    texts = [row.format(1, "for"), row.format(2, "against"), row.format(3, "")]
    (folder / "corpus.jsonl").write_text("".join(texts))
    (folder / "queries.jsonl").write_text("".join([*texts[:2], row.format(4, "who")]))
    (folder / "qrels" / "test.tsv").write_text("1\t2\t1\n2\t9\t1\n")
    asked = ("evaluate", str(tiny_encoder), str(folder), "--draws", "20")
    code, out, err = run(capsys, *asked, "--save", str(saved))
    assert code == 0
    assert "1 passage without text, ranked like any other; 1 judgement of passages that are not in the corpus" in err
    assert "For 2 queries the passage with the query's id is not ranked" in " ".join(out.split())
    assert "Values leave out 1 query without a relevant passage." in " ".join(out.split())
    found = json.loads(saved.read_text())["collections"]["argued"]
    assert (found["identical_ids"], found["faults"]) == (2, {"empty passages": 1, "judgements of absent passages": 1})
    assert "the query's id" not in run(capsys, *asked, "--keep-identical-ids")[1]
    code, _, err = run(capsys, *asked, "--strict")
    assert code == 1
    assert "argued: passage '3' has an empty text" in err


def test_results_of_one_setting_say_so_and_are_compared(
    capsys: pytest.CaptureFixture[str], tiny_encoder: Path, tmp_path: Path
) -> None:
    saved = [tmp_path / "whole.json", tmp_path / "mono.json"]
    asked = ("evaluate", str(tiny_encoder), "sample/test@de,en", "--draws", "20", "--save")
    assert run(capsys, *asked, str(saved[0]))[0] == 0
    code, out, _ = run(capsys, *asked, str(saved[1]), "--settings", "mono")
    assert (code, "Only mono was computed" in " ".join(out.split())) == (0, True)
    whole, mono = (json.loads(path.read_text()) for path in saved)
    assert (whole["options"]["settings"], mono["options"]["settings"]) == (["mono", "cross", "multi"], ["mono"])
    whole, mono = (found["collections"]["sample/test@de,en"] for found in (whole, mono))
    assert mono["mono"] == whole["mono"]
    assert mono.keys() & {"cross", "multi", "single-gold"} == set()
    assert run(capsys, "compare", *map(str, saved), "--draws", "20")[0] == 0


def test_a_page_shows_hostile_texts_as_text_or_none(
    capsys: pytest.CaptureFixture[str], tiny_encoder: Path, tmp_path: Path
) -> None:
    folder, page = tmp_path / "spoilt", tmp_path / "page.html"
    (folder / "qrels").mkdir(parents=True)
    texts = {"en": "</script><script>alert(1)</script>", "ar": "\u202eسؤال\u202c <img src=x onerror=alert(1)>"}
    rows = [json.dumps({"_id": tag, "text": text, "lang": tag}) for tag, text in texts.items()]
    for name in ("corpus.jsonl", "queries.jsonl"):
        (folder / name).write_text("\n".join(rows))
    (folder / "qrels" / "test.tsv").write_text("en\tar\t1\nar\ten\t1\nen\ten\t1\n")
    asked = ("evaluate", str(tiny_encoder), str(folder), "--draws", "20", "--keep-identical-ids", "--html", str(page))
    assert run(capsys, *asked)[0] == 0
    content = page.read_text()
    assert "&lt;script&gt;alert(1)" in content
    assert '<span dir="auto" lang="ar">\u202eسؤال\u202c &lt;img' in content
    assert not re.search(r"<script|<img|<[^>]*onerror", content)
    assert run(capsys, *asked, "--no-texts")[0] == 0
    content = page.read_text()
    assert "alert" not in content
    assert "shows no queries and passages" in content
