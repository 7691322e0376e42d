"""What is known of a transform beside its arrays: its kind and settings, and what it was fitted on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from isoglot.arguments import Number, option_record


@option_record
class Choice:
    """One transform of a kind.

    Example::

        >>> str(isoglot.Choice(kind="centring", strength=0.75))
        'centring, strength 0.75'

    Attributes:
        kind: a name of :data:`isoglot.debiasing.transforms.kinds.KINDS`.
        strength: 0 does nothing, 1 everything.
        rank: how many directions, where the kind removes some; else 0.

    Raises:
        ConfigError: a value that the option cannot have.
    """

    kind: str
    strength: float = 1.0
    rank: Number = 0

    def __str__(self) -> str:
        return f"{self.kind}, strength {self.strength:g}" + (f", rank {self.rank}" if self.rank else "")


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """Where a transform comes from.

    Attributes:
        choice: kind, strength and rank.
        encoder: the fingerprint of the encoder whose vectors it is for; None where it has none.
        on: what it was fitted on, as JSON: name and fingerprint of the data, and of the data that it was chosen on
            where that is another, texts of each language, seeds.
    """

    choice: Choice
    encoder: str | None
    on: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fingerprints(self) -> frozenset[str]:
        """Of the data that it was fitted or chosen on, as far as it is said."""
        said = [*self.on.get("data", []), *self.on.get("chosen_on", [])]
        return frozenset(str(data["fingerprint"]) for data in said if "fingerprint" in data)
