"""Pages made to take long: twice the page takes about twice the time."""

import time
from collections.abc import Callable

import pytest

from isoglot.documents.depth import limited
from isoglot.documents.html import html_sections
from isoglot.documents.markdown import markdown_sections

_SECONDS = 0.05  # of the smaller page: less is noise
_MOST = 2.3
_RUNS, _TRIES = 3, 4

HTML: dict[str, Callable[[int], str]] = {
    "nested h1": lambda n: "<h1>" * n,
    "nested h1 in div": lambda n: "<h1><div>a" * n,
    "nested div": lambda n: "<div>" * n + "a" + "</div>" * n,
    "nested lists": lambda n: "<ul><li>a" * n,
    "nested details": lambda n: "<details><summary>a</summary>b" * n,
    "formatting that never ends": lambda n: "".join(f"<font color=c{i}><p>a" for i in range(n)),
    "headings that end nothing": lambda n: "<div>" * n + "</h1>" * n,
    "options": lambda n: "<select>" + "<option>a" * n,
    "names before a heading": lambda n: "".join(f"<a name=n{i}></a>" for i in range(n)) + "<h1>a</h1>",
}
MARKDOWN: dict[str, Callable[[int], str]] = {
    "headings": lambda n: "# a\n\nb\n\n" * n,
    "headings with names": lambda n: "".join(f"# a {{#n{i}}}\n" for i in range(n)),
    "spaces in a heading": lambda n: "# a" + " " * n + "b\n" + "# {#c\n" * (n // 100),
    "h1 in one line": lambda n: "<h1>" * n,
    "div in lines": lambda n: "<div>\n" * n,
    "brackets in the front matter": lambda n: "---\ntitle: " + "[" * n + "\n---\n" + "# a\n" * (n // 10),
}


def seconds(read: Callable[[str], object], text: str) -> float:
    """The least of several runs."""
    taken = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        read(text)
        taken.append(time.perf_counter() - start)
    return min(taken)


@pytest.mark.parametrize(
    ("read", "page"),
    [pytest.param(html_sections, page, id=name) for name, page in HTML.items()]
    + [pytest.param(markdown_sections, page, id=f"md {name}") for name, page in MARKDOWN.items()],
)
def test_twice_the_page_takes_twice_the_time(read: Callable[[str], object], page: Callable[[int], str]) -> None:
    size = 500
    while seconds(read, page(size)) < _SECONDS:
        size *= 2
    # Another process may hold up any of the runs, but not all tries.
    ratios = []
    for _ in range(_TRIES):
        ratios.append(seconds(read, page(2 * size)) / seconds(read, page(size)))
        if ratios[-1] <= _MOST:
            return
    raise AssertionError(f"{size}: {ratios}")


def test_what_nests_too_deep_keeps_its_text_and_the_rest_of_the_page() -> None:
    deep = "<div>" * 600 + "<p>deep</p>" + "</div>" * 600
    found = html_sections(f"<h1>One</h1>{deep}<h2 id=a>Two</h2><p>rest</p>")
    assert [(section.heading, [block.text for block in section.blocks]) for section in found] == [
        ("", []),
        ("One", ["deep"]),
        ("Two", ["rest"]),
    ]
    assert found[-1].anchors == ("a",)


def test_a_page_within_the_limits_is_left_as_it_is() -> None:
    part = '<div title="a>b"><p>1 < 2<li><script>"<div>"</script><!-- <div> --><b>x</div>'
    assert limited(part * 1_000) == part * 32 + part.replace("<b>", "") * 968
    assert limited("<p>" * 2_000) == "<p>" * 2_000
    assert limited("<p " + "a=b " * 20_000 + ">x") == "<p>x"
