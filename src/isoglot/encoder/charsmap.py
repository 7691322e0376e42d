"""A table of replacements as the `precompiled_charsmap` that SentencePiece and `tokenizers` normalise with.

Layout (little-endian): u32 bytes of the trie, the trie, then the replacements in UTF-8, each closed by a zero
byte. The trie is a Darts-clone double array of u32 units over the UTF-8 bytes of the keys. A node at position
`p` has a base of its own, kept as `p ^ base`; its child by byte `c` lies at `base ^ c`, and where a key ends,
its value (the offset of its replacement) lies at the base itself. Unit layout: S. Yata, darts-clone,
`DoubleArrayUnit`.
"""

import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

import numpy as np

_LEAF = 1 << 31
_HAS_LEAF = 1 << 8
_OFFSET_SHIFT = 10
_MAX_UNITS = 1 << 21  # larger offsets need the layout's extension bit, which no table of this size reaches


def compositions() -> dict[str, str]:
    """A letter and a combining mark -> the one character they are (NFC), where they take less than six bytes.

    SentencePiece's own rules hold such sequences beside the single characters. `tokenizers` looks a letter up
    with its marks only below six bytes, and takes the shortest key, so it would never find longer ones.
    """
    pairs = ((unicodedata.normalize("NFD", chr(code)), chr(code)) for code in range(sys.maxunicode + 1))
    return {
        pair: composed
        for pair, composed in pairs
        if len(pair) == 2 and len(pair.encode()) < 6 and unicodedata.normalize("NFC", pair) == composed
    }


@dataclass
class _Node:
    children: dict[int, "_Node"] = field(default_factory=dict)
    value: int | None = None


def compile_charsmap(table: Mapping[str, str]) -> bytes:
    """The charsmap that replaces every key of `table` by its value; values may be empty, keys may not.

    Raises ValueError for an empty key, for U+0000 anywhere (it ends keys and values in this layout), and for
    a table whose trie outgrows the compact offsets (two million units).
    """
    replacements = bytearray()
    offsets: dict[str, int] = {}
    root = _Node()
    for key, replacement in table.items():
        if not key or "\0" in key + replacement:
            raise ValueError(f"{key!r} -> {replacement!r} cannot be compiled: empty key or U+0000.")
        if replacement not in offsets:
            offsets[replacement] = len(replacements)
            replacements += replacement.encode() + b"\0"
        node = root
        for byte in key.encode():
            node = node.children.setdefault(byte, _Node())
        node.value = offsets[replacement]
    trie = _double_array(root).astype("<u4").tobytes()
    return len(trie).to_bytes(4, "little") + trie + bytes(replacements)


def _double_array(root: _Node) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    bases = _bases(root)
    size = (max(bases.values()) | 0xFF) + 1  # a reader looks up any byte below any base
    if size > _MAX_UNITS:
        raise ValueError(f"the table needs {size} trie units; the compact layout holds {_MAX_UNITS}.")
    units = np.zeros(size, dtype=np.uint32)
    pending = [(0, 0, root)]
    while pending:
        position, label, node = pending.pop()
        base = bases[id(node)]
        units[position] = label | (position ^ base) << _OFFSET_SHIFT
        if node.value is not None:
            units[position] |= _HAS_LEAF
            units[base] = _LEAF | node.value
        pending += [(base ^ byte, byte, child) for byte, child in node.children.items()]
    return units


def _bases(root: _Node) -> dict[int, int]:
    """A base for every node (by `id`), all different, such that all children have positions of their own."""
    nodes = [root]
    for node in nodes:  # grows while it is walked
        nodes += node.children.values()
    taken, bases = {0}, dict[int, int]()
    used = {0}
    tried: dict[tuple[int, ...], int] = {}  # a base once refused to a set of labels is refused for good
    for node in sorted(nodes, key=lambda node: -len(node.children)):  # wide ones first: the others fill the gaps
        labels = (*node.children,) if node.value is None else (0, *node.children)
        base = next(
            base
            for base in count(tried.get(labels, 1))
            if base not in used and not any(base ^ label in taken for label in labels)
        )
        bases[id(node)] = tried[labels] = base
        used.add(base)
        taken.update(base ^ label for label in labels)
    return bases
