"""How deep a page may nest: beyond that a start tag is left out and its text kept, as browsers do.

The parser looks at all open elements for almost every tag, as the HTML standard says, so that twice the depth takes
four times the time; and what is only formatting is opened again in every paragraph until it is closed.
"""

import re
from collections import Counter
from collections.abc import Iterator

_DEEPEST = 512  # Chromium's limit
_FORMATTING = frozenset(("b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"))
_FORMATTING_DEEPEST = 32
_LONGEST = 65_536  # characters of a tag: each attribute is compared with all before it

_EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
_ENDED_BY_NEXT = {"p", "li", "dt", "dd", "option", "optgroup", "rb", "rp", "rt", "rtc", "a", "button"}
_ENDED_BY_NEXT |= {"tr", "td", "th", "thead", "tbody", "tfoot", "caption", "colgroup"}
_UNCOUNTED = _EMPTY | _ENDED_BY_NEXT | {"h1", "h2", "h3", "h4", "h5", "h6", "html", "head", "body"}
_PLAIN = ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
_PLAIN_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _PLAIN}
# (slash, name), with attributes up to the end; values may hold ">" in quotation marks.
_TAG = re.compile(r"""<(/?)([a-z][^\s/>]*+)(?:[^>=]++|=\s*+(?:"[^"]*"|'[^']*'|[^\s"'>][^\s>]*+)?)*+>""", re.IGNORECASE)
_MARKUP = re.compile(r"<(?=[a-z/!?])", re.IGNORECASE)


def limited(markup: str) -> str:
    """The page without the start and end tags that nest too deep, and without the attributes of tags too long.

    Takes time in proportion to the page. A page within the limits is returned as it is.
    """
    if markup.count("<") <= _DEEPEST and len(markup) <= _LONGEST:  # most pages
        return markup
    parts: list[str] = []
    kept = 0  # up to there
    depth = _Depth()
    for slash, name, start, end in _tags(markup):
        replacement = None
        if not depth.keeps(name, closes=bool(slash)):
            replacement = ""
        elif end - start > _LONGEST:
            replacement = f"<{slash}{name}>"
        if replacement is not None:
            parts += (markup[kept:start], replacement)
            kept = end
    return "".join([*parts, markup[kept:]]) if parts else markup


class _Depth:
    """The elements that are open, as far as tags tell."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._count: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()  # start tags whose end tags are still to come
        self._formatting = 0

    def keeps(self, name: str, *, closes: bool) -> bool:
        """Whether a tag may stay."""
        if name in _UNCOUNTED:
            return True
        if closes and self._left_out[name]:
            self._left_out[name] -= 1
            return False
        if name in _FORMATTING:
            return self._keeps_formatting(name, closes=closes)
        if closes:
            self._close(name)
            return True
        if len(self._open) >= _DEEPEST:
            self._left_out[name] += 1
            return False
        self._open.append(name)
        self._count[name] += 1
        return True

    def _keeps_formatting(self, name: str, *, closes: bool) -> bool:
        """Counted apart: the end of an element around it does not end it."""
        if closes:
            self._formatting -= self._count[name] > 0
            self._count[name] -= self._count[name] > 0
        elif self._formatting >= _FORMATTING_DEEPEST:
            self._left_out[name] += 1
            return False
        else:
            self._formatting += 1
            self._count[name] += 1
        return True

    def _close(self, name: str) -> None:
        """The end of an element is that of all in it."""
        while self._count[name]:
            last = self._open.pop()
            self._count[last] -= 1
            if last == name:
                return


def _tags(markup: str) -> Iterator[tuple[str, str, int, int]]:
    """(slash, name in lower case, start, end) of each tag; none in comments and in elements that hold plain text."""
    place = 0
    while opened := _MARKUP.search(markup, place):
        start = opened.start()
        if markup.startswith("<!--", start):
            end = markup.find("-->", start + 2)  # "<!-->" is a whole comment
            place = end + len("-->")
        elif found := _TAG.match(markup, start):
            slash, name, place = found[1], found[2].lower(), found.end()
            end = start
            yield slash, name, start, place
            if not slash and name in _PLAIN_ENDS:
                closing = _PLAIN_ENDS[name].search(markup, place)
                end = place = closing.start() if closing else -1
        else:
            end = markup.find(">", start)
            place = end + 1
        if end < 0:  # all the rest is a comment, plain text or an unfinished tag
            return
