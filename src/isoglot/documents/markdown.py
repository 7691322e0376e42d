"""Markdown pages to sections: rendered by markdown-it-py (CommonMark with tables), then read as HTML.

So what Markdown files hold as HTML (anchors, tables, comments) is read like everything else.
"""

import html
import re
import tomllib
from typing import Any

import yaml
from markdown_it import MarkdownIt

from isoglot.documents.html import html_sections, inline_text
from isoglot.documents.sections import Section

# 20, the default, leaves out all that follows a list in the tenth list.
_RENDER = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])
_FRONT_MATTER = re.compile(
    r"\A(?P<fence>---|\+\+\+)[ \t]*\n(?P<body>.*?)^(?P=fence)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
# {#name} at the end of a heading: Pandoc, kramdown, Hugo, Docusaurus, MkDocs.
_NAMED_HEADING = re.compile(r"<h([1-6])>(.*?)\s*\{:?\s*#([^\s{}]+)[^{}]*\}\s*</h\1>")


def markdown_sections(text: str) -> list[Section]:
    """The sections of a page; a title in its front matter is the first heading where the text has no ``#`` of its own.

    ``{#name}`` at the end of a heading is its anchor, as are named elements of HTML.
    """
    title, text = _split_front_matter(text)
    markup = _NAMED_HEADING.sub(r'<h\1 id="\3">\2</h\1>', _RENDER.render(text))
    if title and "<h1" not in markup:
        markup = f"<h1>{html.escape(title)}</h1>\n{markup}"
    return html_sections(markup)


def inline_markdown(text: str) -> str:
    """The text of one paragraph of Markdown, without its marks."""
    return inline_text(_RENDER.renderInline(text))


def _split_front_matter(text: str) -> tuple[str, str]:
    """The title that the front matter (YAML or TOML) gives, and the text without it."""
    found = _FRONT_MATTER.match(text)
    if found is None:
        return "", text
    title = _parse(found["body"], toml=found["fence"] == "+++").get("title")
    return "" if title is None or isinstance(title, list | dict) else str(title).strip(), text[found.end() :]


def _parse(front: str, *, toml: bool) -> dict[str, Any]:
    """What the front matter says; nothing where it cannot be read: the text below it still can."""
    try:
        # The base loader makes no values but strings, so that a date that is none is no error.
        said = tomllib.loads(front) if toml else yaml.load(front, Loader=yaml.BaseLoader)
    except (tomllib.TOMLDecodeError, yaml.YAMLError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
