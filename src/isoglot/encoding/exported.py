"""What exporting an encoder gave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

from isoglot.encoding.speed import Speed
from isoglot.evaluation.comparison.comparison import Comparison
from isoglot.result import Result
from isoglot.versions import versions
from isoglot.wording import size

WeightType = Literal["float32", "int8"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Exported(Result):
    """An encoder whose transformer OpenVINO computes.

    Example::

        >>> found = isoglot.export("e5-small", "another-fast-e5", on="sample/test")
        >>> found.loss.collections["sample/test"].row("multi", "map").macro.difference > -0.01
        True

    Attributes:
        place: the folder.
        encoder: the name of what was exported.
        weights: of which type they are; int8 computes in it, too.
        nbytes: of the folder.
        before, after: how fast the encoder and the exported one are on this machine.
        loss: what ranking loses by the exported one (B) against the encoder (A).
        calibrated_on: names of the texts that int8's scales were set by; empty for float32.
    """

    verb: ClassVar[str] = "export"

    place: str
    encoder: str
    weights: WeightType
    nbytes: int
    before: Speed
    after: Speed
    loss: Comparison
    calibrated_on: tuple[str, ...]
    versions: dict[str, str] = field(default_factory=versions)

    @property
    def speed_up(self) -> float:
        """How many times as many passages a second are encoded in batches."""
        return self.after.passages / self.before.passages

    @property
    def query_speed_up(self) -> float:
        """By how many times a query alone is encoded in less time."""
        return self.before.query / self.after.query

    def _headline(self) -> str:
        return (
            f"{self.encoder} as {self.weights} in {self.place} ({size(self.nbytes)}): passages {self.speed_up:.2f} "
            f"times, queries {self.query_speed_up:.2f} times as fast"
        )

    def _content(self) -> dict[str, Any]:
        facts = {name: value for name, value in vars(self).items() if name not in ("before", "after", "loss")}
        return {
            **facts,
            "before": asdict(self.before),
            "after": asdict(self.after),
            "speed_up": self.speed_up,
            "query_speed_up": self.query_speed_up,
            "loss": self.loss.to_dict(),
        }

    def _rows(self) -> Iterator[dict[str, object]]:
        return self.loss._rows()
