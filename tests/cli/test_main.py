import json
from pathlib import Path

import pytest

from isoglot.cli import main
from isoglot.data.formats.beir import write_beir
from isoglot.data.load import load_collection


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    captured = capsys.readouterr()
    assert isinstance(stopped.value.code, int)
    return stopped.value.code, captured.out, captured.err


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
    assert f"{found['cross']['map']:.4f}" in out
    assert f"{found['bias']['rank_distance']:.1f}" in out
    assert len(trec.read_text().splitlines()) == 64 * 7 * found["sizes"]["passages"]


def test_from_an_encoder_to_a_verdict(capsys: pytest.CaptureFixture[str], tiny_encoder: Path, tmp_path: Path) -> None:
    """audit, evaluate, score and compare agree with each other about one encoder."""
    audited, scored, trec = tmp_path / "audit.json", tmp_path / "score.json", tmp_path / "run.trec"
    data = tmp_path / "data"
    write_beir(load_collection("sample/test"), data)
    quick = ["--draws", "20"]
    code, said, _ = run(capsys, "audit", str(tiny_encoder), str(data), "--save", str(audited), *quick)
    assert code == 0
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
    assert "A and B are equal" in said
    assert run(capsys, "compare", str(audited), str(audited), *quick)[0] == 0
    code, _, err = run(capsys, "compare", str(audited), f"{scored},{scored}", *quick)
    assert (code, "given twice" in err) == (1, True)


def test_robustness_prints_a_curve_for_every_language(
    capsys: pytest.CaptureFixture[str], tiny_encoder: Path, tmp_path: Path
) -> None:
    saved = tmp_path / "curves.json"
    options = ["--perturbation", "lowercase", "--strength", "1", "--draws", "20", "--save", str(saved)]
    code, said, _ = run(capsys, "robustness", str(tiny_encoder), "sample/test", *options)
    assert code == 0
    curves = {curve["cell"]: curve["points"] for curve in json.loads(saved.read_text())["curves"]}
    assert {"all", "de", "en", "es", "vi"} <= curves.keys()
    assert f"{curves['de'][1]['value']:.3f} ({curves['de'][1]['relative']:.0%})" in said
    code, _, err = run(capsys, "robustness", str(tiny_encoder), "sample/test", "--perturbation", "typos")
    assert (code, "keyboard" in err) == (1, True)


def test_data_show_prints_the_same_random_items(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["data", "show", "sample/train", "--items", "3", "--languages", "en,zh", "--characters", "40"]
    (code, out, _), (_, again, _) = run(capsys, *arguments), run(capsys, *arguments)
    lines = out.splitlines()
    assert code == 0
    assert out == again
    assert [line.split()[:2] for line in lines[1:5]] == [
        ["query", "en"],
        ["query", "zh"],
        ["passage", "en"],
        ["passage", "zh"],
    ]
    assert len(lines) == 3 * 6
    assert max(map(len, lines)) <= 40 + len("  passage zh    ")
    assert run(capsys, *arguments, "--seed", "1")[1] != out


def test_data_list_names_every_set(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "data", "list")
    assert code == 0
    assert all(name in out for name in ("xquad-r", "mlqa-r", "sample"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["evaluate", "ENCODER", "xquad"], "did you mean xquad-r"),
        (["evaluate", "ENCODER", "no/such/folder.jsonl"], "no such file"),
        (["evaluate", "./nowhere", "sample/test"], "no such folder"),
        (["train", "absent.toml"], "absent.toml: no such file"),
        (["data", "fetch", "mlqa"], "did you mean mlqa-r"),
    ],
)
def test_errors_are_one_sentence(
    capsys: pytest.CaptureFixture[str], tiny_encoder: Path, arguments: list[str], sentence: str
) -> None:
    code, out, err = run(capsys, *[str(tiny_encoder) if word == "ENCODER" else word for word in arguments])
    assert code == 1
    assert sentence in err
    assert err.startswith("error: ")
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in out + err


def test_debug_shows_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "train", "absent.toml", "--debug")
    assert code == 1
    assert "Traceback" in err


@pytest.mark.parametrize(
    "arguments", [[], ["train"], ["nosuch"], ["evaluate", "e5-small", "sample/test", "--memory-mib", "0"]]
)
def test_a_usage_error_says_so_and_exits_with_2(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert "unexpected" not in err
    assert "--help" in out + err
