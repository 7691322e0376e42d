"""What every result can do, of one that has all that can go wrong in it."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from isoglot.errors import ConfigError
from isoglot.result import Result


@dataclass(frozen=True, repr=False)
class Made(Result):
    verb: ClassVar[str] = "evaluate"
    rows: int

    def _headline(self) -> str:
        return "a < b & c"

    def _content(self) -> dict[str, Any]:
        return {"value": float("nan"), "nested": ({"low": float("inf")},)}

    def _rows(self) -> Iterator[dict[str, object]]:
        return ({"cell": f"<{n}>", "value": n / 3, "low": None} for n in range(self.rows))


def test_a_dict_is_what_the_file_holds_and_says_its_version(tmp_path: Path) -> None:
    made = Made(2)
    assert made.to_dict() == {"what": "isoglot evaluate", "schema": 1, "value": None, "nested": [{"low": None}]}
    made.save(str(tmp_path / "made.json"))
    assert json.loads((tmp_path / "made.json").read_text()) == made.to_dict()


def test_a_line_and_a_notebook_show_the_finding_and_ten_rows_at_most() -> None:
    assert repr(Made(2)) == "<Made: a < b & c>"
    shown = Made(12)._repr_html_()
    assert "a &lt; b &amp; c" in shown
    assert "<td>&lt;9&gt;</td><td>3</td><td></td>" in shown
    assert "&lt;10&gt;" not in shown
    assert "2 more rows: to_frame()" in shown


def test_a_frame_needs_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Made(3).to_frame().columns.tolist() == ["cell", "value", "low"]
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ConfigError, match=r"data frames need the package pandas: pip install 'isoglot\[frames\]'"):
        Made(3).to_frame()
