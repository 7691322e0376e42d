"""What BM25 counts: words; pairs of characters in scripts that have no spaces."""

import re
from functools import lru_cache

from isoglot.text.normal import normal_form
from isoglot.text.scripts import SCRIPTS

# Scripts without spaces: a word of a search engine needs a dictionary here, and without one a whole
# sentence would be one word. Overlapping pairs of characters are the usual stand-in (Nie et al. 2000, "On the use of
# words and n-grams for Chinese information retrieval").
_UNSPACED = re.compile(f"([{''.join(script.blocks for script in SCRIPTS)}]+)")
_CACHED_WORDS = 1 << 16


def words(text: str) -> list[str]:
    """The words of a text in order, NFKC and case folded, without punctuation, stemming or stop words.

    Korean is written with spaces and has words. Chinese, Japanese, Thai, Lao, Khmer and Burmese have overlapping pairs
    of characters, and Latin words between them are words. The script of the characters tells, not a language label.
    """
    return [word for part in text.split() for word in _of_part(part)]


@lru_cache(_CACHED_WORDS)
def _of_part(part: str) -> tuple[str, ...]:
    """The words of what stands between two spaces."""
    found: list[str] = []
    for word in normal_form(part).split():
        for place, run in enumerate(_UNSPACED.split(word)):
            if place % 2:  # re.split gives what matched the group at odd places
                found += [run[n : n + 2] for n in range(max(1, len(run) - 1))]
            elif run:
                found.append(run)
    return tuple(found)
