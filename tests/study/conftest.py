"""A study of a tiny encoder on the sample: two domains, four arms, two seeds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from isoglot.data.sample import load_sample
from isoglot.study.config import StudyConfig
from isoglot.study.run import Watch


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


def write(name: str, rows: list[dict[str, Any]], languages: tuple[str, ...]) -> None:
    """A file of the rows in some languages."""
    with Path(f"{name}.jsonl").open("w") as file:
        for row in rows:
            texts = {side: {language: row[side][language] for language in languages} for side in ("query", "passage")}
            file.write(json.dumps({"id": row["id"], "group": row["group"], "domain": name, **texts}) + "\n")


def parse(content: dict[str, Any]) -> StudyConfig:
    return StudyConfig.parse(content, where="study.toml")


class Said(list[str]):
    """What a study said; ``at`` is called with every sentence before it is kept."""

    def __init__(self, at: Callable[[str], object] = lambda sentence: None) -> None:
        super().__init__()
        self._at = at

    def watch(self) -> Watch:
        @contextmanager
        def quiet(*_: Any) -> Iterator[Any]:
            yield lambda *_, **__: lambda count: None

        return Watch(say=self._say, training=quiet, embedding=quiet)

    def _say(self, sentence: str) -> None:
        self._at(sentence)
        self.append(sentence)
