"""What a command does with its files, whatever becomes of the page."""

from pathlib import Path

import pytest

from helpers.commandline import refusal
from helpers.compared import evaluated
from isoglot.cli.saving import check_targets, page_of_results, saved_first
from isoglot.errors import ConfigError, StorageError
from isoglot.report.page.page import Page


def test_a_page_that_fails_loses_nothing_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> Page:
        raise ConfigError("There is nothing to show.")

    found, results, page = evaluated("e", vectors=1, draws=20), tmp_path / "results.json", tmp_path / "page.html"
    kept = f"Only the page is missing; already written: results \\({results}\\)"
    with (
        pytest.raises(ConfigError, match=f"There is nothing to show. {kept}"),
        saved_first(results, found, what="results", html=page, page=broken, as_json=True),
    ):
        pass
    assert '"encoder": "e"' in (said := capsys.readouterr().out)
    assert f"results: {results}" in said
    assert results.is_file()
    assert not page.exists()
    with (
        pytest.raises(BrokenPipeError),
        saved_first(None, found, what="results", html=page, page=page_of_results(found)),
    ):
        raise BrokenPipeError  # the screen's reader has gone
    assert page.is_file()


def test_nothing_is_written_over_what_a_command_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, config = tmp_path / "data.jsonl", tmp_path / "config.toml"
    for name in (str(data), f"{data}@de,en", f"pairs@de:{data}", data):
        with pytest.raises(StorageError, match="would be written over"):
            check_targets([None, data], inputs=[name])
    check_targets([config], inputs=["e5-small", str(data), "hf:owner/name"])
    for command in ("train", "study"):
        assert "would be written over" in refusal(capsys, command, str(config), "--html", str(config))
    assert "would be written over" in refusal(capsys, "card", str(tmp_path), str(data), "--html", str(data))
