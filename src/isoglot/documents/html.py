"""HTML pages to sections, by the parsing rules of the HTML standard, as browsers read them.

selectolax (the lexbor engine) builds the same tree from broken markup as a browser does, in a millisecond a page and
without further dependencies. lxml's parser has rules of its own for broken markup, and html5lib, which follows the
standard too, takes a hundred times as long.
"""

import re

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from isoglot.documents.depth import limited
from isoglot.documents.sections import Block, Section, usable_anchors
from isoglot.text.numbering import without_numbers

# Never read by people, or not the text of the page. What is only "hidden" is text: folds and tabs hold it.
_CODE = {"head", "script", "style", "template", "noscript"}
_EMBEDDED = {"svg", "math", "canvas", "iframe", "object", "audio", "video", "map"}
_CONTROLS = {"select", "textarea", "input", "datalist", "dialog"}
_SKIPPED = _CODE | _EMBEDDED | _CONTROLS | {"nav", "footer"}
_SKIPPED_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "complementary", "menu", "toolbar"))
# A site's banner and side bars, but parts of the text inside of it (HTML-AAM: header and aside by their scope).
_SKIPPED_OUTSIDE = frozenset(("header", "aside"))
_TEXT_SCOPES = frozenset(("main", "article", "section"))
# A number before a heading, by class: Sphinx, docutils, Pandoc, Bikeshed, LaTeXML.
_NUMBERS = frozenset(("section-number", "sectnum", "header-section-number", "secno", "ltx_tag"))
_PARAGRAPHS = {"p", "pre", "blockquote", "address", "center", "hr", "details", "summary", "figure", "figcaption"}
_LISTS = {"ul", "ol", "li", "dl", "dt", "dd"}
_TABLES = {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
_CONTAINERS = {"body", "main", "article", "section", "aside", "header", "div", "form", "fieldset"}
_BLOCKS = _PARAGRAPHS | _LISTS | _TABLES | _CONTAINERS
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ANY_HEADING = ", ".join((*_HEADINGS, "[role=heading]"))
_LOWEST = 6
_TEXT, _COMMENT = "-text", "-comment"

_WRAPPERS = "div|main|article|section|table"
_OPENED = re.compile(rf"<(?:{_WRAPPERS})[\s>]", re.IGNORECASE)
_CLOSED = re.compile(rf"</(?:{_WRAPPERS})[\s>]", re.IGNORECASE)
_ENDED = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_UNFINISHED = re.compile(r"<[a-z/!][^<>]*\Z", re.IGNORECASE)
# Without the events that copy a chosen <option> into its <select>: their cost is the square of the options.
_OPTIONS = LexborDocumentOptions.WO_EVENTS


def is_cut_short(markup: str) -> bool:
    """Whether a page breaks off: in a comment or a tag, or with open containers and no end of the body.

    A missing ``</body>`` alone is valid and common, and so is one ``</div>`` too few.
    """
    if markup.rfind("<!--") > markup.rfind("-->"):  # a comment without an end takes all the rest with it
        return True
    if _ENDED.search(markup):
        return False
    return bool(_UNFINISHED.search(markup)) or len(_OPENED.findall(markup)) > len(_CLOSED.findall(markup))


def html_sections(markup: str) -> list[Section]:
    """The sections of a page, in order; the first one, of level 0, is what stands before any heading.

    Scripts, styles, forms' controls, navigation, banners, side bars and footers are left out, by element and by ARIA
    role. Where the page has a ``main`` with a heading in it, nothing else is read. The summary of ``details`` is a
    heading, and what follows its ``details`` goes on with the section before it. A button in a heading is the heading
    where that has no other text. Section numbers are left out (:mod:`isoglot.text.numbering`).
    """
    body = LexborHTMLParser(limited(markup), options=_OPTIONS).body
    if body is None:
        return [Section(level=0)]
    main = body.css_first("main, [role=main]")
    walk = _Walk()
    if main is not None and main.css_first(", ".join(_HEADINGS)) is not None:
        walk.read(main)
    else:
        walk.read(body)
    headings = without_numbers([section.heading for section in walk.sections])
    for section, heading in zip(walk.sections, headings, strict=True):
        section.heading = heading
    return walk.sections


def inline_text(markup: str) -> str:
    """The text of a fragment with inline tags, with single spaces."""
    body = LexborHTMLParser(limited(markup), options=_OPTIONS).body
    return "" if body is None else " ".join(body.text(separator="").split())


class _Walk:
    """One way through a tree, with a stack of its own: pages nest deeper than Python's calls may."""

    def __init__(self) -> None:
        self.sections = [Section(level=0)]
        self._section = self.sections[0]  # that which text belongs to
        self._around: list[Section] = []  # that which it belongs to again behind each of the open <details>
        self._parts: list[str] = []  # of the block or heading being read
        self._pressed: list[str] = []  # of the heading being read: what is in a button
        self._linked = 0  # characters of it in links
        self._names: list[str] = []  # anchors since the last text
        # How deep in links, in what makes header and aside text, in pre, in buttons.
        self._links = self._scopes = self._code = self._buttons = 0
        self._heading: Section | None = None

    def read(self, root: LexborNode) -> None:
        stack: list[tuple[LexborNode, bool]] = [(root, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                self._leave(node)
            elif node.tag == _TEXT:
                self._add(node.text_content or "")
            elif node.tag != _COMMENT and not self._is_skipped(node):
                stack.append((node, True))
                children = list(node.iter(include_text=True))
                stack.extend((child, False) for child in reversed(children))
                self._enter(node)
        self._flush()

    def _is_skipped(self, node: LexborNode) -> bool:
        tag = node.tag or ""
        if tag in _SKIPPED or (tag in _SKIPPED_OUTSIDE and not self._scopes):
            return True
        if tag == "button" and self._heading is None and node.css_first(_ANY_HEADING) is None:
            return True
        attributes = node.attributes
        if attributes.get("role") in _SKIPPED_ROLES or attributes.get("aria-hidden") == "true":
            return True
        if self._heading is None:
            return False
        if not _NUMBERS.isdisjoint((attributes.get("class") or "").split()):
            return True
        # The mark beside a heading that links to itself ("¶", "#").
        own = tag == "a" and (attributes.get("href") or "").startswith("#")
        return own and not any(c.isalnum() for c in node.text())

    def _enter(self, node: LexborNode) -> None:
        tag = node.tag or ""
        level = _level(node) or self._level_of_summary(node)
        if self._heading is None and level:
            self._flush()
            self._heading = Section(level=level)
        elif tag in _BLOCKS:
            self._break()
        if tag == "details":
            self._around.append(self._section)
        self._scopes += tag in _TEXT_SCOPES
        self._code += tag == "pre"
        self._buttons += tag == "button"
        self._links += tag == "a" and "href" in node.attributes
        if tag in ("br", "img"):
            self._parts.append(" ")
        names = [node.attributes.get("id"), node.attributes.get("name") if tag == "a" else None]
        self._names.extend(name for name in names if name)
        if self._heading is not None and level and not self._heading.anchors:
            own = node.attributes.get("id")
            self._heading.anchors = (own,) if own else ()

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if self._heading is not None and (_level(node) or tag == "summary"):
            self._end_heading(self._heading)
        elif tag in _BLOCKS:
            self._break()
        if tag == "details":
            self._section = self._around.pop()
        self._scopes -= tag in _TEXT_SCOPES
        self._code -= tag == "pre"
        self._buttons -= tag == "button"
        self._links -= tag == "a" and "href" in node.attributes

    def _add(self, text: str) -> None:
        if self._heading is None and text.strip():
            self._names.clear()
        (self._pressed if self._heading is not None and self._buttons else self._parts).append(text)
        self._linked += len("".join(text.split())) if self._links else 0

    def _end_heading(self, heading: Section) -> None:
        heading.heading = _spaced(self._parts) or _spaced(self._pressed)
        heading.anchors = usable_anchors([*heading.anchors, *reversed(self._names)])
        self.sections.append(heading)
        self._section = heading
        self._heading = None
        self._names.clear()
        self._clear()

    def _break(self) -> None:
        """The end of a block; in a heading only a space."""
        if self._heading is None:
            self._flush()
        else:
            self._parts.append(" ")

    def _flush(self) -> None:
        text = _spaced(self._parts)
        if text:
            linked = self._linked / len("".join(text.split()))
            self._section.blocks.append(Block(text, linked, code=self._code > 0))
        self._clear()

    def _clear(self) -> None:
        self._parts, self._pressed, self._linked = [], [], 0

    def _level_of_summary(self, node: LexborNode) -> int:
        """That of a heading below the section around; 0 for all but the summary of details, without a heading in it."""
        folds = node.tag == "summary" and node.parent is not None and node.parent.tag == "details"
        if not folds or node.css_first(_ANY_HEADING) is not None:
            return 0
        return min(self._section.level + 1, _LOWEST)


def _spaced(parts: list[str]) -> str:
    """The text with single spaces."""
    return " ".join("".join(parts).split())


def _level(node: LexborNode) -> int:
    """The level of a heading, by element or ARIA role; 0 for anything else."""
    level = _HEADINGS.get(node.tag or "", 0)
    if not level and node.attributes.get("role") == "heading":
        said = node.attributes.get("aria-level") or ""
        level = int(said) if said in set("123456") else 2  # ARIA's default
    return level
