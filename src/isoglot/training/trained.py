"""What training returns."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from isoglot.cards.origin import encoder_folder
from isoglot.cards.record import RECORD, read_record
from isoglot.errors import DataError, EncoderError, first_line
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

    @classmethod
    def read(cls, folder: str | Path) -> "Trained":
        """A run that finished earlier, by the folder of its encoder.

        Example::

            >>> isoglot.Trained.read("runs/hybrid").record["steps"]
            2

        Raises:
            EncoderError: the folder is none of an encoder, or no run of isoglot made it.
            DataError: its record cannot be read.
        """
        place = encoder_folder(folder)
        record = read_record(place)
        if record is None or "config" not in record or not (place / LOG).is_file():
            raise EncoderError(
                f"{place} was not trained by isoglot, or merged or repaired since: it lacks the record of a run "
                f"({RECORD} and {LOG})."
            )
        return cls(place, record)

    @property
    def log(self) -> list[dict[str, Any]]:
        """The reports of the run, in their order (:class:`isoglot.training.progress.TrainingLog`).

        Raises:
            DataError: a line of the log is broken.
        """
        path = self.folder / LOG
        try:
            return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        except (OSError, ValueError) as error:
            raise DataError(f"{path}: the log of the run cannot be read ({first_line(error)}).") from error

    @property
    def encoder(self) -> "SentenceTransformer":
        """The encoder, loaded."""
        from isoglot.encoder.load import load_encoder

        return load_encoder(str(self.folder))

    def _headline(self) -> str:
        return f"{self.folder}, {self.record['steps']:,} steps in {self.record['seconds']:,.0f} s"

    def _rows(self) -> Iterator[dict[str, object]]:
        return iter(self.log)

    def _content(self) -> dict[str, Any]:
        return {"folder": str(self.folder), **self.record}
