"""``isoglot mine``: from data to data that training takes."""

import json
from pathlib import Path

import numpy as np
import pytest

from helpers.commandline import run
from isoglot.batching.pairs import PairDataset
from isoglot.data.load import load_parallel


@pytest.mark.parametrize("finder", ["bm25", "tiny"])
def test_the_result_is_what_training_asks_for(
    capsys: pytest.CaptureFixture[str], tiny_encoder: Path, tmp_path: Path, finder: str
) -> None:
    """In every language an item has a passage in, that many passages of the language; the rest as it was."""
    name = str(tiny_encoder) if finder == "tiny" else finder
    counts = tmp_path / "counts.json"
    options = ["--with", name, "--queries", "both", "--num-negatives", "3", "--range-max", "9"]
    files = [tmp_path / "once.parquet", tmp_path / "again.parquet"]
    for file in files:
        code, said, _ = run(capsys, "mine", "sample/train", "-o", str(file), *options, "--save", str(counts))
        assert (code, "too near" in said) == (0, True)
    assert files[0].read_bytes() == files[1].read_bytes()
    before, after = load_parallel("sample/train"), load_parallel(files[0])
    for old, new in zip(before, after, strict=True):
        assert {**new, "negatives": None} == {**old, "negatives": None}
        assert new["negatives"].keys() == new["passage"].keys()
    pairs = PairDataset(after, negatives=3)
    pair = pairs[int(pairs.encode(np.array([4]), np.array([0]), np.array([2]))[0])]
    assert len(set(pair.values())) == 5
    report = json.loads(counts.read_text())
    assert report["options"]["queries"] == "both"
    assert sum(count["filled"] + count["mined"] for count in report["languages"].values()) == 3 * int(
        after.has_passage.sum()
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-o", "out.jsonl", "--with", "bm25"], "out.jsonl: the name must end in .parquet"),
        (["-o", "out.parquet", "--with", "bm25", "--num-negatives", "60"], "raise range_max"),
        (
            ["-o", "out.parquet", "--with", "bm25", "--num-negatives", "900", "--range-max", "900"],
            "too few for 900 negatives",
        ),
        (["-o", "out.parquet", "--with", "./nowhere"], "no such folder"),
        (["-o", "out.parquet", "--with", "bm25", "--queries", "all"], "all"),
    ],
)
def test_what_cannot_be_mined_is_one_sentence_and_no_file(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys, "mine", "sample/train", *arguments)
    assert code in (1, 2)
    assert sentence in " ".join(err.split())
    assert "Traceback" not in err
    assert not list(tmp_path.iterdir())


def test_neither_the_data_nor_the_result_is_written_over(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    load_parallel("sample/train").save(Path("data.parquet"))
    before = Path("data.parquet").read_bytes()
    for output, save in (("data.parquet", "a.json"), ("b.parquet", "./data.parquet"), ("b.parquet", "b.parquet")):
        code, _, err = run(capsys, "mine", "data.parquet", "-o", output, "--with", "bm25", "--save", save)
        assert (code, "would be written over: give every file a name of its own" in " ".join(err.split())) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["data.parquet"]
    assert Path("data.parquet").read_bytes() == before
