"""``isoglot merge``: the weight chosen on development data, or given; what is saved, and what is refused.

Development data are words whose vectors are given. In the start encoder the words of a language are near each other.
Those of "a" are nearest to their translations from weight .7 on, those of "b" at weight 1 only. The trained encoder
finds no answer to "ask", and from weight .9 on no merged one does.
"""

import json
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
import torch

from helpers.commandline import refusal, run
from helpers.repairing import CHOICE, whatever_language
from helpers.words import write_word_encoder
from isoglot.debiasing.model import save_model
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.fitted import Fitted
from isoglot.encoder.load import load_encoder
from isoglot.seals import damage

AXES = np.eye(8)


def vectors(*, trained: bool) -> dict[str, list[float]]:
    words = {"?": AXES[7], **{f"ask{n}": AXES[n] for n in range(4)}}
    for name, bias in (("a", 3), ("b", 20)):
        for number, tag in enumerate(("de", "en")):
            away = 0 if trained else bias * AXES[4 + number]
            words |= {f"{name}{n}{tag}": AXES[n] + away for n in range(4)}
    words |= {f"k{n}": 0.2 * AXES[(n + 1) % 4] if trained else AXES[n] for n in range(4)}
    return {word: vector.tolist() for word, vector in words.items()}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("merging")
    for name in ("start", "trained"):
        write_word_encoder(vectors(trained=name == "trained"), folder / name)
    (folder / "trained" / "isoglot.json").write_text('{"leaks": {"clean": true}, "steps": 7}')
    (folder / "trained" / "leaks.json").write_text('{"clean": true}')
    for name in "ab":
        texts = [{tag: f"{name}{n}{tag}" for tag in ("de", "en")} for n in range(4)]
        asked = [{tag: f"{word} {word}" for tag, word in text.items()} for text in texts]
        write_items(folder / f"{name}.jsonl", asked, texts)
    write_items(folder / "k.jsonl", [{"en": f"ask{n}"} for n in range(4)], [{"en": f"k{n}"} for n in range(4)])
    return folder


def write_items(path: Path, queries: list[dict[str, str]], passages: list[dict[str, str]]) -> None:
    rows = zip(queries, passages, strict=True)
    items = ({"id": str(n), "group": str(n), "query": query, "passage": text} for n, (query, text) in enumerate(rows))
    path.write_text("".join(json.dumps(item) + "\n" for item in items))


def test_the_weight_is_chosen_under_the_guard_and_the_folder_says_how(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    out, save = tmp_path / "out", tmp_path / "choice.json"
    data = ("--gain", "a.jsonl,b.jsonl", "--keep", "k.jsonl", "--save", str(save), "--weight", "0.5,0.7,0.9,1")
    code, said, _ = run(capsys, "merge", "start", "trained", "-o", str(out), *data)
    assert code == 0
    said = " ".join(said.split())
    assert "Mean multi mAP on a, b goes from .700 to .850." in said
    assert "0.7 of trained and 0.3 of start" in said
    saved = json.loads(save.read_text())
    assert saved["choice"] == "0.7"
    assert [outcome["name"] for outcome in saved["outcomes"] if not outcome["admissible"]] == ["0.9", "1"]
    assert saved["outcomes"][-1]["multi"] == 1
    assert damage(out) is None
    record = json.loads((out / "isoglot.json").read_text())
    merged = load_encoder(str(out))
    assert record["merged"]["weight"] == 0.7
    assert record["merged"]["trained"]["record"]["steps"] == 7
    assert record["merged"]["start"]["fingerprint"] == encoder_fingerprint(load_encoder("./start"))
    assert record["encoder_after"] == encoder_fingerprint(merged)
    assert (record["leaks"], record["criterion"]) == ({"clean": True}, saved)
    assert (out / "leaks.json").read_text() == '{"clean": true}'
    np.testing.assert_allclose(merged.encode(["a0de"])[0], AXES[0] + 0.9 * AXES[4], atol=1e-6)


def test_a_choice_in_half_precision_writes_the_trained_type(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    out, save = tmp_path / "out", tmp_path / "choice.json"
    data = ("--gain", "a.jsonl,b.jsonl", "--keep", "k.jsonl", "--save", str(save), "--dtype", "bfloat16")
    assert run(capsys, "merge", "start", "trained", "-o", str(out), *data)[0] == 0
    choice, merged = json.loads(save.read_text()), load_encoder(str(out))
    assert [outcome["name"] for outcome in choice["outcomes"]] == ["0.2", "0.4", "0.6", "0.8", "1"]
    assert {parameter.dtype for parameter in merged.parameters()} == {torch.float32}
    measured = {outcome["encoder"] for outcome in choice["outcomes"]} | {choice["encoder"]}
    assert len(measured) == 6
    assert not measured & {encoder_fingerprint(merged), encoder_fingerprint(load_encoder("./start"))}


def test_no_weight_that_is_better_is_status_1_and_no_folder(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    out, save = tmp_path / "out", tmp_path / "choice.json"
    code, said, _ = run(capsys, "merge", "trained", "start", "-o", str(out), "--gain", "a.jsonl", "--save", str(save))
    assert code == 1
    said = " ".join(said.split())
    assert "nothing is known of losses in one language" in said
    assert "Nothing was written: no weight is admissible and has more multi mAP than trained." in said
    assert not out.exists()
    assert json.loads(save.read_text())["choice"] is None


def test_a_given_weight_takes_prompts_and_length_of_the_trained_encoder(
    tiny_encoder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start, trained = load_encoder(str(tiny_encoder)), load_encoder(str(tiny_encoder))
    trained.prompts, trained.max_seq_length = {"query": "Q: ", "document": "P: "}, 16
    with torch.no_grad():
        for parameter in trained.parameters():
            parameter.add_(1.0)
    trained.save_pretrained(str(tmp_path / "trained"), create_model_card=False)
    arguments = ("merge", str(tiny_encoder), str(tmp_path / "trained"), "--weight", "0.6", "-o", str(tmp_path / "out"))
    assert run(capsys, *arguments)[0] == 0
    merged = load_encoder(str(tmp_path / "out"))
    assert (merged.prompts, merged.max_seq_length) == (trained.prompts, 16)
    for (name, weight), old in zip(merged.named_parameters(), start.parameters(), strict=True):
        torch.testing.assert_close(weight, old + 0.6, msg=name)
    assert not (tmp_path / "out" / "leaks.json").exists()
    assert "already there" in refusal(capsys, *arguments)


@pytest.mark.parametrize(
    ("trained", "options", "sentence"),
    [
        ("trained", (), "a --weight is chosen on development data: name it by --gain and --keep"),
        ("trained", ("--weight", "half"), "must be auto or numbers above 0 and at most 1, but 'half' is none"),
        ("trained", ("--weight", "0"), "at most 1, but is 0.0"),
        ("trained", ("--weight", "nan"), "at most 1, but is nan"),
        ("trained", ("--weight", "1.1"), "at most 1, but is 1.1"),
        ("trained", ("--weight", "1", "--keep", "k.jsonl"), "so leave --gain, --keep, --dtype and --save out"),
        ("trained", ("--gain", "k.jsonl"), "k: has one language"),
        ("./start", ("--weight", "1"), "are one encoder"),
        ("copy", ("--weight", "1"), "are one encoder"),
        ("repaired", ("--weight", "1"), "'repaired' is repaired: merge the encoder that it was made from"),
        ("damaged", ("--weight", "1"), "isoglot.json: cannot be read"),
    ],
)
def test_what_cannot_be_merged_is_one_sentence(
    files: Path,
    tiny_encoder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    trained: str,
    options: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.chdir(files)
    if trained in ("copy", "damaged") and not Path(trained).exists():
        copytree("start" if trained == "copy" else "trained", trained)
        if trained == "damaged":
            Path("damaged/isoglot.json").write_text("{")
    if trained == "repaired":
        save_model(
            load_encoder(str(tiny_encoder)),
            whatever_language(),
            Path(trained),
            fitted=Fitted(choice=CHOICE, encoder=None),
        )
    out = tmp_path / "out"
    assert sentence in refusal(capsys, "merge", "start", trained, "-o", str(out), *options)
    assert not out.exists()
