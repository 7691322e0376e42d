"""The repair that every cell of a study is measured with once more: one kind, fitted on one text for all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from isoglot.data.collection import Collection
from isoglot.data.load import load_collection
from isoglot.data.steps import content_fingerprint
from isoglot.debiasing.sample import merged, sample_of
from isoglot.debiasing.stability import warn_of_alone
from isoglot.debiasing.transforms.kinds import fit
from isoglot.encoder.affine import Affine
from isoglot.encoder.fitted import Choice
from isoglot.encoder.protocol import Encoder
from isoglot.encoder.repair import taken_apart
from isoglot.errors import DataError, EncoderError, FetchError
from isoglot.evaluation.embedded import embed_collection
from isoglot.progress import StartProgress
from isoglot.studies.config import RepairConfig
from isoglot.wording import enumerated


@dataclass(frozen=True, kw_only=True)
class StudyRepair:
    """Attributes:
    choice: the transform.
    texts: what it is fitted on.
    """

    choice: Choice
    texts: tuple[Collection, ...]

    @cached_property
    def fingerprint(self) -> str:
        """Of all that decides it, but for the encoder."""
        return content_fingerprint({"choice": vars(self.choice), "texts": [text.fingerprint for text in self.texts]})

    def __str__(self) -> str:
        """``centring, strength 1, fitted on ntrex/dev``."""
        return f"{self.choice}, fitted on {enumerated([text.name for text in self.texts])}"

    def unfitted(self, languages: Iterable[str]) -> list[str]:
        """Those of some languages that none of the texts has, and whose vectors stay where they are."""
        return sorted(set(languages) - {tag for text in self.texts for tag in text.languages})

    def fitted(self, encoder: Encoder, *, fingerprint: str | None, progress: StartProgress | None) -> Affine:
        """The transform of an encoder's vectors.

        Args:
            fingerprint: of the encoder, where its vectors are to be kept.
            progress: begins the encoding.

        Raises:
            EncoderError: the encoder is repaired already.
            DataError: too few texts or languages.
        """
        if taken_apart(encoder) is not None:
            raise EncoderError("the encoder is repaired already, so it is not measured with another repair.")
        samples = [
            sample_of(embed_collection(encoder, text, fingerprint=fingerprint, progress=progress).in_memory())
            for text in self.texts
        ]
        sample = merged(samples)
        warn_of_alone(sample)
        return fit(sample, self.choice)


def prepared_repair(config: RepairConfig) -> StudyRepair:
    """Load the texts.

    Raises:
        DataError, FetchError: a text cannot be read, or has one language.
    """
    return StudyRepair(choice=config.choice, texts=tuple(map(_text, config.fit)))


def _text(name: str) -> Collection:
    try:
        text = load_collection(name, judged=False)
    except (DataError, FetchError) as error:
        raise type(error)(f"key 'repair.fit': {error}") from error
    if len(text.languages) < 2:
        raise DataError(f"key 'repair.fit': {text.name} has one language, and a repair is of several.")
    return text
