"""A study of a tiny encoder on the sample: two domains, four arms, two seeds."""

from pathlib import Path
from typing import Any

import pytest

from helpers.studying import write
from isoglot.data.sample import load_sample


@pytest.fixture
def content(tmp_path: Path, tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The study's file as a table; its data lies in the working directory."""
    monkeypatch.chdir(tmp_path)
    trivia = [row for row in load_sample("sample/train") if row["domain"] == "trivia"]
    write("trivia", trivia, ("de", "en"))
    write("english", trivia, ("en",))
    write("other", list(load_sample("sample/test"))[:10], ("de", "en"))
    return {
        "output": "out",
        "seeds": [0, 1],
        "draws": 20,
        "train": {
            "encoder": {"name": str(tiny_encoder)},
            "batch": {"size": 4},
            "optimization": {"steps": 2, "learning_rate": 1e-3},
        },
        "arms": {"mono": {"batch": {"policy": "mono"}}, "hybrid": {"batch": {"policy": "hybrid"}}},
        "domains": {
            "trivia": {"train": ["trivia.jsonl"], "home": "trivia"},
            "all": {"train": ["sample/train"], "languages": ["de", "en"], "max_items": 40, "home": "other"},
        },
        "tests": {"trivia": "trivia.jsonl", "other": "other.jsonl"},
        "verdict": {},
    }
