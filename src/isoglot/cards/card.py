"""``card``: the README of an encoder's folder, in the hub's format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from huggingface_hub import EvalResult, ModelCardData

from isoglot.arguments import checked
from isoglot.cards.measured import eval_results
from isoglot.cards.origin import Origin, encoder_folder, origin_of
from isoglot.cards.record import read_certificate
from isoglot.cards.text import card_text
from isoglot.errors import ConfigError
from isoglot.evaluation.saved import SavedResults, read_results
from isoglot.files import whole_file
from isoglot.result import Result

README = "README.md"

_TAGS = ["sentence-transformers", "feature-extraction", "multilingual", "isoglot"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Card(Result):
    """A model card that was written.

    Example::

        >>> isoglot.card("runs/hybrid").path.name
        'README.md'

    Attributes:
        path: of the README.
        text: with its head.
        results: how many values of ``model-index`` it has.
    """

    verb: ClassVar[str] = "card"

    path: Path
    text: str
    results: tuple[dict[str, Any], ...]

    def _headline(self) -> str:
        return f"{self.path}, {len(self.results):,} results"

    def _rows(self) -> Iterator[dict[str, object]]:
        return iter(self.results)

    def _content(self) -> dict[str, Any]:
        return {"path": str(self.path), "text": self.text, "results": list(self.results)}


@checked
def card(
    model: str | Path,
    results: SavedResults | str | Path | Sequence[SavedResults | str | Path] = (),
    *,
    name: str | None = None,
    licence: str | None = None,
) -> Card:
    """Write the model card of an encoder's folder: what it is, its results, its training data, its limits.

    Example::

        >>> written = isoglot.card("runs/hybrid", name="me/hybrid-e5", licence="mit")
        >>> "# me/hybrid-e5" in written.text
        True

    Args:
        model: the folder, which isoglot or sentence-transformers wrote.
        results: what ``isoglot evaluate --save`` wrote of this encoder, one or several.
        name: what the card calls it, such as ``OWNER/NAME``; the folder's name if left out.
        licence: of the weights, as the hub writes it, such as ``mit``; the card has none if left out.

    Raises:
        EncoderError: there is no such folder, or it is no encoder.
        ConfigError: results of another encoder.
        DataError: a record, a certificate or results cannot be read.
        StorageError: the card cannot be written.
    """
    folder = encoder_folder(model)
    given = [results] if isinstance(results, SavedResults | str | Path) else list(results)
    found = [one if isinstance(one, SavedResults) else read_results(one) for one in given]
    _check_own(folder, found)
    text = _written(folder, found, name=name or folder.resolve().name, licence=licence)
    path = folder / README
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8")
    return Card(path=path, text=text, results=tuple(_row(value) for value in eval_results(found)))


def write_card(folder: Path, *, name: str) -> None:
    """Write the card of an encoder that is being saved, for which there are no results yet.

    Args:
        folder: in which the other files are.
        name: of the folder that it will be.
    """
    (folder / README).write_text(_written(folder, [], name=name, licence=None), encoding="utf-8")


def _written(folder: Path, found: Sequence[SavedResults], *, name: str, licence: str | None) -> str:
    origin = origin_of(folder)
    head = _head(origin, found, name=name, licence=licence)
    text = card_text(name, origin, read_certificate(folder), found)
    return f"---\n{head.to_yaml()}\n---\n\n{text}"


def _head(origin: Origin, found: Sequence[SavedResults], *, name: str, licence: str | None) -> ModelCardData:
    base = origin.base_model
    done = "quantized" if origin.exported else "merge" if origin.weight is not None else "finetune"
    return ModelCardData(
        base_model=base,
        base_model_relation=None if base is None else done,
        language=origin.languages or None,
        library_name="sentence-transformers",
        license=licence,
        pipeline_tag="sentence-similarity",
        tags=_TAGS,
        model_name=name,
        eval_results=eval_results(found) or None,
    )


def _check_own(folder: Path, found: Sequence[SavedResults]) -> None:
    """Results carry the fingerprint of the encoder that they are of, which is told from the weights."""
    from isoglot.encoder.fingerprint import encoder_fingerprint  # these import torch, which takes seconds
    from isoglot.encoder.load import load_encoder

    stated = {results.path: results.content.get("encoder_fingerprint") for results in found}
    if not any(stated.values()):
        return
    own = encoder_fingerprint(load_encoder(folder))
    for path, fingerprint in stated.items():
        if fingerprint not in (None, own):
            raise ConfigError(
                f"{path} has results of another encoder ({str(fingerprint)[:12]}) than {folder} ({str(own)[:12]}): "
                "evaluate this one, or give the folder that was evaluated."
            )


def _row(value: EvalResult) -> dict[str, Any]:
    return {
        "collection": value.dataset_name,
        "table": value.dataset_config,
        "name": value.metric_type,
        "value": value.metric_value,
    }
