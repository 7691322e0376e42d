"""HTML pages to sections, by the parsing rules of the HTML standard, as browsers read them.

selectolax (the lexbor engine) builds the same tree from broken markup as a browser does, in a millisecond a page and
without further dependencies. lxml's parser has rules of its own for broken markup, and html5lib, which follows the
standard too, takes a hundred times as long.
"""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from isoglot.documents.sections import Block, Section, usable_anchors

# Never read by people, or not the text of the page. What is only "hidden" is text: folds and tabs hold it.
_CODE = {"head", "script", "style", "template", "noscript"}
_EMBEDDED = {"svg", "math", "canvas", "iframe", "object", "audio", "video", "map"}
_CONTROLS = {"button", "select", "textarea", "input", "datalist", "dialog"}
_SKIPPED = _CODE | _EMBEDDED | _CONTROLS | {"nav", "footer"}
_SKIPPED_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "complementary", "menu", "toolbar"))
# A site's banner and side bars, but parts of the text inside of it (HTML-AAM: header and aside by their scope).
_SKIPPED_OUTSIDE = frozenset(("header", "aside"))
_TEXT_SCOPES = frozenset(("main", "article", "section"))
_PARAGRAPHS = {"p", "pre", "blockquote", "address", "center", "hr", "details", "summary", "figure", "figcaption"}
_LISTS = {"ul", "ol", "li", "dl", "dt", "dd"}
_TABLES = {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
_CONTAINERS = {"body", "main", "article", "section", "aside", "header", "div", "form", "fieldset"}
_BLOCKS = _PARAGRAPHS | _LISTS | _TABLES | _CONTAINERS
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_TEXT, _COMMENT = "-text", "-comment"

_WRAPPERS = "div|main|article|section|table"
_OPENED = re.compile(rf"<(?:{_WRAPPERS})[\s>]", re.IGNORECASE)
_CLOSED = re.compile(rf"</(?:{_WRAPPERS})[\s>]", re.IGNORECASE)
_ENDED = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_UNFINISHED = re.compile(r"<[a-z/!][^<>]*\Z", re.IGNORECASE)


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

    Left out are scripts, styles, forms' controls, navigation, banners, side bars and footers, by element and by ARIA
    role. Where the page has a ``main`` with a heading in it, nothing else is read.
    """
    body = LexborHTMLParser(markup).body
    if body is None:
        return [Section(level=0)]
    main = body.css_first("main, [role=main]")
    walk = _Walk()
    if main is not None and main.css_first("h1, h2, h3, h4, h5, h6") is not None:
        walk.read(main)
    else:
        walk.read(body)
    return walk.sections


def inline_text(markup: str) -> str:
    """The text of a fragment with inline tags, with single spaces."""
    body = LexborHTMLParser(markup).body
    return "" if body is None else " ".join(body.text(separator="").split())


class _Walk:
    """One way through a tree, with a stack of its own: pages nest deeper than Python's calls may."""

    def __init__(self) -> None:
        self.sections = [Section(level=0)]
        self._parts: list[str] = []  # of the block or heading being read
        self._linked = 0  # characters of it in links
        self._names: list[str] = []  # anchors since the last text
        self._links = self._scopes = self._code = 0  # how deep in links, in what makes header and aside text, in pre
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
        attributes = node.attributes
        if attributes.get("role") in _SKIPPED_ROLES or attributes.get("aria-hidden") == "true":
            return True
        # The mark beside a heading that links to itself ("¶", "#").
        own = tag == "a" and (attributes.get("href") or "").startswith("#")
        return own and self._heading is not None and not any(c.isalnum() for c in node.text())

    def _enter(self, node: LexborNode) -> None:
        tag = node.tag or ""
        level = _level(node)
        if self._heading is None and level:
            self._flush()
            self._heading = Section(level=level)
        elif tag in _BLOCKS:
            self._break()
        self._scopes += tag in _TEXT_SCOPES
        self._code += tag == "pre"
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
        if self._heading is not None and _level(node):
            self._end_heading(self._heading)
        elif tag in _BLOCKS:
            self._break()
        self._scopes -= tag in _TEXT_SCOPES
        self._code -= tag == "pre"
        self._links -= tag == "a" and "href" in node.attributes

    def _add(self, text: str) -> None:
        if self._heading is None and text.strip():
            self._names.clear()
        self._parts.append(text)
        self._linked += len("".join(text.split())) if self._links else 0

    def _end_heading(self, heading: Section) -> None:
        heading.heading = " ".join("".join(self._parts).split())
        heading.anchors = usable_anchors([*heading.anchors, *reversed(self._names)])
        self.sections.append(heading)
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
        text = " ".join("".join(self._parts).split())
        if text:
            linked = self._linked / len("".join(text.split()))
            self.sections[-1].blocks.append(Block(text, linked, code=self._code > 0))
        self._clear()

    def _clear(self) -> None:
        self._parts, self._linked = [], 0


def _level(node: LexborNode) -> int:
    """The level of a heading, by element or ARIA role; 0 for anything else."""
    level = _HEADINGS.get(node.tag or "", 0)
    if not level and node.attributes.get("role") == "heading":
        said = node.attributes.get("aria-level") or ""
        level = int(said) if said in set("123456") else 2  # ARIA's default
    return level
