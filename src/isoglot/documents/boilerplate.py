"""Text that is on many pages of a site and belongs to none: found by counting, as it has no form of its own."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from isoglot.documents.pages import page_texts, read_page

_SAMPLE = 1_000  # pages; bounds the memory
_SHARE = 0.25  # of them: nothing that a page is about is, word for word, in every fourth
_LEAST = 5  # pages, so that a folder of a few pages keeps what two of them share


class Boilerplate:
    """The blocks that are on more than a quarter of the pages, and on five at least.

    Counted on at most 1,000 pages, spread evenly over the list.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        step = max(1, -(-len(paths) // _SAMPLE))
        sample = paths[::step]
        pages: Counter[bytes] = Counter()
        for path in sample:
            pages.update({_digest(text) for text in page_texts(read_page(path))})
        needed = max(_LEAST, _SHARE * len(sample))
        self._digests = frozenset(digest for digest, count in pages.items() if count >= needed)

    def __contains__(self, text: str) -> bool:
        return _digest(text) in self._digests


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest()
