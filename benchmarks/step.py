"""A training step against sentence-transformers' own: the same model, texts, lengths, loss and optimizer.

    python benchmarks/step.py --steps 10

Batches are cross-lingual, as a hybrid run draws them. Both sides take turns batch by batch, with the whole vocabulary
and with a trimmed one; loss and gradients are compared. Plain: MultipleNegativesRankingLoss, a pass a column.
"""

import argparse
import copy
import time
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import numpy as np
import torch
from machine import machine
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from torch import Tensor

from isoglot.batching.pairs import PairDataset
from isoglot.batching.policies.cross_lingual import CrossLingual
from isoglot.batching.sampler import LanguageBatchSampler
from isoglot.data.load import load_parallel
from isoglot.encoder.load import load_encoder
from isoglot.encoder.vocabulary import trim_vocabulary
from isoglot.training.collator import PairCollator
from isoglot.training.loss import ItemFacts, SourceTerms, TermsLoss

TEMPERATURE = 0.02
Step = Callable[[list[dict[str, Any]]], tuple[float, float]]


def main() -> None:
    """Draw, time both sides, print ratios."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--encoder", default="e5-small")
    parser.add_argument("--data", default="libreoffice-help/train")
    parser.add_argument("--pairs", type=int, default=64)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--tokens", type=int, nargs=2, default=(40, 80), help="of a query and of a passage, at most")
    parser.add_argument("--bf16", action="store_true")
    asked = parser.parse_args()
    pairs = PairDataset(load_parallel(asked.data), labels=True)
    sampler = LanguageBatchSampler(pairs, CrossLingual(), batch_size=asked.pairs, seed=0)
    batches = [[pairs[place] for place in batch] for batch in islice(sampler, asked.steps + 1)]
    texts = [row[role] for batch in batches for row in batch for role in ("query", "passage")]
    for trimmed in (False, True):
        model = load_encoder(asked.encoder)
        if trimmed:
            trim_vocabulary(model, texts)
        plain, ours = copy.deepcopy(model), model
        sides = {"plain": step(plain, _plain(plain), asked), "isoglot": step(ours, _ours(ours, len(pairs)), asked)}
        print(f"{'trimmed' if trimmed else 'whole'} vocabulary: {compared(sides, batches)}")
    print(machine("torch", "sentence-transformers"))


def compared(sides: dict[str, Step], batches: Sequence[list[dict[str, Any]]]) -> str:
    """Seconds of a step, median, and their ratio batch by batch; the first batch warms up."""
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    apart = 0.0
    for number, batch in enumerate(batches):
        found = {name: run(batch) for name, run in (list(sides.items()) if number % 2 else list(sides.items())[::-1])}
        apart = max(apart, abs(found["plain"][0] - found["isoglot"][0]))
        for name, (_, took) in found.items() if number else ():
            seconds[name].append(took)
    ratios = np.array(seconds["plain"]) / np.array(seconds["isoglot"])
    low, middle, high = np.quantile(ratios, [0.25, 0.5, 0.75])
    times = ", ".join(f"{name} {np.median(values):.2f} s" for name, values in seconds.items())
    return (
        f"{times}; plain takes {middle:.2f} times isoglot's [{low:.2f}, {high:.2f}]; losses at most {apart:.1e} apart"
    )


def step(model: SentenceTransformer, loss: torch.nn.Module, asked: argparse.Namespace) -> Step:
    """(Rows of a batch) -> (loss, seconds): tokens, forward, backward, AdamW."""
    query, passage = asked.tokens
    prompts = {"query": model.prompts["query"], "passage": model.prompts["document"]}
    collate = PairCollator(model=model, prompts=prompts, limits={"query": query, "passage": passage})
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.0, fused=True)  # so that both sides stay as they were
    model.eval()  # no dropout, so that losses can be compared

    def run(rows: list[dict[str, Any]]) -> tuple[float, float]:
        began = time.perf_counter()
        batch = collate(rows)
        columns = [_column(batch, name) for name in prompts]
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=asked.bf16):
            value: Tensor = loss(columns, batch["label"] if isinstance(loss, TermsLoss) else None)
        value.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        optimizer.zero_grad()
        return float(value.detach()), time.perf_counter() - began

    return run


def _column(batch: dict[str, Any], name: str) -> dict[str, Any]:
    return {key.removeprefix(f"{name}_"): value for key, value in batch.items() if key.startswith(f"{name}_")}


def _plain(model: SentenceTransformer) -> torch.nn.Module:
    loss: torch.nn.Module = MultipleNegativesRankingLoss(model, scale=1 / TEMPERATURE)
    return loss


def _ours(model: SentenceTransformer, items: int) -> TermsLoss:
    own = np.arange(items)
    return TermsLoss(
        model,
        sources=[SourceTerms(name="train", weights={"infonce": 1.0})],
        facts=ItemFacts(source=np.zeros(items, dtype=np.int64), answers=np.stack([own, own], axis=1)),
        temperature=TEMPERATURE,
        teacher=None,
        processes=1,
    )


if __name__ == "__main__":
    main()
