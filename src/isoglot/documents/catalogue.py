"""A gettext catalogue to the pages it was extracted from: paragraphs in the original and one translation.

Which paragraphs are headings is said by what extracted them: po4a (``#. type: Title ##``, or an element's path that
ends in ``<section><title>`` or ``<h2>``), itstool (``#. (itstool) path: section/title``) and LibreOffice's help (a
context of page and ``hd_...``). Sphinx's catalogues do not say it.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib

from isoglot.documents import counts
from isoglot.documents.markdown import inline_markdown
from isoglot.documents.pages import read_bytes

_TYPE = re.compile(r"^type: (.+)$", re.MULTILINE)  # po4a
_PATH = re.compile(r"^\(itstool\) path: (\S+)$", re.MULTILINE)
_ELEMENT = re.compile(r"<([\w:.-]+)>")
_HEADING = re.compile(r"h[1-6]")
# What a title is a heading of (DocBook, Mallard); figures, tables and notes have titles too.
_DIVISION = re.compile(
    r"page|section|sect[1-5]|simplesect|refsect(ion|[1-3])|refsynopsisdiv|topic|part|chapter|article|appendix|preface"
)
_LINE = re.compile(r"[0-9]{1,9}")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"\Z')
_UP = re.compile(r"\A(?:\.{0,2}/)+")
_ESCAPED = re.compile(r'\\([<>"])')  # LibreOffice before 7
_BREAK = re.compile(r"<br\s*/?>")
# By hand: to an HTML parser <link> and <input>, which hold text in other languages, are empty, and <_:link-1/> is text.
_TAG = re.compile(r"</?[A-Za-z_][^<>]*>")
_NOT_HELP = ("tit", "bm")  # LibreOffice: the page's title, which its first heading repeats, and index entries
_NOT_TEXT = ("Attribute ", "Yaml Front Matter", "YAML Front Matter")  # po4a: alternatives of images, metadata
_NOT_CONTENT = frozenset(("head", "info", "credit", "license", "media"))  # metadata, legal texts, names of files


@dataclass(frozen=True)
class Paragraph:
    """An entry at one of its places.

    Attributes:
        original: its text, without inline markup.
        translation: that of the translation; none where it is missing or not to be trusted (fuzzy).
        heading: whether it is known to be one.
        anchor: its name in the page, empty where it has none.
    """

    original: str
    translation: str | None
    heading: bool = False
    anchor: str = ""


@dataclass
class Catalogue:
    """What a catalogue holds.

    Attributes:
        pages: name of a page -> its paragraphs, in the order of the page.
        lost: entries that are not translations, by reason (:mod:`isoglot.documents.counts`).
        fault: why the file could not be read; empty where it was.
    """

    pages: dict[str, list[Paragraph]] = field(default_factory=dict)
    lost: Counter[str] = field(default_factory=Counter)
    fault: str = ""


@dataclass(frozen=True)
class _Kind:
    """What an entry is in its page; ``markup`` is xml, markdown or none."""

    heading: bool = False
    text: bool = True
    markup: str = ""


def read_catalogue(path: Path) -> Catalogue:
    """Read one ``.po`` file; what is wrong with it is told, not raised.

    Fuzzy and untranslated entries are paragraphs without a translation; obsolete and plural ones (messages with a
    number in them, no paragraphs) are no paragraphs. All four are counted.
    """
    content, fault = read_bytes(path)
    if fault or _is_cut_short(content):
        return Catalogue(fault=fault or counts.CUT_SHORT)
    try:
        entries = polib.pofile(str(path))
    except (UnicodeError, LookupError):
        return Catalogue(fault=counts.UNDECODABLE)
    except (OSError, ValueError, IndexError):  # polib's syntax errors are OSErrors
        return Catalogue(fault=counts.UNREADABLE)
    read = Catalogue()
    placed: dict[str, list[tuple[int, int, Paragraph]]] = {}
    for number, entry in enumerate(entries):
        reason = _lost(entry)
        read.lost[reason] += bool(reason)
        if reason in (counts.OBSOLETE, counts.PLURAL, counts.NO_PLACE, counts.NOT_TEXT):
            continue
        paragraph = _paragraph(entry, translated=not reason)
        for page, line in _places(entry):
            placed.setdefault(page, []).append((line, number, paragraph))
    for page, found in placed.items():
        read.pages[page] = [paragraph for _, _, paragraph in sorted(found, key=lambda place: place[:2])]
    return read


def _is_cut_short(content: bytes) -> bool:
    """Whether the last string has no end: polib would take its last letter for the quotation mark."""
    last = content.rstrip().rpartition(b"\n")[2]
    return b'"' in last and not last.startswith(b"#") and _STRING.search(last) is None


def _lost(entry: polib.POEntry) -> str:
    """Why an entry is no translated paragraph; nothing if it is."""
    if entry.obsolete:
        return counts.OBSOLETE
    if entry.msgid_plural:
        return counts.PLURAL
    if not _kind(entry).text:
        return counts.NOT_TEXT
    if not any(True for _ in _places(entry)):
        return counts.NO_PLACE
    if entry.fuzzy:
        return counts.FUZZY
    return "" if entry.msgstr.strip() else counts.NOT_TRANSLATED


def _help_place(entry: polib.POEntry) -> tuple[str, str] | None:
    """(page, name) of a paragraph of LibreOffice's help."""
    lines = (entry.msgctxt or "").split("\n")
    return (lines[0], lines[1]) if len(lines) > 1 and lines[0].endswith(".xhp") else None


def _places(entry: polib.POEntry) -> Iterator[tuple[str, int]]:
    """(page, line) of every place; line 0, and so the catalogue's own order, where none is given."""
    if place := _help_place(entry):
        yield place[0], 0
        return
    for page, line in entry.occurrences:
        yield _UP.sub("", page), int(line) if _LINE.fullmatch(str(line)) else 0


def _kind(entry: polib.POEntry) -> _Kind:
    if place := _help_place(entry):
        return _Kind(heading=place[1].startswith("hd_"), text=not place[1].startswith(_NOT_HELP), markup="xml")
    if (said := _TYPE.search(entry.comment)) and said[1].startswith("Content of:"):
        return _element(_ELEMENT.findall(said[1]))
    if said:
        return _Kind(heading=said[1].startswith("Title "), text=not said[1].startswith(_NOT_TEXT), markup="markdown")
    if said := _PATH.search(entry.comment):
        return _element(said[1].split("/"))
    return _Kind()


def _element(path: list[str]) -> _Kind:
    """An element of XML or HTML by its path, of which the last two may be all that is known."""
    *above, last = path or [""]
    # DocBook 5 keeps a division's title in its <info>; with nothing above it, that is Mallard's, for links.
    if last == "title" and above[1:] and above[-1] == "info":
        above.pop()
    titled = last == "title" and bool(above) and _DIVISION.fullmatch(above[-1]) is not None
    heading = titled or _HEADING.fullmatch(last) is not None
    return _Kind(heading=heading, text=_NOT_CONTENT.isdisjoint([*above, last]), markup="xml")


def _paragraph(entry: polib.POEntry, *, translated: bool) -> Paragraph:
    kind, place = _kind(entry), _help_place(entry)
    return Paragraph(
        original=_plain(entry.msgid, kind.markup),
        translation=_plain(entry.msgstr, kind.markup) if translated else None,
        heading=kind.heading,
        anchor=place[1] if place else "",
    )


def _plain(text: str, markup: str) -> str:
    """The text with single spaces, without inline markup."""
    if markup == "xml":
        text = html.unescape(_TAG.sub("", _BREAK.sub(" ", _ESCAPED.sub(r"\1", text))))
    elif markup == "markdown":
        text = inline_markdown(text)
    return " ".join(text.split())
