"""Folders of pages: which there are, and one of them read into sections."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from isoglot.data.lines import digest_files
from isoglot.documents import counts
from isoglot.documents.encodings import decode
from isoglot.documents.html import html_sections, is_cut_short
from isoglot.documents.markdown import markdown_sections
from isoglot.documents.sections import Section
from isoglot.errors import DataError
from isoglot.limits import LINE_BYTES, read_until

_HTML = frozenset((".html", ".htm", ".xhtml"))
_MARKDOWN = frozenset((".md", ".markdown"))


@dataclass(frozen=True)
class Page:
    """A page that was read, or why it was not.

    Attributes:
        sections: those with a heading, in order.
        preamble: whether there is text before the first of them.
        fault: a reason of :mod:`isoglot.documents.counts`; empty where the page was read.
    """

    sections: tuple[Section, ...] = ()
    preamble: bool = False
    fault: str = ""


def list_pages(folder: Path) -> dict[str, Path]:
    """Path below the folder, with ``/`` -> file, of its HTML and Markdown pages; sorted, hidden folders left out.

    Raises:
        DataError: there is no such folder, or no page in it, or see :func:`name_of`.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder; name the folder of a language's pages.")
    found = {path.relative_to(folder): path for path in folder.rglob("*") if path.suffix.lower() in _HTML | _MARKDOWN}
    pages = {
        name_of(place): path
        for place, path in found.items()
        if not any(part.startswith(".") for part in place.parts) and not path.is_dir()
    }
    if not pages:
        raise DataError(f"{folder}: no page in it; .html, .htm, .xhtml, .md and .markdown are read.")
    return dict(sorted(pages.items()))


def name_of(place: Path) -> str:
    """The name that ids are made of, with ``/``.

    Raises:
        DataError: it is not UTF-8, which data has to be.
    """
    name = place.as_posix()
    if any("\ud800" <= letter <= "\udfff" for letter in name):
        raise DataError(f"{name!a}: the file's name is not UTF-8; rename it, in all languages alike.")
    return name


def digest_readable(paths: Iterable[Path]) -> str:
    """A digest of the files' contents; those that the system gives no access to are counted later, as unreadable."""
    return digest_files(*(path for path in paths if os.access(path, os.R_OK)))


def read_bytes(path: Path) -> tuple[bytes, str]:
    """The content of a file, and why it was not read: one of the two is empty."""
    try:
        with path.open("rb") as file:
            content = read_until(file, LINE_BYTES)
    except OSError:
        return b"", counts.UNREADABLE
    return (content, "") if len(content) <= LINE_BYTES else (b"", counts.TOO_LARGE)


def read_page(path: Path) -> Page:
    """Read one page; what is wrong with it is told, not raised."""
    content, fault = read_bytes(path)
    if fault:
        return Page(fault=fault)
    is_html = path.suffix.lower() in _HTML
    text = decode(content, is_html=is_html)
    if text is None or "\0" in text:  # a binary file, or UTF-16 without its mark
        return Page(fault=counts.UNDECODABLE)
    text = text.replace("\r\n", "\n")
    if is_html and is_cut_short(text):
        return Page(fault=counts.CUT_SHORT)
    before, *sections = (html_sections if is_html else markdown_sections)(text)
    if not sections:
        return Page(fault=counts.NO_HEADING if before.blocks else counts.EMPTY_PAGE)
    return Page(sections=tuple(sections), preamble=bool(before.blocks))


def page_texts(page: Page) -> Iterator[str]:
    """The blocks of all its sections."""
    for section in page.sections:
        for block in section.blocks:
            yield block.text
