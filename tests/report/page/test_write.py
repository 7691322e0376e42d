"""What a page cannot be made of, or written to, is one sentence; the earlier page stays."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import isoglot
from helpers.compared import evaluated
from isoglot.evaluation.results import CollectionResult, Evaluation
from isoglot.result import Result

FOUND = evaluated("e", vectors=1, draws=20)


class _Other(Result):
    """Of no verb that has a page, or of one whose results are others."""

    def __init__(self, verb: str = "other") -> None:
        self.verb = verb  # type: ignore[misc]

    def _headline(self) -> str:
        return ""

    def _content(self) -> dict[str, Any]:
        return {}

    def _rows(self) -> list[dict[str, object]]:
        return []


def other_texts() -> Evaluation:
    results: dict[str, CollectionResult] = {
        name: replace(result, fingerprint="f00d") for name, result in FOUND.collections.items()
    }
    return replace(FOUND, encoder="other", collections=results)


def newer(folder: Path) -> Path:
    FOUND.save(folder / "new.json")
    content = json.loads((folder / "new.json").read_text())
    (folder / "new.json").write_text(json.dumps({**content, "schema": 99}))
    return folder / "new.json"


@pytest.mark.parametrize(
    ("results", "sentence"),
    [
        (
            lambda folder: [FOUND, other_texts()],
            "random of e and of other has different texts: evaluate them on the same",
        ),
        (lambda folder: [], "at least one result"),
        (lambda folder: [3], "not of 3"),
        (lambda folder: folder / "none.json", r"none\.json: no such file"),
        (newer, "written by a newer isoglot"),
        (lambda folder: _Other(), "there is no page of .*_Other: give results of evaluate"),
        (lambda folder: [FOUND, _Other("debias")], "there is no page of .*_Other: give results of evaluate"),
    ],
)
def test_what_is_no_page_is_refused_and_the_earlier_one_stays(
    tmp_path: Path, results: Callable[[Path], Any], sentence: str
) -> None:
    page = tmp_path / "page.html"
    page.write_text("earlier")
    with pytest.raises(isoglot.IsoglotError, match=sentence) as said:
        isoglot.write_page(results(tmp_path), page)
    assert len(str(said.value).splitlines()) == 1
    assert page.read_text() == "earlier"
    assert not list(tmp_path.glob("*.part*"))


def test_a_page_is_written_to_a_file_that_can_be(tmp_path: Path) -> None:
    with pytest.raises(isoglot.IsoglotError, match="a folder; name a file"):
        isoglot.write_page(FOUND, tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(isoglot.IsoglotError, match="is not a folder"):
        isoglot.write_page(FOUND, tmp_path / "file" / "page.html")
    isoglot.write_page({"\udce9 not UTF-8": FOUND}, tmp_path / "page.html")
    assert "? not UTF-8" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_names_that_turn_a_line_round_are_isolated_wherever_they_stand(tmp_path: Path) -> None:
    turning = "\u202eabc"
    (result,) = FOUND.collections.values()
    spoilt = replace(FOUND, encoder=turning, collections={turning: replace(result, name=turning)})
    compared = isoglot.compare(
        spoilt, replace(spoilt, encoder=f"{turning} too"), options=isoglot.CompareOptions(draws=20)
    )
    for number, results in enumerate((spoilt, [spoilt, compared], {turning: spoilt, "b": FOUND})):
        isoglot.write_page(results, tmp_path / f"{number}.html")
        page = (tmp_path / f"{number}.html").read_text()
        bare = re.sub(r'(dir="auto"[^>]*>|<bdi>|<title>|<text [^>]*>|aria-label="|download=")\s*\u202e', "", page)
        loose = re.findall(r".{40}(?<!\u2068)\u202e.{20}", bare)
        assert loose == []
