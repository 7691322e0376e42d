"""Parts of named data: train and dev have no doc, group or text in common, whatever is asked of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from isoglot.data import registry
from isoglot.data.entry import Entry
from isoglot.data.fetch import RemoteFile
from isoglot.data.load import load_parallel
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError
from isoglot.roles import ROLES

LABELS = ("entailment", "neutral", "contradiction", None)


def entry(name: str, **facts: Any) -> Entry:
    file = RemoteFile(f"{name}.jsonl", "", 0, None)
    common = {"title": "", "kind": "parallel", "languages": ("en",), "licence": "", "use": "", "homepage": ""}
    return Entry(**{**common, "name": name, "files": (file,), "parts": ("train", "dev"), "apart": True, **facts})


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Premises with a hypothesis of each label, of which every tenth is short and stands on other premises too."""
    pairs = [
        {
            "id": f"{n}",
            "group": f"p{n // 4}",
            "label": LABELS[n % 4],
            "query": {"en": "Yes!" if n % 10 == 0 else f"Hypothesis {n}."},
            "passage": {"en": f"Premise {n // 4}. And more."},
            "sentence_span": {"en": [0, len(f"Premise {n // 4}.")]} if n % 3 else None,
        }
        for n in range(160)
    ]
    sentences = [{"id": f"{n}", "doc": f"d{n // 3}", "text": {"en": f"Sentence {n}."}} for n in range(60)]
    for name, rows in (("pairs", pairs), ("bitext", sentences)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    entries = (
        entry("pairs", held_out=0.1, answers=True),
        entry("bitext", held_out=0.1),
        entry("all", files=(), members=("pairs", "bitext"), answers=True),
    )
    monkeypatch.setattr(registry, "ENTRIES", entries)
    monkeypatch.setattr(registry, "files", lambda name: {"en": tmp_path / f"{name}.jsonl"})


def texts(data: ParallelDataset) -> set[str]:
    return set(data.texts())


@pytest.mark.usefixtures("written")
def test_whatever_is_asked_for_the_same_premises_are_held_out() -> None:
    held = {row["group"] for row in load_parallel("pairs/dev", pairs="all")}
    assert len(held) == 4
    for pairs in ("positive", "negative", "all"):
        for passage in ("whole", "sentence"):
            train, dev = (load_parallel(f"pairs/{part}", pairs=pairs, passage=passage) for part in ("train", "dev"))  # type: ignore[arg-type]
            assert {row["group"] for row in dev} <= held
            assert not held & {row["group"] for row in train}
            assert not texts(train) & texts(load_parallel("pairs/dev", pairs="all"))
    train = load_parallel("pairs/train", pairs="all")
    if "Yes!" in texts(load_parallel("pairs/dev", pairs="all")):
        assert train.left_out == {"items that share a text with the held-out part": 144 - len(train)}


@pytest.mark.usefixtures("written")
def test_docs_are_held_out_whole() -> None:
    train, dev = load_parallel("bitext/train"), load_parallel("bitext/dev")
    assert (len(train), len(dev)) == (54, 6)
    assert not set(train.rows["doc"]) & set(dev.rows["doc"])
    for role in ROLES:
        assert dev.has(role).all()


@pytest.mark.usefixtures("written")
def test_a_joined_set_has_the_parts_of_its_members_and_one_without_answers_stays_whole() -> None:
    dev = load_parallel("all/dev", passage="sentence")
    parts = [load_parallel("pairs/dev", passage="sentence"), load_parallel("bitext/dev")]
    assert dev.fingerprint == ParallelDataset.concatenate(parts).fingerprint
    assert len(load_parallel("all")) == 40 + 60
    with pytest.raises(DataError, match='no item has a key "label"'):
        load_parallel("all", pairs="negative")
