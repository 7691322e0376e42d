from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from isoglot import demo
from isoglot.errors import ConfigError


def run(output: Path) -> tuple[demo.Demo, list[str]]:
    said: list[str] = []
    quiet: Any = lambda *_, **__: None  # noqa: E731
    found = demo.run_demo(
        output,
        say=said.append,
        training=lambda _: nullcontext(quiet),
        embedding=lambda: nullcontext(lambda *_, **__: quiet),
    )
    return found, said


def test_the_demo_ends_with_five_arms_three_questions_and_a_page_and_keeps_what_is_done(
    monkeypatch: pytest.MonkeyPatch, tiny_encoder: Path, tmp_path: Path
) -> None:
    """The real demo with a tiny encoder and two steps."""
    small = {"steps": 2, "learning_rate": 1e-3, "check_every": 1}
    monkeypatch.setattr(demo, "E5_SMALL", str(tiny_encoder))
    monkeypatch.setattr(
        demo, "_CONFIG", {**demo._CONFIG, "encoder": {"name": str(tiny_encoder)}, "optimization": small}
    )
    found, said = run(tmp_path / "demo")
    assert list(found.arms) == ["zero-shot", "repaired", "mono", "cross", "hybrid"]
    assert len({result.value("multi", "map") for result in found.arms.values()}) == 5
    page = (tmp_path / "demo" / "index.html").read_text(encoding="utf-8")
    assert all(f"{result.value('multi', 'map'):.3f}" in page for result in found.arms.values())
    assert "Which queries fare worst?" in page
    assert "shows no queries and passages" not in page
    assert len(found.questions) == 3
    for question in found.questions:
        assert question.finding[0].partition(" (")[0] in page
        assert question.table is not None
        assert (question.table.headings, len(question.table.rows)) == (("relevant passage", "zero-shot", "repaired"), 7)
    mine = tmp_path / "mine" / "mono"
    mine.mkdir(parents=True)
    (mine / "isoglot.json").write_text('{"config": {}}')
    with pytest.raises(ConfigError, match="another model"):
        run(mine.parent)
    assert (mine / "isoglot.json").is_file()
    again, said_again = run(tmp_path / "demo")
    assert again.arms == found.arms
    assert sum("training" in line for line in said) == 3
    assert sum("already" in line for line in said_again) == 4
