"""An encoder whose vectors are moved by the languages of their texts, as a module of sentence-transformers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule

from isoglot.encoder.affine import Affine
from isoglot.encoder.affine_files import OFFSETS, load_arrays, save_arrays
from isoglot.encoder.exported import open_folder
from isoglot.encoder.fitted import Fitted
from isoglot.encoder.identify import places
from isoglot.errors import ConfigError, DataError
from isoglot.roles import ROLES

_ENCODER, TRANSFORM = "encoder", "transform"


class Declared(str):
    """A text that says its language."""

    language: str


def declared(texts: Sequence[str], languages: Sequence[str]) -> list[str]:
    """The texts with a language each, for ``encode_query`` and ``encode_document`` of a debiased encoder.

    Args:
        texts: (n,).
        languages: (n,) BCP 47 codes.

    Raises:
        ConfigError: not one language for each text.
    """
    if len(texts) != len(languages):
        raise ConfigError(f"{len(texts):,} texts need as many languages, but got {len(languages):,}.")
    return [_declared(text, language) for text, language in zip(texts, languages, strict=True)]


def _declared(text: str, language: str) -> Declared:
    result = Declared(text)
    result.language = language
    return result


class ByLanguage(InputModule):  # type: ignore[misc]  # sentence-transformers has no types
    """Encodes, then transforms each vector by its text's language and the task: ``query``, else passage.

    A text has the language that :func:`declared` gave it, or else the one that
    :func:`~isoglot.encoder.identify.identified` tells from the text itself, without the prompt. A declared language
    that was not fitted is warned of by name and treated as no language.

    Args:
        encoder: gives vectors as wide as the transform's.
        transform: depends on the language.
        fitted: where it comes from.
    """

    save_in_root = False
    forward_kwargs = frozenset({"task"})

    def __init__(self, encoder: SentenceTransformer, transform: Affine, fitted: Fitted) -> None:
        super().__init__()
        self.encoder, self.transform, self.fitted = encoder, transform, fitted
        for name in ("offsets", "matrices", "matrix"):
            self.register_buffer(name, torch.from_numpy(getattr(transform, name).copy()))

    @property
    def tokenizer(self) -> Any:
        """The encoder's."""
        return self.encoder.tokenizer

    @property
    def max_seq_length(self) -> int | None:
        """The encoder's, in tokens."""
        limit: int | None = self.encoder.max_seq_length
        return limit

    @max_seq_length.setter
    def max_seq_length(self, value: int) -> None:
        self.encoder.max_seq_length = value

    def get_embedding_dimension(self) -> int:
        """Width of a vector."""
        return self.transform.width

    def preprocess(self, inputs: Sequence[str], prompt: str | None = None, **options: Any) -> dict[str, Any]:
        """The encoder's features, and ``language``: (n,) int64, places in the transform's languages."""
        features: dict[str, Any] = self.encoder.preprocess(inputs, prompt=prompt, **options)
        tags = [getattr(text, "language", None) for text in inputs]
        return features | {"language": torch.from_numpy(places(inputs, tags, self.transform.languages))}

    def forward(self, features: dict[str, Any], task: str | None = None) -> dict[str, Any]:
        """``sentence_embedding``: (n, width), as :meth:`isoglot.encoder.affine.Affine.apply` gives it."""
        language = features.pop("language")
        features = self.encoder(features, task=task)
        vectors = features["sentence_embedding"]
        role = ROLES.index("query" if task == "query" else "passage")
        if self.transform.unit:
            vectors = torch.nn.functional.normalize(vectors, dim=-1)
        moved = self._multiplied(vectors, self.matrix[role][language]) + self.offsets[role][language]
        features["sentence_embedding"] = torch.nn.functional.normalize(moved, dim=-1) if self.transform.unit else moved
        return features

    def save(self, output_path: str, *_: Any, **options: Any) -> None:
        """Write the encoder's folder and the transform's."""
        self.encoder.save_pretrained(str(Path(output_path) / _ENCODER), create_model_card=False, **options)
        save_arrays(self.transform, Path(output_path) / TRANSFORM, fitted=self.fitted)

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", **_: Any) -> Self:
        """Read what :meth:`save` wrote.

        Raises:
            DataError: the transform is missing or damaged, or not for vectors as wide as the encoder's.
        """
        folder = Path(model_name_or_path) / subfolder
        transform, fitted = load_arrays(folder / TRANSFORM)
        if not (folder / _ENCODER).is_dir():
            raise DataError(f"{folder / _ENCODER}: no such folder, though {TRANSFORM} is there; repair it again.")
        encoder = open_folder(folder / _ENCODER, device="cpu")
        if (width := encoder.get_embedding_dimension()) != transform.width:
            raise DataError(
                f"{folder / TRANSFORM / OFFSETS}: {transform.width} wide, but the vectors of {folder / _ENCODER} are "
                f"{width}; repair that encoder again."
            )
        return cls(encoder, transform, fitted)

    def _multiplied(self, vectors: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
        result = vectors
        for number in set(matrix.tolist()):
            if number >= 0:
                result = torch.where((matrix == number)[:, None], vectors @ self.matrices[number], result)
        return result
