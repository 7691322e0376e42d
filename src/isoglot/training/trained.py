"""What training returns."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from isoglot.result import Result
from isoglot.training.checkpoints import LOG

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


@dataclass(frozen=True, repr=False)
class Trained(Result):
    """A finished run; its table is the training log.

    Example::

        >>> isoglot.train("again.toml").record["steps"]
        2

    Attributes:
        folder: of the encoder, which sentence-transformers loads.
        record: what is saved in it as ``isoglot.json``.
    """

    verb: ClassVar[str] = "train"

    folder: Path
    record: dict[str, Any]

    @property
    def encoder(self) -> "SentenceTransformer":
        """The encoder, loaded."""
        from isoglot.encoder.load import load_encoder

        return load_encoder(str(self.folder))

    def _headline(self) -> str:
        return f"{self.folder}, {self.record['steps']:,} steps in {self.record['seconds']:,.0f} s"

    def _rows(self) -> Iterator[dict[str, object]]:
        lines = (self.folder / LOG).read_text(encoding="utf-8").splitlines()
        return (json.loads(line) for line in lines)

    def _content(self) -> dict[str, Any]:
        return {"folder": str(self.folder), **self.record}
