"""Encoding a batch in parts of texts that are about as long; a multilingual batch is padded by half otherwise."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

# Padding that a forward pass of its own is worth, in tokens: what it costs besides its tokens.
_PASS_CPU, _PASS_GPU = 192, 8_192
_ROWS = frozenset({"input_ids", "attention_mask", "token_type_ids"})
_SAME = frozenset({"modality", "prompt_length"})  # of a whole column; the second is for models that do not pool prompts


def encode_columns(model: nn.Module, columns: Sequence[dict[str, Any]]) -> list[Tensor]:
    """Encode the columns of a batch, with gradients.

    Where all they have is tokens, the texts of all columns are sorted by length, cut into parts for which padding and
    the number of parts cost least together, and put back in their order: the vectors are those of one pass a column.

    Args:
        model: encodes.
        columns: tokens, as a collator makes them; (texts, tokens) each.

    Returns:
        (texts, width) for each column.
    """
    if not all(_plain(column) for column in columns) or not _pools_prompts(model):
        return [model(column)["sentence_embedding"] for column in columns]
    lengths = torch.cat([column["attention_mask"].sum(dim=1) for column in columns])
    order = torch.argsort(lengths, stable=True)
    widest = int(lengths.max())
    rows = {key: torch.cat([_wide(column[key], widest) for column in columns]) for key in columns[0].keys() & _ROWS}
    sorted_lengths = lengths[order].tolist()
    price = _PASS_CPU if lengths.device.type == "cpu" else _PASS_GPU
    parts = []
    start = 0
    for stop in cuts(sorted_lengths, price):
        here = order[start:stop]
        tokens = {key: values[here, : sorted_lengths[stop - 1]] for key, values in rows.items()}
        tokens |= {"modality": columns[0]["modality"]} if "modality" in columns[0] else {}
        parts.append(model(tokens)["sentence_embedding"])
        start = stop
    vectors = torch.cat(parts)[torch.argsort(order)]
    return list(torch.split(vectors, [len(column["attention_mask"]) for column in columns]))


def cuts(lengths: Sequence[int], price: int) -> list[int]:
    """Where to end each part: the cheapest, if a part costs its texts times its longest, and a price.

    Args:
        lengths: ascending, in tokens.
        price: of a part, in tokens.

    Returns:
        Ends of the parts, ascending; the last is the number of texts.
    """
    step = max(1, len(lengths) // 64)
    ends = [*range(step, len(lengths), step), len(lengths)]
    best: dict[int, tuple[int, int]] = {0: (0, 0)}  # end -> (cost of all up to there, where its part begins)
    for end in ends:
        best[end] = min((cost + (end - begin) * lengths[end - 1] + price, begin) for begin, (cost, _) in best.items())
    found = [len(lengths)]
    while found[-1]:
        found.append(best[found[-1]][1])
    return found[-2::-1]


def _plain(column: dict[str, Any]) -> bool:
    """Whether it has tokens alone, padded on the right."""
    mask = column.get("attention_mask")
    return column.keys() <= _ROWS | _SAME and isinstance(mask, Tensor) and mask.ndim == 2 and bool(mask[:, 0].all())


def _pools_prompts(model: nn.Module) -> bool:
    return all(getattr(module, "include_prompt", True) for module in model.modules())


def _wide(tokens: Tensor, width: int) -> Tensor:
    """With columns of zeros, which the mask hides, or without columns of padding."""
    return torch.nn.functional.pad(tokens, (0, width - tokens.shape[1]))
