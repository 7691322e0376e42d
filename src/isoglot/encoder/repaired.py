"""Repaired encoders: a base that encodes, and a transform behind it.

Where the transform is the same for every language it is made of sentence-transformers' own modules (``Dense`` and
``Normalize``; a ``Router`` of two where queries and passages differ), and plain sentence-transformers loads the folder.
Where it depends on the language it is a module of isoglot's (:class:`~isoglot.encoder.bylanguage.ByLanguage`), and
whoever loads the folder needs isoglot installed.
"""

from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Dense, Normalize, Router
from torch import nn

from isoglot.arrays import Floats
from isoglot.encoder.affine import Affine, affine
from isoglot.encoder.affine_files import load_arrays
from isoglot.encoder.apart import Repaired
from isoglot.encoder.bylanguage import ByLanguage
from isoglot.encoder.exported import open_folder
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.fitted import Fitted
from isoglot.encoder.protocol import LOADED_AS
from isoglot.encoder.saved_repair import ARRAYS, own_module
from isoglot.encoder.untold import passages_where_untold
from isoglot.roles import ROLES

_LENGTH = "modules_of_base"
"""The attribute of a model that says how many of its modules are the base: they themselves do not show it."""

_FITTED = "fitted_repair"
"""The attribute of such a model that says where its transform comes from; our own module holds it itself."""


def repaired(encoder: SentenceTransformer, transform: Affine, fitted: Fitted) -> SentenceTransformer:
    """The encoder with the transform behind it; its modules are shared, not copied."""
    if transform.by_language:
        made = _model({"0": ByLanguage(encoder, transform, fitted)}, encoder, device=str(encoder.device))
        return passages_where_untold(made)
    modules = list(encoder.children())
    length = len(modules)
    if transform.unit and not isinstance(modules[-1], Normalize):
        modules.append(Normalize())
    query, passage = (_dense(transform, role) for role in range(len(ROLES)))
    same = all(torch.equal(one, other) for one, other in zip(query.parameters(), passage.parameters(), strict=True))
    modules.append(passage if same else Router.for_query_document([query], [passage]))
    if transform.unit:
        modules.append(Normalize())
    numbered = {str(number): module for number, module in enumerate(modules)}
    model = _model(numbered, encoder, device=str(encoder.device), kwargs=encoder.module_kwargs)
    setattr(model, _LENGTH, length)
    setattr(model, _FITTED, fitted)
    return model if same else passages_where_untold(model)


def parts_of(encoder: SentenceTransformer) -> Repaired | None:
    """See :func:`isoglot.encoder.repair.taken_apart`."""
    if encoder.truncate_dim is not None:
        return None
    if isinstance(encoder[0], ByLanguage):
        inner, transform = encoder[0].encoder, encoder[0].transform
        modules = dict(inner.named_children())
    else:
        length, inner = getattr(encoder, _LENGTH, None), encoder
        if length is None:
            return None
        transform = _transform(list(encoder.children())[length:])
        modules = dict(list(encoder.named_children())[:length])
    base = _model(modules, encoder, device=str(encoder.device), kwargs=inner.module_kwargs)
    setattr(base, LOADED_AS, f"base of {getattr(encoder, LOADED_AS, 'a repaired encoder')}")
    return Repaired(base, transform)


def fit_of(encoder: SentenceTransformer) -> Fitted | None:
    """Where the transform of a repaired encoder comes from; None for any other."""
    first = encoder[0]
    found: Fitted | None = first.fitted if isinstance(first, ByLanguage) else getattr(encoder, _FITTED, None)
    return found


def load_repaired(folder: Path) -> SentenceTransformer:
    """Load what :func:`isoglot.debiasing.model.save_model` wrote: a folder that ``saved_repair`` knows.

    Raises:
        DataError: its transform is missing, damaged, or of another width than its encoder.
        EncoderError: its list of modules cannot be read.
    """
    path = own_module(folder)
    if path is not None:
        module = ByLanguage.load(str(path))
        return passages_where_untold(_model({"0": module}, module.encoder, device=None))
    _, fitted = load_arrays(folder / ARRAYS)
    model = open_folder(folder)
    setattr(model, _LENGTH, _length(model, fitted))
    setattr(model, _FITTED, fitted)
    return passages_where_untold(model) if any(isinstance(part, Router) for part in model) else model


def _model(
    modules: Mapping[str, nn.Module], encoder: SentenceTransformer, *, device: str | None, kwargs: Any = None
) -> SentenceTransformer:
    """These modules, with the prompts and the similarity of an encoder."""
    model = SentenceTransformer(
        modules=OrderedDict(modules),
        device=device,
        prompts=encoder.prompts,
        default_prompt_name=encoder.default_prompt_name,
        similarity_fn_name=encoder.similarity_fn_name,
    )
    model.module_kwargs = kwargs
    return model


def _dense(transform: Affine, role: int) -> Dense:
    """``x @ matrix + offset`` as a layer, whose weight is the matrix transposed."""
    number, width = int(transform.matrix[role, -1]), transform.width
    matrix = torch.from_numpy(transform.matrices[number].T.copy()) if number >= 0 else torch.eye(width)
    offset = torch.from_numpy(transform.offsets[role, -1].copy())
    return Dense(width, width, activation_function=nn.Identity(), init_weight=matrix, init_bias=offset)


def _transform(tail: list[nn.Module]) -> Affine:
    """What the modules behind a base do, for they may have been trained since."""
    layer = next(module for module in tail if isinstance(module, Dense | Router))
    routes = [layer, layer]
    if isinstance(layer, Router):
        routes = [layer.sub_modules[route][0] for route in ("query", "document")]  # in the order of ROLES
    layers = [dense.linear for dense in routes]
    return affine(
        (),
        layers[0].out_features,
        offsets=np.stack([_array(linear.bias)[None] for linear in layers]),
        matrices=np.stack([_array(linear.weight).T for linear in layers]),
        matrix=np.array([[number] for number in range(len(layers))]),
        unit=isinstance(tail[-1], Normalize),
    )


def _array(parameter: torch.Tensor) -> Floats:
    return parameter.detach().cpu().double().numpy()


def _length(model: SentenceTransformer, fitted: Fitted) -> int:
    """How many modules are the base.

    Whether a ``Normalize`` in front of the transform is the base's own or was put there for the transform is told by
    the base's fingerprint alone; without one it is taken for the base's own, which gives the same vectors.
    """
    named = list(model.named_children())
    unit = isinstance(named[-1][1], Normalize)
    length = len(named) - 1 - unit
    if unit and isinstance(named[length - 1][1], Normalize):
        base = _model(dict(named[: length - 1]), model, device=str(model.device))
        if encoder_fingerprint(base) == fitted.encoder:
            return length - 1
    return length
