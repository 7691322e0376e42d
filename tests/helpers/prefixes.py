"""What tests ask of frozen prefixes."""

import pytest
from torch import Tensor

from isoglot.encoder.prefix import FrozenPrefix


def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many texts went through frozen layers at a time, filled in as they do."""
    counts: list[int] = []
    lower = FrozenPrefix.lower

    def counting(self: FrozenPrefix, tokens: dict[str, Tensor]) -> Tensor:
        counts.append(len(tokens["input_ids"]))
        return lower(self, tokens)

    monkeypatch.setattr(FrozenPrefix, "lower", counting)
    return counts
