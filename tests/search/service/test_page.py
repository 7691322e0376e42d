"""The page loads nothing from elsewhere, and what it shows is text."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from helpers.service import served
from isoglot.search import build
from isoglot.search.index import Index
from isoglot.search.service.app import create_app
from isoglot.search.service.page import page


def test_the_page_is_one_file_that_runs_its_own_script(repaired_index: Path) -> None:
    with served(create_app(Index(repaired_index))) as service:
        answer = service.ask("GET", "/")
    html, policy = page()
    assert (answer.body.decode(), answer.headers["content-security-policy"]) == (html, policy)
    assert "default-src 'none'; script-src 'sha256-" in policy
    assert "unsafe" not in policy
    assert re.findall(r"https?:|\bsrc=|<link|@import|url\(|\son\w+=|style=|innerHTML", html) == []


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Debian's chromium")
def test_a_browser_shows_passages_as_text(repaired_index: Path, tmp_path: Path) -> None:
    place = shutil.copytree(repaired_index, tmp_path / "index")
    hostile = tmp_path / "hostile.jsonl"
    hostile.write_text(
        '{"id": "x", "query": {"en": "spell"}, "passage": {"en": "<img src=x onerror=\\"document.title=1\\">spell"}}\n'
    )
    build.put(place, str(hostile))
    with served(create_app(Index(place))) as service:
        address = f"http://127.0.0.1:{service.port}/#en=spell&de=Wie%20lang%3F"
        options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
        shown = subprocess.run(
            ["chromium", *options, "--virtual-time-budget=8000", "--dump-dom", address],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        ).stdout
    assert shown.count('class="column"') == 2
    assert shown.count('scope="row">before') == shown.count('scope="row">after') == 2
    assert "&lt;img src=x" in shown
    assert "<img" not in shown
    assert 'dir="auto"' in shown
