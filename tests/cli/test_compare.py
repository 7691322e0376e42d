"""``isoglot compare``: what it says, and what it cannot read."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from helpers import compared
from helpers.commandline import refusal, run
from isoglot.cli.compare import print_comparison
from isoglot.evaluation.comparison.compare import CompareOptions, compare
from isoglot.evaluation.comparison.comparison import Comparison


def printed(comparison: Comparison) -> list[str]:
    text = StringIO()
    print_comparison(comparison, console=Console(file=text, width=100, highlight=False, markup=False))
    return text.getvalue().splitlines()


def test_what_is_printed() -> None:
    a = compared.run("a", compared.values(1), bias=1000 * compared.values(5))
    b = compared.run("b", compared.values(1, shift=0.2) + 0.01 * compared.values(2), bias=1000 * compared.values(6))
    found = compare([a], [b], options=CompareOptions(draws=1_000, margin=0.01))
    lines = printed(found)
    assert max(len(line) for line in lines) <= 100
    assert "multi map: B is .205 higher [.204, .206], p < .001 (Holm), 20 clusters" in lines
    assert "  within .01: no worse (p < .001), not shown to be equivalent (p = 1)" in lines
    assert any(line.split()[:5] == ["multi", "map", ".509", ".714", "+.205"] for line in lines)
    distances = compared.effect(found, "bias", "distance")
    assert any(line.split()[:4] == ["bias", "distance", f"{distances.a:.1f}", f"{distances.b:.1f}"] for line in lines)
    assert [line.split()[0] for line in lines if line.strip()[:2] in compared.CELLS] == list(compared.CELLS)
    assert lines[-1] == "Intervals and p values are about other test questions; training seeds were not varied."
    assert "multi map: A and B are equal [.000, .000], p = 1 (Holm), 20 clusters" in printed(
        compare([a], [replace(a, path=b.path)])
    )
    single = compare(
        [compared.run("a", compared.values(1), clusters=1)],
        [compared.run("b", compared.values(2), clusters=1)],
        options=compared.FAST,
    )
    assert any("[no interval], p = 1 (Holm), 1 cluster" in line for line in printed(single))
    several = " ".join(" ".join(printed(compare([a], [b, replace(b, path=a.path)]))).split())
    assert "and training seeds (runs: A 1, B 2). A is one run: its seeds were not varied" in several
    real = compare([compared.evaluated("a", vectors=1)], [compared.evaluated("b", vectors=2)], options=compared.FAST)
    pairs = real.collections["random"].row("cross", "map").cells
    higher, lower = (sum(sign * cell.difference > 0 for cell in pairs.values()) for sign in (1, -1))
    expected = f"cross map: of {len(pairs)} ordered pairs of languages, B is higher in {higher} (0 with "
    assert any(line.startswith(expected) for line in printed(real))
    assert f"lower in {lower} (0)." in " ".join(printed(real))


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
