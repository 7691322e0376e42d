"""An encoder whose transformer is computed faster, written only where its ranking stays what it was."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isoglot.arguments import Positive, Several, checked
from isoglot.cards.card import write_card
from isoglot.cards.record import LEAKS, RECORD, read_record
from isoglot.data.collection import Collection
from isoglot.data.given import AnyCollection, given_collection
from isoglot.encoder.exported import OPENVINO, is_exported, need_openvino, open_folder
from isoglot.encoder.files import load_options, model_place
from isoglot.encoder.fingerprint import computed_elsewhere, encoder_fingerprint
from isoglot.encoder.folders import NAMES, folder_of
from isoglot.encoder.load import load_encoder, quiet_transformers, repair_of
from isoglot.encoder.protocol import LOADED_AS
from isoglot.encoding.defaults import MARGIN
from isoglot.encoding.exported import Exported, WeightType
from isoglot.encoding.int8 import calibration_texts, quantise
from isoglot.encoding.loss import Ranked, guarded
from isoglot.encoding.speed import speeds
from isoglot.errors import ConfigError, EncoderError, first_line
from isoglot.evaluation.embedded import embed_collection
from isoglot.files import check_folder, given_name, given_path, whole_folder, write_json
from isoglot.progress import StartProgress, doing
from isoglot.seals import seal

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


@checked
def export(
    encoder: str | Path,
    output: str | Path,
    *,
    on: AnyCollection,
    weights: WeightType = "float32",
    calibrate_on: Several[AnyCollection] = (),
    margin: Positive = MARGIN,
    progress: StartProgress | None = None,
) -> Exported:
    """Write an encoder whose transformer OpenVINO computes, as sentence-transformers exports it.

    The folder is an encoder as any other for isoglot; plain sentence-transformers loads it with
    ``backend="openvino"``. Speed and ranking of what was written are measured before the folder gets its name.

    Example::

        >>> found = isoglot.export("e5-small", "fast-e5", on="sample/test")
        >>> encoder = isoglot.load_encoder("fast-e5")

    Args:
        encoder: by name, as of :func:`isoglot.encoder.load.load_encoder`; neither repaired nor static.
        output: the folder.
        on: a collection with judgements, by object or by name, that ranking is compared on.
        weights: of which type; int8 rounds them and what goes between layers to 8 bits (static quantisation of NNCF).
        calibrate_on: data, by object or by name, of which 300 texts, queries and passages in turn, set int8's scales.
            Not those of ``on``, whose result would then be too good.
        margin: the loss of mAP, in any setting, above which nothing is written.
        progress: begins the encoding and the rankings.

    Raises:
        EncoderError: the encoder cannot be loaded or exported, the package is not installed, or ranking loses more
            than the margin.
        ConfigError: ``calibrate_on`` without int8, int8 without it, or the same texts as ``on``.
        DataError, FetchError: there is no such data.
        StorageError: the folder is there already, or the disk is full.
    """
    name, folder = str(given_name(encoder, NAMES)), given_path(output)
    check_folder(folder)
    _check_exportable(name)
    collection = given_collection(on)
    texts = [given_collection(one, judged=False) for one in calibrate_on]
    _check_texts(weights, texts, collection)
    asked = _Export(name=name, folder=folder, weights=weights, texts=texts, collection=collection, margin=margin)
    before = load_encoder(name)
    with whole_folder(folder) as part, quiet_transformers():
        asked.write(before, part)
        found = asked.measured(before, part, progress)
        asked.describe(found, part)
        seal(part)
    return found


def _check_exportable(name: str) -> None:
    need_openvino("exporting needs")
    if is_exported(name):
        raise EncoderError(f"encoder {name!r} is exported already: take the encoder that it was exported from.")
    if repair_of(name) is not None:
        raise EncoderError(
            f"encoder {name!r} is repaired: export the encoder that it was made from, and repair what comes of it."
        )


def _check_texts(weights: WeightType, texts: list[Collection], collection: Collection) -> None:
    if weights == "float32" and texts:
        raise ConfigError("calibrate_on sets the scales of int8: leave it out, or choose int8 as weights.")
    if weights == "int8" and not texts:
        raise ConfigError(
            "int8 has scales that are set by texts: name data as calibrate_on, with texts such as will be encoded."
        )
    if any(one.fingerprint == collection.fingerprint for one in texts):
        raise ConfigError(
            f"{collection.name} is what ranking is compared on, which would be too good where the scales were set by "
            "its texts: name other data as calibrate_on."
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Export:
    """What was asked for, and the steps to it; ``part`` is the folder before it has its name."""

    name: str
    folder: Path
    weights: WeightType
    texts: list[Collection]
    collection: Collection
    margin: float

    def write(self, encoder: SentenceTransformer, part: Path) -> None:
        """Export; the other modules, the tokenizer and the prompts are the encoder's."""
        made = self._exported(encoder)
        if not computed_elsewhere(made):
            raise EncoderError(f"encoder {self.name!r} has no transformer, so that there is nothing to export.")
        made.save_pretrained(str(part), create_model_card=False)
        if self.weights == "int8":
            quantise(made, part, calibration_texts(made, self.texts))

    def _exported(self, encoder: SentenceTransformer) -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer

        options = load_options(self.name)
        try:
            with doing(f"exporting {self.name} to OpenVINO"):
                return SentenceTransformer(
                    str(folder_of(options.model) or options.model),
                    backend=OPENVINO,
                    device="cpu",
                    revision=options.revision,
                    trust_remote_code=options.trust_remote_code,
                    prompts=encoder.prompts,
                )
        except Exception as error:
            raise EncoderError(
                f"encoder {self.name!r} cannot be exported by sentence-transformers: {first_line(error)}."
            ) from error

    def measured(self, before: SentenceTransformer, part: Path, progress: StartProgress | None) -> Exported:
        """Load what was written, and compare."""
        after = open_folder(part)
        setattr(after, LOADED_AS, str(self.folder))
        sides = []
        for name, encoder in ((self.name, before), (str(self.folder), after)):
            fingerprint = encoder_fingerprint(encoder)
            embedded = embed_collection(encoder, self.collection, fingerprint=fingerprint, progress=progress)
            sides.append(Ranked(name=name, encoder=encoder, fingerprint=fingerprint, embedded=embedded))
        loss = guarded(
            *sides,
            margin=self.margin,
            what=f"{self.weights} vectors of {self.name} by OpenVINO",
            then="nothing is written; choose other weights, other texts to calibrate on, or a larger margin",
            progress=progress,
        )
        with doing("timing both encoders"):
            speed = speeds(before, after, self.collection)
        return Exported(
            place=str(self.folder),
            encoder=self.name,
            weights=self.weights,
            nbytes=sum(path.stat().st_size for path in part.rglob("*") if path.is_file()),
            before=speed[0],
            after=speed[1],
            loss=loss,
            calibrated_on=tuple(one.name for one in self.texts),
        )

    def describe(self, found: Exported, part: Path) -> None:
        """Write the encoder's record with what was done, its certificate of leaks, and a card."""
        origin = model_place(self.name)
        record: dict[str, Any] = {**(read_record(origin) or {}), "exported": found.to_dict()}
        write_json(record, part / RECORD)
        if (origin / LEAKS).is_file():
            shutil.copy(origin / LEAKS, part / LEAKS)
        write_card(part, name=self.folder.name)
