"""The page loads nothing from elsewhere, and in a real browser it shows what the service finds, as text."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from helpers.browser import CHROMIUM, Page, browser
from helpers.service import served
from isoglot.data.collection import Collection
from isoglot.search import build
from isoglot.search.index import Index
from isoglot.search.service.app import create_app
from isoglot.search.service.page import page

HOSTILE = '<script>document.title="script"</script><img src=x onerror="document.title=1">'


def test_the_page_is_one_file_that_runs_its_own_script(repaired_index: Path) -> None:
    with served(create_app(Index(repaired_index))) as service:
        answer = service.ask("GET", "/")
    html, policy = page()
    assert (answer.body.decode(), answer.headers["content-security-policy"]) == (html, policy)
    assert "default-src 'none'; script-src 'sha256-" in policy
    assert "unsafe" not in policy
    assert re.findall(r"https?:|\bsrc=|<link|@import|url\(|\son\w+=|style=|innerHTML", html) == []


@pytest.fixture
def shown(repaired_index: Path, tmp_path: Path) -> Iterator[Page]:
    """The page with an English and a German query, of which one is a passage that is markup."""
    place = shutil.copytree(repaired_index, tmp_path / "index")
    rows = [{"id": "x", "text": HOSTILE, "lang": "en"}]
    build.put(
        place, Collection.from_rows("x", queries=[{**rows[0], "id": "q"}], passages=rows, relevant={("q", "x"): 1})
    )
    asked = urlencode({"en": HOSTILE, "de": "Wie lang ist der Fluss?"})
    with served(create_app(Index(place))) as service, browser(tmp_path / "profile") as opened:
        opened.command("Page.navigate", url=f"http://127.0.0.1:{service.port}/#{asked}")
        opened.wait_for("document.querySelectorAll('.hits').length === 2")
        yield opened


def places(page: Page, column: int, name: str) -> list[str]:
    """The languages of a column's hits, best first."""
    found: list[str] = page.run(
        f"[...document.querySelectorAll('.column')[{column}].querySelectorAll('[data-name={name}] li')]"
        ".map((cell) => cell.textContent)"
    )
    return found


@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")
def test_a_browser_shows_queries_side_by_side_before_and_after(shown: Page) -> None:
    assert shown.run("[...document.querySelectorAll('.column')].map((each) => each.dataset.language)") == ["en", "de"]
    before, after = places(shown, 1, "before"), places(shown, 1, "after")
    assert len(before) == len(after) == 10
    assert before != after
    listed = (
        "[...document.querySelectorAll('.column')[1].querySelectorAll('.hits .lang')].map((tag) => tag.textContent)"
    )
    assert shown.run(listed) == after
    assert "queries have" in shown.run("document.getElementById('summary').textContent")

    own = []
    for dial in ("0", "0.5", "1"):
        shown.run(
            f"dial.value = {dial}; dial.dispatchEvent(new Event('input')); dial.dispatchEvent(new Event('change'))"
        )
        shown.run("document.querySelectorAll('.hits').forEach((list) => list.classList.add('old'))")
        shown.wait_for("document.querySelectorAll('.hits:not(.old)').length === 2")
        own.append(places(shown, 1, "after").count("de"))
    assert own[0] == 10 > own[2]
    assert own == sorted(own, reverse=True)
    assert places(shown, 1, "before") == before  # the dial leaves it alone

    assert HOSTILE in shown.run("[...document.querySelectorAll('.hits bdi')].map((hit) => hit.textContent)")
    assert shown.run("document.querySelectorAll('#columns script, #columns img').length") == 0
    assert shown.run("document.title") == "isoglot: search in several languages"
