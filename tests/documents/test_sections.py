"""Pages to sections: what people read under each heading, and nothing else, however the markup is broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isoglot.documents.html import html_sections, is_cut_short
from isoglot.documents.markdown import markdown_sections
from isoglot.documents.sections import Section

PAGE = """<!DOCTYPE html><html><head><title>T</title><style>h1 {}</style></head><body>
<header>Shop <h2>Menu</h2></header><nav><a href="/">Home</a></nav>
<a name="top"></a><h1 id="own">How to <b>pay</b><a class="x" href="#own">¶</a></h1>
<script>var a = "<h2>no</h2>";</script><p>By card &amp; cash.<p>See <a href="b">prices</a> now
<ul><li><a href="c">Refunds</a><li>Two</ul>
<section id="late"><div><h3>Late<br>fees</h3></div>Ten a day.<aside>Soon more.</aside></section>
<div hidden>Folded.</div><footer>Imprint</footer></body></html>"""


def outline(sections: list[Section]) -> list[tuple[int, str, list[str]]]:
    return [(section.level, section.heading, [block.text for block in section.blocks]) for section in sections]


def test_a_page_is_its_headings_and_the_paragraphs_under_them() -> None:
    assert outline(html_sections(PAGE)) == [
        (0, "", []),
        (1, "How to pay", ["By card & cash.", "See prices now", "Refunds", "Two"]),
        (3, "Late fees", ["Ten a day.", "Soon more.", "Folded."]),
    ]


def test_anchors_are_the_headings_own_then_the_nearest_around_it() -> None:
    _, first, second = html_sections(PAGE)
    assert first.anchors == ("own", "top")
    assert second.anchors == ("late",)
    _, numbered = html_sections('<div id="id3"><h2 id="section-2">A</h2></div>')
    assert numbered.anchors == (), "a number says where a section is, not which"


@pytest.mark.parametrize("name", ["idm45396", "idp140", "id2584923", "ftn.idm12", "ientry-idm7", "d0e123", "N10012"])
def test_names_that_a_converter_generated_are_none(name: str) -> None:
    (_, section) = html_sections(f'<h2><a id="{name}"></a>A</h2>')
    assert section.anchors == ()


@pytest.mark.parametrize("name", ["hd_id3154123", "par_idN10545", "N0368", "gimp-tool-3d", "idea1", "h264-codec"])
def test_names_with_numbers_that_somebody_gave_are_names(name: str) -> None:
    (_, section) = html_sections(f'<h2 id="{name}">A</h2>')
    assert section.anchors == (name,)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<h2><button aria-expanded=false>How?</button></h2><p>So.", [(2, "How?", ["So."])]),
        ("<h2>How? <button>Copy link</button></h2><p>So.<button>Send</button>", [(2, "How?", ["So."])]),
        ("<button><h3>How?</h3></button><div>So.</div>", [(3, "How?", ["So."])]),
        (
            "<h2>FAQ</h2><details><summary>How?</summary><p>So.</details><details open><summary>Why?</summary>"
            "<p>Why not.</details><p>Write to us.",
            [(2, "FAQ", ["Write to us."]), (3, "How?", ["So."]), (3, "Why?", ["Why not."])],
        ),
        ("<details><summary><h4>How?</h4></summary>So.</details>", [(4, "How?", ["So."])]),
        ("<details>So.</details>", []),
    ],
)
def test_questions_in_buttons_and_summaries_are_headings(
    markup: str, expected: list[tuple[int, str, list[str]]]
) -> None:
    assert outline(html_sections(markup))[1:] == expected


def test_a_number_that_the_page_marks_as_one_is_not_read() -> None:
    markup = '<h2><span class="header-section-number">1.2</span> Title</h2><h3><span class=secno>4 </span>Next</h3>'
    assert [section.heading for section in html_sections(markup)[1:]] == ["Title", "Next"]


def test_the_share_of_a_block_in_links_counts_letters() -> None:
    blocks = html_sections("<h1>A</h1><p><a href=x>four</a> more<p><a name=y>no link</a><p><a href=z>all of it</a>")[
        1
    ].blocks
    assert [block.linked for block in blocks] == [0.5, 0.0, 1.0]


def test_main_is_all_that_is_read_where_the_text_is_in_it() -> None:
    main = "<div><h2>Side</h2>bar</div><main><header><h1>A</h1></header>text</main>"
    assert outline(html_sections(main))[1:] == [(1, "A", ["text"])]
    assert outline(html_sections("<main>nothing</main><h1>A</h1>text"))[1:] == [(1, "A", ["text"])]


@given(st.text(alphabet="<>/=\"'!-ahp1 \nü&;"), st.sampled_from([0, 1, 2_000]))
def test_no_markup_stops_the_reader(noise: str, deep: int) -> None:
    words = "".join(block.text for section in html_sections("<div>" * deep + noise) for block in section.blocks)
    assert "\n" not in words
    sections = html_sections(f"<h1>kept</h1><p>text</p>{noise}")
    assert (sections[1].heading, sections[1].blocks[0].text[:4]) == ("kept", "text")


@pytest.mark.parametrize(
    ("markup", "broken"),
    [
        ("<html><body><div><p>whole</p></div></body></html>", False),
        ("<div><p>no end of the body, as minifiers write it</div>", False),
        ("<html><body><div>one end too few</body></html>", False),
        ("<html><body><div><p>cut in the te", True),
        ("<html><body><p>cut in a tag <a hre", True),
        ("<body><p>5 < 6</p>", False),
        ("<body><p>a<!-- never closed <p>b</body></html>", True),
    ],
)
def test_a_page_that_breaks_off_is_told_from_one_that_is_only_untidy(markup: str, broken: bool) -> None:
    assert is_cut_short(markup) == broken


def test_markdown_is_read_with_its_names_front_matter_and_html() -> None:
    text = (
        "---\ntitle: 'Say: <hi>'\ndate: 2024-99-99\n---\nIntro.\n\n## Set *up* {#set-up}\n- one\n\n```\n# code\n```\n\n"
        '<a name="z"></a>\n\n### Über\n| a |\n|---|\n| 1 |\n<!-- ## hidden -->\n'
    )
    sections = markdown_sections(text)
    assert outline(sections) == [
        (0, "", []),
        (1, "Say: <hi>", ["Intro."]),
        (2, "Set up", ["one", "# code"]),
        (3, "Über", ["a", "1"]),
    ]
    assert [section.anchors for section in sections] == [(), (), ("set-up",), ("z",)]


def test_deep_lists_and_bad_front_matter_take_nothing_with_them() -> None:
    deep = "".join(f"{'  ' * level}- item {level}\n" for level in range(30))
    text = f"---\ntitle: {'[' * 3_000}\n---\n# One\n\n{deep}\n# Two\n\nThe end.\n"
    found = [(section.heading, len(section.blocks)) for section in markdown_sections(text)]
    assert found == [("", 0), ("One", 30), ("Two", 1)]
    assert [section.heading for section in markdown_sections("---\ntitle: [a, b]\n---\ntext")] == [""]
