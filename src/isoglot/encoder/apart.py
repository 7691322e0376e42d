"""A repaired encoder, taken apart."""

from dataclasses import dataclass

from isoglot.encoder.affine import Affine
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.protocol import Encoder


@dataclass(frozen=True, eq=False)
class Repaired:
    """A repaired encoder, taken apart.

    Attributes:
        base: gives the vectors that are moved; its modules are the repaired encoder's own.
        transform: moves them.
    """

    base: Encoder
    transform: Affine

    def base_fingerprint(self, own: str | None) -> str | None:
        """Of the base.

        Args:
            own: the repaired encoder's, which tells all states of the weights apart, so that each is hashed once;
                without one there is none.
        """
        if own is None:
            return None
        key = own, repr(self.base)  # the modules within our module are not in its own
        if key not in _FINGERPRINTS:
            _FINGERPRINTS[key] = encoder_fingerprint(self.base)
        return _FINGERPRINTS[key]


_FINGERPRINTS: dict[tuple[str, str], str | None] = {}  # of bases, by what tells them apart
