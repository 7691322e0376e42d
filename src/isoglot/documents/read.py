"""Folders of translated pages to parallel data."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from isoglot.data.parallel import ParallelDataset
from isoglot.documents import counts
from isoglot.documents.align import align
from isoglot.documents.boilerplate import Boilerplate
from isoglot.documents.counts import DocumentCounts
from isoglot.documents.pages import Page, digest_readable, list_pages, read_page
from isoglot.documents.sections import Section
from isoglot.documents.sift import Text, faults, kept_blocks
from isoglot.errors import DataError
from isoglot.languages import normalise
from isoglot.text.numbering import without_shared_number

_READER = "documents 2"


def read_documents(folders: Mapping[str, Path], *, domain: str) -> tuple[ParallelDataset, DocumentCounts]:
    """Read pages in HTML or Markdown, one folder a language, into heading-passage items.

    A query is a heading, its passage the text under it until the next heading of any level. Pages are the same if their
    paths below the folders are; sections by :func:`isoglot.documents.align.align`. An item's ``id`` is ``path#anchor``,
    or ``path#@3`` for the third heading of the page where it has no anchor; its ``group`` is the path. One page in all
    languages is in memory at a time.

    Args:
        folders: language (BCP 47) -> folder; the first is the language that the pages were written in, of which an
            untranslated section in another is a copy.
        domain: the domain of the items.

    Raises:
        DataError: a folder is missing, has no pages or shares no path with the others, a code is not of BCP 47, or a
            language ends up without any item.
        StorageError: the cache cannot be written.
    """
    listed = by_language(folders)
    pages = {language: list_pages(folder) for language, folder in listed.items()}
    _check_shared(listed, pages)
    told = DocumentCounts()
    rows = _rows(pages, domain=domain, told=told)
    data = ParallelDataset.from_rows(rows, languages=sorted(pages), key=_key(pages, domain))
    for _ in rows:  # a data set that was cached leaves them unread, and the counts are made on the way
        pass
    check_languages(data, told)
    return data, told


def by_language(folders: Mapping[str, Path]) -> dict[str, Path]:
    """The files or folders under the standard form of their languages.

    Raises:
        DataError: none is given, a code is not of BCP 47, or two are one language.
    """
    listed: dict[str, Path] = {}
    for tag, folder in folders.items():
        if normalise(tag) in listed:
            raise DataError(f"{tag!r}: given twice; give each language one folder.")
        listed[normalise(tag)] = Path(folder)
    if not listed:
        raise DataError("no folder of documents; give one for each language.")
    return listed


def check_languages(data: ParallelDataset, told: DocumentCounts) -> None:
    """Refuse a data set in which a language has no item.

    Raises:
        DataError: with the commonest reason.
    """
    for language in data.languages:
        if not told.items[language]:
            lost = told.lost_sections + told.lost_pages + told.lost_entries
            reasons = [(count, reason) for (lang, reason), count in lost.items() if lang == language]
            most = "; most were lost as {1!r} ({0} times)".format(*max(reasons)) if reasons else ""
            raise DataError(f"{language}: no section of it can be used{most}; see docs/documents.md or leave it out.")


def _check_shared(folders: Mapping[str, Path], pages: Mapping[str, Mapping[str, Path]]) -> None:
    for language, mine in pages.items():
        others = [name for other, names in pages.items() if other != language for name in names]
        if others and mine.keys().isdisjoint(others):
            raise DataError(
                f"{folders[language]}: no page of it ({next(iter(mine))} is the first) has the path of a page in "
                "another language; give folders below which the paths are the same."
            )


def _key(pages: Mapping[str, Mapping[str, Path]], domain: str) -> str:
    parts = [_READER, domain]
    for language, files in pages.items():
        parts += [language, *files, digest_readable(files.values())]
    return "\n".join(parts)


def _rows(pages: Mapping[str, Mapping[str, Path]], *, domain: str, told: DocumentCounts) -> Iterator[dict[str, Any]]:
    boilerplate = {language: Boilerplate(list(files.values())) for language, files in pages.items()}
    original = next(iter(pages))
    for name in sorted({name for files in pages.values() for name in files}):
        there = _read(name, pages, told)
        if not there:
            continue
        sections = {language: page.sections for language, page in there.items()}
        reference = next(iter(sections))
        used: set[str] = set()
        for number, aligned in enumerate(align(sections), start=1):
            if len(aligned) == 1 and reference not in aligned:
                told.lost_sections[next(iter(aligned)), counts.UNALIGNED] += 1
                continue
            found = {language: sections[language][place] for language, place in aligned.items()}
            texts = _texts(found, boilerplate, told, original=original)
            if texts:
                # A link leads to the first section of a name; those that repeat it are known by their place.
                anchors = (anchor for section in found.values() for anchor in section.anchors if anchor not in used)
                anchor = next(anchors, f"@{number}")
                used.add(anchor)
                yield item_row(f"{name}#{anchor}", name, domain, texts)


def _read(name: str, pages: Mapping[str, Mapping[str, Path]], told: DocumentCounts) -> dict[str, Page]:
    """The page in the languages that have it."""
    there = {}
    for language, files in pages.items():
        page = read_page(files[name]) if name in files else Page(fault=counts.MISSING)
        if page.fault:
            told.lost_pages[language, page.fault] += 1
            continue
        told.pages[language] += 1
        told.lost_sections[language, counts.UNNAMED] += page.preamble
        there[language] = page
    return there


def _texts(
    found: Mapping[str, Section], boilerplate: Mapping[str, Boilerplate], told: DocumentCounts, *, original: str
) -> dict[str, Text]:
    """The usable texts of an item."""
    texts: dict[str, Text] = {}
    headings = without_shared_number({language: section.heading for language, section in found.items()})
    for language, section in found.items():
        dropped: list[str] = []
        blocks = kept_blocks(section, is_boilerplate=boilerplate[language].__contains__, dropped=dropped.append)
        told.lost_blocks.update((language, reason) for reason in dropped)
        texts[language] = headings[language], blocks
    wrong = faults(texts, original=original)
    told.lost_sections.update(wrong.items())
    told.items.update(texts.keys() - wrong.keys())
    return {language: text for language, text in texts.items() if language not in wrong}


def item_row(identity: str, group: str, domain: str, texts: Mapping[str, Text]) -> dict[str, Any]:
    """A row of :meth:`ParallelDataset.from_rows`; each block is a line of the passage."""
    return {
        "id": identity,
        "group": group,
        "domain": domain,
        "query": {language: heading for language, (heading, _) in texts.items()},
        "passage": {language: "\n".join(block.text for block in blocks) for language, (_, blocks) in texts.items()},
    }
