"""What became of documents on their way to items, by language and reason."""

from collections import Counter
from dataclasses import dataclass, field

# Why a page is not read.
MISSING = "missing"  # not there in this language
UNREADABLE = "unreadable"  # the system gives no access to it
TOO_LARGE = "too large"  # over 64 MiB: no page, and its tree would take all memory
UNDECODABLE = "undecodable"  # its bytes are not text in the encoding it names, or UTF-8
CUT_SHORT = "cut short"  # HTML or a catalogue that breaks off
NO_HEADING = "no heading"  # text, but nothing that could be its query
EMPTY_PAGE = "empty"

# Why a section is not in the data.
EMPTY = "empty"  # no text under the heading
UNNAMED = "no heading"  # text before the first heading, or under one without text
DAMAGED = "damaged"  # U+FFFD, left by an earlier failed decoding
UNTRANSLATED = "untranslated"  # the original's text
UNALIGNED = "unaligned"  # no section of the original is known to be the same
INCOMPLETE = "incomplete"  # catalogues: not all its paragraphs are translated

# Why a block of text is not in its passage.
BOILERPLATE = "boilerplate"  # on most pages of the language
LINKS = "links"  # nothing but links

# Why an entry of a catalogue is not used.
FUZZY = "fuzzy"
OBSOLETE = "obsolete"
PLURAL = "plural"
NOT_TRANSLATED = "untranslated"
NO_PLACE = "no place"  # neither a context nor a file says which page it is of
NOT_TEXT = "not text"  # index entries, attributes, metadata


@dataclass
class DocumentCounts:
    """Counts by (language, reason); the reasons are the constants of this module.

    Attributes:
        pages: pages read, by language.
        items: texts (heading with passage) in the data, by language.
        lost_pages: pages that gave nothing.
        lost_sections: sections of the pages read that are not in the data.
        lost_blocks: paragraphs left out of passages that are in the data otherwise, or emptied by it.
        lost_entries: entries of catalogues that were not used; none for folders of pages.
    """

    pages: Counter[str] = field(default_factory=Counter)
    items: Counter[str] = field(default_factory=Counter)
    lost_pages: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost_sections: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost_blocks: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost_entries: Counter[tuple[str, str]] = field(default_factory=Counter)

    def table(self) -> list[tuple[str, str, str, int]]:
        """(language, what, reason, count) of everything counted, sorted; the reason of what is used is empty."""
        rows = [(language, "page", "", count) for language, count in self.pages.items()]
        rows += [(language, "item", "", count) for language, count in self.items.items()]
        lost = {
            "page": self.lost_pages,
            "section": self.lost_sections,
            "block": self.lost_blocks,
            "entry": self.lost_entries,
        }
        for what, counter in lost.items():
            rows += [(language, what, reason, count) for (language, reason), count in counter.items()]
        return sorted(row for row in rows if row[-1])
