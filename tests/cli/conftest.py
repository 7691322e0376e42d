"""Files that more than one command's tests start from."""

from pathlib import Path

import pytest


@pytest.fixture
def judged_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: a run, its judgements of one query, so one cluster, and the passages' languages."""
    monkeypatch.chdir(tmp_path)
    Path("qrels").write_text("q1 0 p1 1\nq1 0 p2 1\n")
    Path("passages.tsv").write_text("p1\ten\np2\tde\n")
    Path("run").write_text("q1 Q0 p1 1 2 x\nq1 Q0 p2 2 1 x\n")
    Path("stray").write_text("q9 Q0 p1 1 2 x\n")
    return tmp_path
