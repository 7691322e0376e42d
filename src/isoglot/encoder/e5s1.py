"""Reader of the `E5S1` format: a BERT encoder with 4-bit matrices and its Unigram tokenizer in one file.

Little-endian, one after the other:
- `E5S1`, u32 version, seven i32 and f32 (the fields of `Shape`), i32 block (32)
- i32 pieces, i32 ids of bos, eos, pad and unk, u64 bytes of text, (pieces + 1) x u32 offsets into the text,
  pieces x f32 scores, the text (UTF-8)
- i32 replacements, u32 bytes, replacements x (u32 code point, u8 n, n x u32 code points)
- i32 tensors, tensors x (u16 length of the name, name, u8 kind, u32 values, u64 offset from the file's start,
  u64 bytes)

A tensor is float32 (kind 0) or Q4_0 (kind 1): 32 neighbours along the input axis share a float16 scale and 16
bytes; the low nibbles are the first 16 values, the high ones the others; a value is (nibble - 8) * scale.
"""

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from isoglot.errors import EncoderError

MAGIC = b"E5S1"
BLOCK = 32
Q4_0 = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
_BYTES = {0: (1, 4), 1: (BLOCK, Q4_0.itemsize)}  # kind -> values and bytes of its smallest unit


class Shape(NamedTuple):
    """The header, in the file's order."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int  # rows of the word embeddings; the published model has a few more than pieces
    positions: int
    token_types: int
    eps: float  # of the layer norms


class Specials(NamedTuple):
    """Ids of the special pieces, in the file's order."""

    bos: int
    eos: int
    pad: int
    unk: int


class _Entry(NamedTuple):
    kind: int
    values: int
    offset: int
    bytes: int


@dataclass(frozen=True, slots=True)
class E5S1:
    """A parsed file. The tokenizer is decoded; tensors are dequantised one by one, on demand."""

    path: Path
    data: NDArray[np.uint8]  # (bytes of the file,)
    shape: Shape
    specials: Specials
    pieces: list[str]
    scores: NDArray[np.float32]  # (pieces,), log probabilities
    replacements: dict[str, str]  # character -> what it is normalised to
    directory: dict[str, _Entry]

    def tensor(self, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """The tensor `name`, dequantised; raises EncoderError if there is none of this name and `shape`."""
        entry = self.directory.get(name)
        if entry is None or entry.values != np.prod(shape):
            raise EncoderError(f"{self.path} is damaged: it holds no tensor {name!r} of shape {list(shape)}.")
        raw = self.data[entry.offset : entry.offset + entry.bytes]
        values = raw.view("<f4").astype(np.float32) if entry.kind == 0 else _dequantise(raw.view(Q4_0))
        return values.reshape(shape)


def _dequantise(blocks: NDArray[Any]) -> NDArray[np.float32]:
    """(blocks,) of Q4_0 -> (blocks, 32)."""
    values = np.empty((len(blocks), BLOCK), dtype=np.float32)
    values[:, : BLOCK // 2] = blocks["nibbles"] & 15
    values[:, BLOCK // 2 :] = blocks["nibbles"] >> 4
    values -= 8
    values *= blocks["scale"][:, None].astype(np.float32)
    return values


def read_e5s1(path: Path) -> E5S1:
    """Parse a whole file. Raises EncoderError if it is unreadable, no `E5S1` version 1, or damaged."""
    try:
        data = np.fromfile(path, dtype=np.uint8)
    except OSError as error:
        raise EncoderError(f"{path} cannot be read: {error.strerror}.") from error
    if data[: len(MAGIC)].tobytes() != MAGIC:
        raise EncoderError(f"{path} is not an E5S1 weights file: it does not begin with {MAGIC.decode()}.")
    try:
        return _parse(path, data)
    except (struct.error, ValueError, KeyError) as error:  # UnicodeDecodeError is a ValueError
        raise EncoderError(f"{path} is damaged or truncated: {error}.") from error


def _parse(path: Path, data: NDArray[np.uint8]) -> E5S1:
    cursor = _Cursor(data, len(MAGIC))
    version, *fields, block = cursor.unpack("<I7ifi")
    shape = Shape(*fields)
    if version != 1 or block != BLOCK or min(shape) <= 0 or shape.hidden % shape.heads:
        raise ValueError(f"version {version}, block {block} and {shape} are not those of a version 1 file")
    pieces, *specials = cursor.unpack("<5i")
    texts, scores = _pieces(cursor, pieces)
    if texts[-1] != "<mask>":
        raise ValueError(f"the last piece is {texts[-1]!r}, not '<mask>'")
    if not all(0 <= special < pieces <= shape.vocabulary for special in specials):
        raise ValueError(f"special ids {specials} and {pieces} pieces do not fit {shape.vocabulary} embeddings")
    return E5S1(
        path=path,
        data=data,
        shape=shape,
        specials=Specials(*specials),
        pieces=texts,
        scores=scores,
        replacements=_replacements(cursor),
        directory=_directory(cursor),
    )


class _Cursor:
    """Reads on from a position; a read past the end raises struct.error or ValueError."""

    def __init__(self, data: NDArray[np.uint8], position: int) -> None:
        self.data = data
        self.position = position

    def unpack(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self.data.data, self.position)
        self.position += struct.calcsize(layout)
        return values

    def array(self, dtype: str, length: int) -> NDArray[Any]:
        if length < 0:
            raise ValueError(f"negative length {length} before byte {self.position}")
        values = np.frombuffer(self.data, dtype, length, self.position) if length else np.empty(0, dtype)
        self.position += values.nbytes
        return values


def _pieces(cursor: _Cursor, pieces: int) -> tuple[list[str], NDArray[np.float32]]:
    (length,) = cursor.unpack("<Q")
    offsets = cursor.array("<u4", pieces + 1).tolist()
    scores = cursor.array("<f4", pieces).astype(np.float32)
    text = cursor.array("u1", length).tobytes()
    if offsets[0] != 0 or offsets[-1] != length or not np.isfinite(scores).all():
        raise ValueError("offsets or scores of the pieces are out of range")
    return [text[start:end].decode() for start, end in pairwise(offsets)], scores


def _replacements(cursor: _Cursor) -> dict[str, str]:
    entries, length = cursor.unpack("<iI")
    end = cursor.position + length
    table: dict[str, str] = {}
    for _ in range(entries):
        code, n = cursor.unpack("<IB")
        table[chr(code)] = "".join(map(chr, cursor.array("<u4", n).tolist()))
    if cursor.position != end:
        raise ValueError(f"the table of replacements ends at byte {cursor.position}, not {end}")
    return table


def _directory(cursor: _Cursor) -> dict[str, _Entry]:
    (tensors,) = cursor.unpack("<i")
    directory: dict[str, _Entry] = {}
    for _ in range(tensors):
        (length,) = cursor.unpack("<H")
        name = cursor.array("u1", length).tobytes().decode()
        entry = _Entry(*cursor.unpack("<BIQQ"))
        values, size = _BYTES[entry.kind]
        if entry.bytes * values != entry.values * size or entry.offset + entry.bytes > len(cursor.data):
            raise ValueError(f"{entry.values} values of {name!r} do not fit bytes {entry.offset} + {entry.bytes}")
        directory[name] = entry
    return directory
