"""The page in a real browser: its policy lets its style through, it fits a phone, and its switch needs no script."""

from itertools import pairwise
from pathlib import Path

import pytest

from helpers.browser import CHROMIUM, Page, browser
from helpers.compared import evaluated
from isoglot.report.page.write import write_page

HOSTILE = '<script>document.title="script"</script>\u202e'
SHOWN = "[...document.querySelectorAll('.switch .panel')].filter((each) => each.offsetParent).length"
GROUND = "getComputedStyle(document.body).backgroundColor"


def emulate(page: Page, *, width: int, scheme: str) -> None:
    page.command("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 600)
    page.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])


@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")
def test_a_browser_shows_the_page_on_a_phone_in_the_dark_and_switches_without_script(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    arms = {name: evaluated(name, vectors=number, draws=20) for number, name in enumerate(("a", HOSTILE))}
    write_page(arms, file, title=HOSTILE)
    with browser(tmp_path / "profile") as page:
        emulate(page, width=390, scheme="dark")
        page.command("Page.navigate", url=file.as_uri())
        page.wait_for("document.querySelectorAll('svg').length > 4 && document.readyState === 'complete'")
        assert page.run("document.title") == HOSTILE
        assert page.run("document.querySelectorAll('script').length") == 0
        assert page.run("document.documentElement.scrollWidth") == 390
        assert page.run(GROUND) == "rgb(20, 23, 27)"
        assert page.run(SHOWN) == 1
        before = page.run("document.querySelector('.switch .panel:not([hidden])').offsetParent !== null")
        page.run("document.querySelectorAll('.switch input')[1].click()")
        assert page.run(SHOWN) == 1
        after = page.run("document.querySelector('.switch .panel').offsetParent !== null")
        assert (before, after) == (True, False)
        emulate(page, width=1280, scheme="light")
        assert page.run(GROUND) == "rgb(255, 255, 255)"
        levels = page.run("[...document.querySelectorAll('h1, h2, h3')].map((each) => +each.tagName[1])")
        assert levels[0] == 1
        assert all(b <= a + 1 for a, b in pairwise(levels))
        unnamed = (
            "[...document.querySelectorAll('[tabindex]')].filter((each) => !each.ariaLabel && each.tagName !== 'PRE')"
        )
        assert page.run(f"{unnamed}.length") == 0
