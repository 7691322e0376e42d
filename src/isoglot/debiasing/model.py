"""A debiased encoder as a folder of sentence-transformers.

Where the transform is the same for every language it becomes modules of sentence-transformers' own (``Dense`` and
``Normalize``; a ``Router`` of two where queries and passages differ), and plain sentence-transformers loads the folder.
Where it depends on the language, the folder has a module of isoglot's (:class:`~isoglot.debiasing.module.ByLanguage`),
and whoever loads it needs isoglot installed.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Dense, Normalize, Router
from torch import nn

from isoglot.debiasing.module import ByLanguage
from isoglot.encoder.affine import Affine
from isoglot.encoder.affine_files import save_arrays
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.fitted import Fitted
from isoglot.encoder.load import load_encoder, quiet_transformers
from isoglot.errors import EncoderError
from isoglot.files import whole_folder
from isoglot.roles import ROLES

_ARRAYS = "debias"


def save_model(encoder: SentenceTransformer, transform: Affine, folder: Path, *, fitted: Fitted) -> None:
    """Write an encoder whose vectors are transformed.

    ``encode_query`` and ``encode_document`` of the result give ``transform.apply`` of what they give now; ``encode``
    without a task treats its texts as passages.

    Args:
        folder: appears whole or not at all.

    Raises:
        EncoderError: the transform was fitted for another encoder, or its vectors are of another width.
        StorageError: the folder is there already.
    """
    _check(encoder, transform, fitted)
    model = debiased(encoder, transform, fitted)
    with whole_folder(folder) as part, quiet_transformers():
        model.save_pretrained(str(part), create_model_card=False)
        if not transform.by_language:
            save_arrays(transform, part / _ARRAYS, fitted=fitted)
        (part / "README.md").write_text(_readme(transform, fitted), encoding="utf-8")


def load_model(name: str) -> SentenceTransformer:
    """Load an encoder, or what :func:`save_model` wrote.

    Args:
        name: see :func:`isoglot.encoder.load.load_encoder`.

    Raises:
        DataError: the folder's transform is damaged.
        EncoderError: it cannot be loaded.
    """
    path = _own_module(Path(name).expanduser())
    if path is None:
        return load_encoder(name)
    with quiet_transformers():
        module = ByLanguage.load(str(path))
    return _model([module], module.encoder)


def debiased(encoder: SentenceTransformer, transform: Affine, fitted: Fitted) -> SentenceTransformer:
    """The encoder with the transform behind it; its modules are shared, not copied."""
    if transform.by_language:
        return _model([ByLanguage(encoder, transform, fitted)], encoder)
    modules = list(encoder.children())
    if transform.unit and not isinstance(modules[-1], Normalize):
        modules.append(Normalize())
    query, passage = (_dense(transform, role) for role in range(len(ROLES)))
    same = all(torch.equal(one, other) for one, other in zip(query.parameters(), passage.parameters(), strict=True))
    modules.append(passage if same else Router.for_query_document([query], [passage]))
    if transform.unit:
        modules.append(Normalize())
    model = _model(modules, encoder)
    model.module_kwargs = encoder.module_kwargs
    return model


def _model(modules: Sequence[nn.Module], encoder: SentenceTransformer) -> SentenceTransformer:
    return SentenceTransformer(
        modules=list(modules),
        device=str(encoder.device),
        prompts=encoder.prompts,
        default_prompt_name=encoder.default_prompt_name,
        similarity_fn_name=encoder.similarity_fn_name,
    )


def _dense(transform: Affine, role: int) -> Dense:
    """``x @ matrix + offset`` as a layer, whose weight is the matrix transposed."""
    number, width = int(transform.matrix[role, -1]), transform.width
    matrix = torch.from_numpy(transform.matrices[number].T.copy()) if number >= 0 else torch.eye(width)
    offset = torch.from_numpy(transform.offsets[role, -1].copy())
    return Dense(width, width, activation_function=nn.Identity(), init_weight=matrix, init_bias=offset)


def _check(encoder: SentenceTransformer, transform: Affine, fitted: Fitted) -> None:
    width, fingerprint = encoder.get_embedding_dimension(), encoder_fingerprint(encoder)
    if width != transform.width or encoder.truncate_dim is not None:
        raise EncoderError(
            f"the encoder's vectors are {width} wide{' once cut' if encoder.truncate_dim else ''}, but the transform "
            f"is for {transform.width} uncut: fit it for this encoder without truncate_dim."
        )
    if fitted.encoder is not None and fingerprint != fitted.encoder:
        raise EncoderError(
            f"the transform was fitted for the encoder {fitted.encoder[:12]}, but this one is {str(fingerprint)[:12]}: "
            "fit one for it."
        )


def _own_module(folder: Path) -> Path | None:
    """Where a folder keeps our module; None where it has none."""
    listed = folder / "modules.json"
    if not listed.is_file():
        return None
    try:
        modules = json.loads(listed.read_text(encoding="utf-8"))
        named = {module["type"]: module["path"] for module in modules}
    except (ValueError, KeyError, TypeError) as error:
        raise EncoderError(
            f"{listed}: not a list of sentence-transformers' modules ({error}); save it again."
        ) from error
    path = named.get(f"{ByLanguage.__module__}.{ByLanguage.__name__}")
    return None if path is None else folder / path


def _readme(transform: Affine, fitted: Fitted) -> str:
    how = (
        "Needs isoglot installed (`pip install 'isoglot[cleaning]'`):\n\n"
        "    from isoglot.debiasing.model import load_model\n"
        "    from isoglot.debiasing.module import declared\n\n"
        "    model = load_model('this/folder')\n"
        "    model.encode_document(declared(['Guten Tag'], ['de']))  # its language declared\n"
        "    model.encode_query(['Guten Tag'])  # or told from the text\n\n"
        "or, with sentence-transformers, `SentenceTransformer('this/folder', trust_remote_code=True)`: the code is "
        "that of the installed isoglot.\n"
        if transform.by_language
        else "Loads with plain sentence-transformers; use `encode_query` and `encode_document`.\n"
    )
    return f"# A debiased encoder\n\nTransform: {fitted.choice}.\n\n{how}"
