"""Markdown pages to sections: rendered by markdown-it-py (CommonMark with tables), then read as HTML.

So what Markdown files hold as HTML (anchors, tables, comments) is read like everything else.
"""

import html
import re
import tomllib
from itertools import accumulate, pairwise
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from isoglot.documents.html import html_sections, inline_text
from isoglot.documents.sections import Section
from isoglot.limits import DEPTH

# 20, the default, leaves out all that follows a list in the tenth list.
_RENDER = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])
_FRONT_MATTER = re.compile(
    r"\A(?P<fence>---|\+\+\+)[ \t]*\n(?P<body>.*?)^(?P=fence)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_BRACKET = re.compile(r"[\[\]{}]")
# {#name} at the end of a heading: Pandoc, kramdown, Hugo, Docusaurus, MkDocs.
_NAME = re.compile(r"\{:?\s*#([^\s{}]+)[^{}]*\}\s*")


def markdown_sections(text: str) -> list[Section]:
    """The sections of a page; a title in its front matter is the first heading where the text has no ``#`` of its own.

    ``{#name}`` at the end of a heading is its anchor, as are named elements of HTML.
    """
    title, text = _split_front_matter(text)
    tokens = _RENDER.parse(text)
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and inline.children:
            _name(opening, inline.children[-1])
    markup = _RENDER.renderer.render(tokens, _RENDER.options, {})
    if title and "<h1" not in markup:
        markup = f"<h1>{html.escape(title)}</h1>\n{markup}"
    return html_sections(markup)


def inline_markdown(text: str) -> str:
    """The text of one paragraph of Markdown, without its marks."""
    return inline_text(_RENDER.renderInline(text))


def _name(heading: Token, last: Token) -> None:
    """Make the name at the end of a heading's last text its ``id``."""
    start = last.content.rfind("{")
    if last.type == "text" and start >= 0 and (found := _NAME.fullmatch(last.content, start)):
        heading.attrSet("id", found[1])
        last.content = last.content[:start].rstrip()


def _split_front_matter(text: str) -> tuple[str, str]:
    """The title that the front matter (YAML or TOML) gives, and the text without it."""
    found = _FRONT_MATTER.match(text)
    if found is None:
        return "", text
    title = _parse(found["body"], toml=found["fence"] == "+++").get("title")
    return "" if title is None or isinstance(title, list | dict) else str(title).strip(), text[found.end() :]


def _parse(front: str, *, toml: bool) -> dict[str, Any]:
    """What the front matter says; nothing where it cannot be read: the text below it still can."""
    if not toml and _brackets(front) > DEPTH:  # PyYAML's time grows with the square of it
        return {}
    try:
        # The base loader makes no values but strings, so that a date that is none is no error.
        said = tomllib.loads(front) if toml else yaml.load(front, Loader=yaml.BaseLoader)
    except (ValueError, yaml.YAMLError, RecursionError):  # not TOML, or a number of too many digits
        return {}
    return said if isinstance(said, dict) else {}


def _brackets(front: str) -> int:
    """How deep brackets nest, those in strings included."""
    steps = (1 if found[0] in "[{" else -1 for found in _BRACKET.finditer(front))
    return max(accumulate(steps), default=0)
