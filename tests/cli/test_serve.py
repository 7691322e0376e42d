"""``isoglot serve``: what it is started with."""

from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from helpers.commandline import refusal, run

pytest.importorskip("fastapi")
pytest.importorskip("lancedb")


def test_what_the_command_says_by_default_is_the_services(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from isoglot.search.index import MEMORY_MIB
    from isoglot.search.service import run as service
    from isoglot.search.service.limits import Limits

    given: dict[str, Any] = {}
    by_name = signature(service.serve).parameters
    monkeypatch.setattr(service, "serve", lambda place, **options: given.update(options))
    assert run(capsys, "serve", "help-index")[0] == 0
    assert (given["limits"], given["memory_mib"]) == (Limits(), MEMORY_MIB)
    for name in ("host", "port", "open_to_all", "log_texts"):
        assert given[name] == by_name[name].default


def test_what_cannot_be_served_is_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "there is no index here" in refusal(capsys, "serve", str(tmp_path), "--port", "0")
    assert "set ISOGLOT_API_KEY" in refusal(capsys, "serve", str(tmp_path), "--host", "0.0.0.0", "--port", "0")
