from pathlib import Path

import pytest

from helpers.commandline import refusal, run
from helpers.studying import write
from isoglot.data.sample import load_sample


def test_a_study_is_run_and_reported(
    tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    trivia = [row for row in load_sample("sample/train") if row["domain"] == "trivia"]
    write("trivia", trivia, ("de", "en"))
    write("other", list(load_sample("sample/test"))[:10], ("de", "en"))
    Path("study.toml").write_text(f"""
output = "out"
draws = 20
[train.encoder]
name = "{tiny_encoder}"
[train.batch]
size = 4
[train.optimization]
steps = 1
[arms]
mono = {{ batch.policy = "mono" }}
hybrid = {{ batch.policy = "hybrid" }}
[domains.trivia]
train = ["trivia.jsonl"]
[tests]
other = "other.jsonl"
[verdict]
also = [["mono", "zero-shot"]]
""")
    code, said, err = run(capsys, "study", "study.toml", "--plan")
    assert code == 0, err
    assert "3 cells, 2 of them trained first. Nothing is missing." in said
    assert not Path("out").exists()
    gone = ('domains.trivia.train=["gone.jsonl"]', "tests.away=miracl:gone", "train.encoder.name=./gone")
    code, said, _ = run(capsys, "study", "study.toml", "--plan", *(word for key in gone for word in ("--set", key)))
    assert code == 1
    assert "3 things missing" in said
    for key in ("domains.trivia: gone.jsonl", "tests.away: miracl:gone", "encoder: ./gone"):
        assert f"- {key}: " in said
    code, said, err = run(capsys, "study", "study.toml", "--set", "seeds=[3]")
    assert code == 0, err
    assert "hybrid with mono, trained on trivia, 1 seed each" in " ".join(said.split())
    assert "mono with zero-shot" in " ".join(said.split())
    code, said, err = run(capsys, "study", "study.toml", "--set", "seeds=[3]", "--report", "--html", "page.html")
    assert code == 0, err
    assert said.splitlines()[-1] == "page: page.html"
    page = Path("page.html").read_text()
    assert "<title>Study study</title>" in page
    assert "hybrid against mono: is it more than chance?" in page
    refused = refusal(capsys, "study", "study.toml", "--plan", "--html", "none.html")
    assert "--plan runs nothing, so there is nothing for a page to show" in refused
    assert not Path("none.html").exists()
    report = Path("out/report.md").read_text()
    assert "| hybrid | trivia | 1 |" in report
    for shard in ("0/2", "3/2", "half"):
        assert f"--shard '{shard}': write it as i/n" in refusal(capsys, "study", "study.toml", "--shard", shard)
