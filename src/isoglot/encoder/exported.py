"""Encoders whose transformer was exported, so that OpenVINO computes it in the place of PyTorch.

sentence-transformers has such encoders as a *backend*: the other modules, the tokenizer and the prompts are as they
were. The exported transformer has no weights that PyTorch knows of, so that it is told by the bytes of its files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from isoglot.encoder.files import load_options
from isoglot.encoder.fingerprint import EXPORTED, computed_elsewhere
from isoglot.encoder.folders import folder_of
from isoglot.encoder.hub import hub_file
from isoglot.errors import EncoderError
from isoglot.extras import need

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from isoglot.encoder.options import LoadOptions

OPENVINO: Literal["openvino"] = "openvino"

FILES = ("openvino/openvino_model.xml", "openvino/openvino_model.bin")
"""Where sentence-transformers looks for them."""

_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")  # of PyTorch


def exported_files(options: LoadOptions) -> list[Path]:
    """The files of the exported transformer that is asked for; none where PyTorch computes.

    A folder that has PyTorch's weights as well is PyTorch's, unless ``backend`` says otherwise.

    Raises:
        EncoderError: the exported transformer is asked for and not there.
        ConnectionError: the hub gives no answer.
    """
    folder = folder_of(options.model)
    if options.backend is None:
        return [] if folder is None else _of_folder(folder)
    if options.backend != OPENVINO:
        return []
    found = (
        [hub_file(options.model, name, options.revision) for name in FILES]
        if folder is None
        else [path if (path := folder / name).is_file() else None for name in FILES]
    )
    files = [path for path in found if path is not None]
    if len(files) < len(FILES):
        raise EncoderError(
            f"encoder {options.model!r} has no {FILES[len(files)]}: write an encoder with one by `isoglot export`, or "
            "leave the backend out."
        )
    return files


def is_exported(name: str | Path) -> bool:
    """Whether the encoder of a name has an exported transformer; nothing is loaded.

    Raises:
        EncoderError, ConfigError: see :func:`exported_files` and :func:`~isoglot.encoder.files.load_options`.
    """
    return bool(exported_files(load_options(str(name))))


def check_weights(name: str | Path, *, to: str) -> None:
    """Refuse an encoder without weights that could change.

    Args:
        name: of the encoder.
        to: what was to be done with it, such as ``be trained``.

    Raises:
        EncoderError: its transformer was exported.
    """
    if is_exported(name):
        raise EncoderError(
            f"encoder {str(name)!r} was exported, so that it has no weights and cannot {to}: take the encoder that it "
            "was exported from, and export what comes of it."
        )


def open_folder(folder: Path, **said: Any) -> SentenceTransformer:
    """A folder that sentence-transformers wrote, whatever computes it.

    Args:
        said: to sentence-transformers.

    Raises:
        EncoderError: its transformer was exported, and the package that computes it is not installed.
    """
    from sentence_transformers import SentenceTransformer

    files = _of_folder(folder)
    return open_exported(str(folder), files, **said) if files else SentenceTransformer(str(folder), **said)


def open_exported(place: str, files: Sequence[Path], **said: Any) -> SentenceTransformer:
    """Load an encoder whose transformer was exported.

    Args:
        place: its folder, or its id.
        files: of the transformer.
        said: to sentence-transformers; the device is the CPU if none is.

    Raises:
        EncoderError: the package that computes it is not installed.
    """
    from sentence_transformers import SentenceTransformer

    need_openvino(f"{place} runs on OpenVINO, which needs")
    model = SentenceTransformer(place, backend=OPENVINO, **{"device": "cpu", **said})
    *_, constants = files  # not the .xml: OpenVINO writes it in another way each time that a model is saved again
    with constants.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    for module in computed_elsewhere(model):
        setattr(module, EXPORTED, digest)
    return model


def need_openvino(what: str) -> None:
    """Import what sentence-transformers computes and exports with.

    Raises:
        EncoderError: it is not installed.
    """
    need("optimum.intel.openvino", extra=OPENVINO, what=what, error=EncoderError)


def _of_folder(folder: Path) -> list[Path]:
    if any(path for pattern in _WEIGHTS for path in folder.glob(pattern)):
        return []
    files = [folder / name for name in FILES]
    return files if all(path.is_file() for path in files) else []
