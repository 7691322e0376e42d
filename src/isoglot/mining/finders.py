"""Finders as users give them: by object, as ``bm25``, or as an encoder."""

from pathlib import Path

from isoglot.data.parallel import ParallelDataset
from isoglot.encoder.given import AnyEncoder, encoder_name, given_encoder
from isoglot.mining.bm25 import Bm25Finder
from isoglot.mining.dense import Dense
from isoglot.mining.finder import Finder
from isoglot.progress import StartProgress

AnyFinder = Finder | AnyEncoder


def given_finder(finder: AnyFinder, data: ParallelDataset, *, progress: StartProgress | None = None) -> Finder:
    """The finder; ``"bm25"`` and encoders, by object or by name, are made into one for this data.

    Raises:
        EncoderError: it is neither a finder nor an encoder, or an encoder without dense vectors.
    """
    if finder == Bm25Finder.name:
        return Bm25Finder(data, progress=progress)
    if isinstance(finder, str | Path):
        return Dense(given_encoder(finder), data, name=encoder_name(finder), progress=progress)
    if isinstance(finder, Finder):
        return finder
    return Dense(given_encoder(finder), data, name=encoder_name(finder), progress=progress)
