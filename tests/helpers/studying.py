"""Studies of tests: their data files, their configuration, what they say while they run."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from isoglot.studies.config import StudyConfig
from isoglot.studies.prepared import Watch


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
