"""``isoglot compare``: what it cannot read, and the page of several arms."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.commandline import refusal, run
from helpers.compared import evaluated


@pytest.mark.usefixtures("judged_run")
def test_broken_results_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "score", "run", "qrels", "--save", "good.json")
    good = json.loads(Path("good.json").read_text())
    values = pq.read_table("good.topics.parquet")
    Path("bad.topics.parquet").write_bytes(Path("good.topics.parquet").read_bytes())
    changes: list[dict[str, Any]] = [{"multi": []}, {"bias": None}, {"multi": {"map": "high"}}]
    for change in changes:
        found = {**good["collections"]["qrels"], **change}
        Path("bad.json").write_text(json.dumps({**good, "collections": {"qrels": found}}))
        assert "bad." in refusal(capsys, "compare", "bad.json", "good.json")
    Path("bad.json").write_text(json.dumps({**good, "collections": {"qrels": "fingerprint"}}))
    assert "not a results file" in refusal(capsys, "compare", "bad.json", "good.json")
    Path("bad.json").write_text(json.dumps(good))
    texts = values.set_column(6, "value", pa.array(["high"] * len(values)))
    for broken in (pa.concat_tables([values, values]), values.slice(0, len(values) - 1), texts):
        pq.write_table(broken, "bad.topics.parquet")
        assert "bad.topics.parquet" in refusal(capsys, "compare", "bad.json", "good.json")
    content = bytearray(Path("good.topics.parquet").read_bytes())
    content[4:200] = bytes(196)  # the pages, not the footer
    Path("bad.topics.parquet").write_bytes(content)
    assert "bad.topics.parquet" in refusal(capsys, "compare", "bad.json", "good.json")


def test_a_page_has_several_arms_and_each_against_the_first(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.json" for name in "abc"]
    for number, file in enumerate(files):
        evaluated(f"models/{file.stem}", vectors=number, draws=20).save(file)
    page = tmp_path / "page.html"
    asked = ("compare", *map(str, files), "--draws", "50")
    code, out, _ = run(capsys, *asked, "--html", str(page))
    assert code == 0
    assert f"page: {page}" in out
    assert out.count("On random, A is models/a") == 2
    content = page.read_text()
    for heading in ("b against a", "c against a"):
        assert f"{heading}: is it more than chance?</h2>" in content
    assert "models/" not in content.partition("How it was made</h2>")[0]
    assert "name one B" in refusal(capsys, *asked, "--save", str(tmp_path / "all.json"))
    assert "would be written over" in refusal(capsys, *asked, "--html", str(files[0]))
    assert "a folder" in refusal(capsys, *asked, "--html", str(tmp_path))
