"""What an index says of itself: which encoder's vectors it holds, in which table, and what repairs them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.protocol import Encoder
from isoglot.encoder.repair import taken_apart
from isoglot.encoder.similarity import Similarity
from isoglot.errors import DataError, EncoderError
from isoglot.search.store import Store
from isoglot.versions import versions

FORMAT = 1
MANIFEST = "index"
"""The name of its note."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The index.

    Attributes:
        encoder: the name that it is loaded by.
        fingerprint: of the encoder, without its repair.
        similarity: ``cosine`` or ``dot``.
        width: of a vector.
        length: the tokens of a text that the encoder reads; None where it does not say.
        table: the name of the table that is searched.
        repair: what the repair is called; empty where there is none.
        whole: whether the last build came to its end.
    """

    encoder: str
    fingerprint: str
    similarity: Similarity
    width: int
    length: int | None
    table: str
    repair: str = ""
    whole: bool = False

    @classmethod
    def read(cls, store: Store, place: str) -> Manifest | None:
        """That of a store; None where it has no index.

        Raises:
            DataError: it is of a newer version, or damaged.
        """
        noted = store.notes([MANIFEST]).get(MANIFEST)
        return None if noted is None else cls.parse(noted, place)

    @classmethod
    def parse(cls, noted: bytes, place: str) -> Manifest:
        """What was noted.

        Raises:
            DataError: it is of a newer version, or damaged.
        """
        try:
            said = json.loads(noted)
            newer = said.pop("format") > FORMAT
            said.pop("versions")
            found = None if newer else cls(**{**said, "similarity": Similarity(said["similarity"])})
            if found and not (isinstance(found.table, str) and isinstance(found.width, int)):
                raise TypeError("no table or no width")
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise DataError(
                f"{place}: what the index says of itself is damaged ({error}); remove it and build it again."
            ) from error
        if found is None:
            raise DataError(
                f"{place}: a newer isoglot wrote this index; install that version, or build it at another place."
            )
        return found

    def noted(self) -> bytes:
        """As it is noted."""
        return json.dumps({**asdict(self), "format": FORMAT, "versions": versions()}).encode()


def manifest_of(store: Store, place: str) -> Manifest:
    """The manifest of an index that is there.

    Raises:
        DataError: there is no index, or a newer isoglot wrote it.
    """
    found = Manifest.read(store, place)
    if found is None:
        raise DataError(
            f"{place}: there is no index here; make one by `isoglot index COLLECTION --encoder E -o {place}`."
        )
    return found


def checked_base(encoder: Encoder, manifest: Manifest, place: str) -> Encoder:
    """The encoder without its repair, if its vectors are those of an index.

    Raises:
        EncoderError: they are not.
    """
    apart = taken_apart(encoder)
    base = encoder if apart is None else apart.base
    found = encoder_fingerprint(base)
    if found != manifest.fingerprint:
        raise EncoderError(
            f"{place}: the index holds vectors of {manifest.encoder} ({manifest.fingerprint[:12]}), and this encoder "
            f"is another ({str(found)[:12]}): name that one, or encode the index again by `isoglot index --reindex`."
        )
    return base
