"""``encode`` on an encoder that moves queries and passages apart, and is not told which of them its texts are."""

import warnings
from functools import partial
from typing import Any

from sentence_transformers import SentenceTransformer


def passages_where_untold(model: SentenceTransformer) -> SentenceTransformer:
    """Let ``model.encode(texts)`` take texts for passages, prompt included, and warn once; the same model.

    ``encode_query``, ``encode_document``, and an ``encode`` that is given a task or a prompt are as they were.
    """
    model.encode = partial(_encode, model)
    return model


def _encode(model: SentenceTransformer, *texts: Any, **options: Any) -> Any:
    if options.keys() & {"task", "prompt", "prompt_name"} or len(texts) > 1:
        return type(model).encode(model, *texts, **options)
    warnings.warn(
        "this encoder moves queries and passages apart, and encode() is not told which these texts are: they are taken "
        "for passages; call encode_query() or encode_document().",
        stacklevel=2,
    )
    return model.encode_document(*texts, **options)
