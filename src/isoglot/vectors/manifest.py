"""What a folder of shards says of itself: whose vectors of which collection it holds, and how they are divided."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

from isoglot.errors import EncoderError
from isoglot.files import write_json
from isoglot.roles import PLURAL, ROLES, Role
from isoglot.vectors.packing import Precision
from isoglot.vectors.shard import SUFFIX
from isoglot.versions import versions

FILE = "manifest.json"
FORMAT = 1

SIMILARITIES = ("cosine", "dot", "euclidean", "manhattan")

_WHAT = "isoglot shards"
_NAMES = ("collection", "encoder")  # by which nothing is known again: the same encoder may lie in two folders


@dataclass(frozen=True)
class Part:
    """The rows of one shard.

    Attributes:
        role: of the texts.
        number: of the shard among those of its role.
        start, stop: of the collection's rows.
    """

    role: Role
    number: int
    start: int
    stop: int

    @property
    def name(self) -> str:
        """Of its file in the folder; the same whoever writes it, so that it is written once."""
        return f"{PLURAL[self.role]}/{self.number:06}{SUFFIX}"

    def __len__(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A folder of shards.

    Attributes:
        collection: its name.
        collection_fingerprint: of its rows.
        encoder: the name that it is loaded by.
        encoder_fingerprint: of weights, prompts and repair.
        similarity: how the encoder compares; vectors have length 1 where it is ``cosine``.
        precision: of the numbers.
        width: of a vector.
        shard_rows: of every shard but the last of a role.
        rows: role -> texts.
    """

    collection: str
    collection_fingerprint: str
    encoder: str
    encoder_fingerprint: str
    similarity: str
    precision: Precision
    width: int
    shard_rows: int
    rows: dict[Role, int]

    @cached_property
    def key(self) -> str:
        """SHA-256 of all that makes the vectors what they are."""
        said = {name: value for name, value in asdict(self).items() if name not in _NAMES}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def parts(self) -> Iterator[Part]:
        """The shards, queries first."""
        for role in ROLES:
            for number, start in enumerate(range(0, self.rows[role], self.shard_rows)):
                yield Part(role, number, start, min(start + self.shard_rows, self.rows[role]))

    def check(self, wanted: Manifest, folder: Path) -> None:
        """Refuse to add to a folder what does not belong there.

        Raises:
            EncoderError: it holds other vectors than wanted.
        """
        for name, there in asdict(self).items():
            asked = getattr(wanted, name)
            if name not in _NAMES and there != asked:
                raise EncoderError(
                    f"{folder}: holds vectors of another {_WORDS[name]} ({_short(there)}, not {_short(asked)}): name "
                    "another folder, or remove this one."
                )

    def write(self, folder: Path) -> None:
        """Write it into the folder.

        Raises:
            StorageError: it cannot be written.
        """
        said = {**asdict(self), "versions": versions()}
        write_json({"what": _WHAT, "format": FORMAT, **said}, folder / FILE)

    @classmethod
    def read(cls, folder: Path) -> Manifest | None:
        """That of a folder; None where it has none.

        Raises:
            EncoderError: it is damaged, or of a newer version.
        """
        path = folder / FILE
        if not path.is_file():
            return None
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            newer = said["format"] > FORMAT
            found = None if newer else cls._of(said)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise EncoderError(
                f"{path}: cannot be read as what `isoglot encode` writes ({type(error).__name__}): encode to another "
                "folder."
            ) from error
        if found is None:
            raise EncoderError(f"{path}: a newer isoglot wrote these shards: install that version.")
        return found

    @classmethod
    def _of(cls, said: dict[str, Any]) -> Manifest:
        found = cls(**{name: said[name] for name in cls.__dataclass_fields__})
        counts = (found.width, found.shard_rows, *(found.rows[role] for role in ROLES))
        if found.precision not in get_args(Precision):
            raise ValueError("a precision")
        if found.similarity not in SIMILARITIES:
            raise ValueError("a similarity")
        if not all(type(count) is int and count >= 0 for count in counts):
            raise ValueError("a count")
        if not (found.width and found.shard_rows):
            raise ValueError("a width or a shard of 0")
        return found


_WORDS = {
    "collection_fingerprint": "collection",
    "encoder_fingerprint": "encoder",
    "similarity": "similarity",
    "precision": "precision",
    "width": "width",
    "shard_rows": "number of texts in a shard",
    "rows": "number of texts",
}


def _short(value: object) -> object:
    return value[:12] if isinstance(value, str) else value
