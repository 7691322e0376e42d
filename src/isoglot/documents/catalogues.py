"""Gettext catalogues of translated documents to parallel data."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from isoglot.data.parallel import ParallelDataset
from isoglot.documents import counts
from isoglot.documents.catalogue import Catalogue, Paragraph, read_catalogue
from isoglot.documents.counts import DocumentCounts
from isoglot.documents.pages import digest_readable, name_of
from isoglot.documents.read import by_language, check_languages, item_row
from isoglot.documents.sections import Block
from isoglot.documents.sift import Text, faults
from isoglot.errors import DataError
from isoglot.languages import normalise
from isoglot.text.numbering import without_shared_number

_READER = "catalogues 2"

_Section = tuple[Paragraph, tuple[Paragraph, ...]]
_Identity = tuple[str, str, str, int]
"""(anchor, heading, passage, which of those that are the same in all three), in the original."""


def read_catalogues(
    catalogues: Mapping[str, Path], *, original: str, domain: str
) -> tuple[ParallelDataset, DocumentCounts]:
    """Read catalogues of documents into heading-passage items.

    Entries are put back into the order of their pages; a section is a heading with the paragraphs up to the next one.
    Two languages' sections are the same if their originals are, word for word. A language has a section only where all
    of its entries are translated and none is fuzzy. An item's ``id`` is ``page#name``, or ``page#@3`` for the third
    section of the page where the catalogue has no names; its ``group`` is the page. Catalogues that do not say which
    entries are headings (see :mod:`isoglot.documents.catalogue`) give no items. One catalogue in all languages is in
    memory at a time.

    Args:
        catalogues: language (BCP 47) of the translation -> a ``.po`` file, or a folder of them; in folders, catalogues
            of the same path below them belong together.
        original: the language of the entries (``msgid``).
        domain: the domain of the items.

    Raises:
        DataError: a file or folder is missing or has no catalogue, the original is among the translations, a code is
            not of BCP 47, or a language ends up without any item.
        StorageError: the cache cannot be written.
    """
    original = normalise(original)
    listed = by_language(catalogues)
    if original in listed:
        raise DataError(f"{original!r}: the language of the entries; give catalogues of translations only.")
    files = {language: _list_catalogues(path) for language, path in listed.items()}
    told = DocumentCounts()
    rows = _rows(files, original=original, domain=domain, told=told)
    languages = sorted([original, *files])
    data = ParallelDataset.from_rows(rows, languages=languages, key=_key(files, original, domain))
    for _ in rows:  # see read_documents
        pass
    check_languages(data, told)
    return data, told


def _list_catalogues(path: Path) -> dict[str, Path]:
    """Path below the folder, without its suffix -> file; of a single file the path is empty."""
    if path.is_file():
        return {"": path}
    found = {name_of(file.relative_to(path).with_suffix("")): file for file in path.rglob("*.po") if not file.is_dir()}
    if not found:
        raise DataError(f"{path}: no catalogue there; give a .po file or a folder of them.")
    return dict(sorted(found.items()))


def _key(files: Mapping[str, Mapping[str, Path]], original: str, domain: str) -> str:
    parts = [_READER, original, domain]
    for language, found in files.items():
        parts += [language, *found, digest_readable(found.values())]
    return "\n".join(parts)


def _rows(
    files: Mapping[str, Mapping[str, Path]], *, original: str, domain: str, told: DocumentCounts
) -> Iterator[dict[str, Any]]:
    for name in sorted({name for found in files.values() for name in found}):
        read = _read(name, files, told)
        pages = dict.fromkeys(page for catalogue in read.values() for page in catalogue.pages)
        told.pages[original] += len(pages)
        for page in pages:
            paragraphs = {language: catalogue.pages.get(page, []) for language, catalogue in read.items()}
            used: set[str] = set()
            for number, (identity, texts) in enumerate(_items(paragraphs, original, told).items(), start=1):
                anchor = identity[0] if identity[0] not in used | {""} else f"@{number}"
                used.add(anchor)
                if usable := _usable(texts, told, original=original):
                    group = f"{name}/{page}" if name else page
                    yield item_row(f"{group}#{anchor}", group, domain, usable)


def _read(name: str, files: Mapping[str, Mapping[str, Path]], told: DocumentCounts) -> dict[str, Catalogue]:
    """The catalogue in the languages that have it."""
    read = {}
    for language, found in files.items():
        catalogue = read_catalogue(found[name]) if name in found else Catalogue(fault=counts.MISSING)
        if catalogue.fault:
            told.lost_pages[language, catalogue.fault] += 1
            continue
        told.pages[language] += len(catalogue.pages)
        told.lost_entries.update({(language, reason): count for reason, count in catalogue.lost.items()})
        read[language] = catalogue
    return read


def _items(
    pages: Mapping[str, Sequence[Paragraph]], original: str, told: DocumentCounts
) -> dict[_Identity, dict[str, Text]]:
    """The sections of one page in the languages that have them in full."""
    items: dict[_Identity, dict[str, Text]] = {}
    for language, paragraphs in pages.items():
        seen: Counter[tuple[str, str, str]] = Counter()
        told.lost_sections[language, counts.UNNAMED] += bool(paragraphs) and not paragraphs[0].heading
        for heading, body in _sections(paragraphs):
            blocks = tuple(Block(paragraph.original) for paragraph in body if paragraph.original)
            same = heading.anchor, heading.original, "\n".join(block.text for block in blocks)
            texts = items.setdefault((*same, seen[same]), {original: (heading.original, blocks)})
            seen[same] += 1
            if any(paragraph.translation is None for paragraph in (heading, *body)):
                told.lost_sections[language, counts.INCOMPLETE] += 1
            else:
                lines = (paragraph.translation for paragraph in body)
                texts[language] = heading.translation or "", tuple(Block(line) for line in lines if line)
    return items


def _sections(paragraphs: Sequence[Paragraph]) -> Iterator[_Section]:
    """Each heading with the paragraphs up to the next."""
    starts = [number for number, paragraph in enumerate(paragraphs) if paragraph.heading]
    for start, end in pairwise([*starts, len(paragraphs)]):
        yield paragraphs[start], tuple(paragraphs[start + 1 : end])


def _usable(texts: Mapping[str, Text], told: DocumentCounts, *, original: str) -> dict[str, Text]:
    headings = without_shared_number({language: heading for language, (heading, _) in texts.items()})
    texts = {language: (headings[language], blocks) for language, (_, blocks) in texts.items()}
    wrong = faults(texts, original=original)
    told.lost_sections.update(wrong.items())
    told.items.update(texts.keys() - wrong.keys())
    return {language: text for language, text in texts.items() if language not in wrong}
