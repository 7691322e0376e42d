"""Train the peer: sentence-transformers' MultipleNegativesRankingLoss with its default sampler, on a recipe's data.

    python benchmarks/plain.py docs/results/multilingual/plain.toml --output runs/peer

The pairs are those of one language that the data has, all languages together in random order: what a concatenated
multilingual set gives whoever takes no thought of batches. Encoder, steps, batch size, learning rate, temperature,
precision and what is frozen are the configuration's. Needs the data sets (ISOGLOT_MIRROR, or a network).
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from datasets import Dataset
from machine import machine
from sentence_transformers import SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

from isoglot.data.parallel import ParallelDataset
from isoglot.training.config import TrainConfig
from isoglot.training.data import training_data
from isoglot.training.leaks import audited_data
from isoglot.training.model import trainable_encoder


def main() -> None:
    """Train, and save a sentence-transformers folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    asked = parser.parse_args()
    config = TrainConfig.read(asked.config, [])
    items = audited_data(config.leaks, training_data(config)).data.items
    optimization = config.optimization
    model = trainable_encoder(config.encoder)
    model.max_seq_length = config.encoder.passage_tokens
    trainer = SentenceTransformerTrainer(
        model=model,
        args=SentenceTransformerTrainingArguments(
            output_dir=f"{asked.output}.steps",
            max_steps=optimization.steps,
            per_device_train_batch_size=config.batch.size,
            learning_rate=optimization.learning_rate,
            weight_decay=optimization.weight_decay,
            warmup_steps=optimization.warmup_steps,
            bf16=optimization.precision == "bf16",
            use_cpu=not torch.cuda.is_available(),
            prompts={"query": model.prompts["query"], "passage": model.prompts["document"]},
            seed=config.seed,
            save_strategy="no",
            logging_steps=20,
            report_to=[],
        ),
        train_dataset=pairs_of_one_language(items, optimization.steps * config.batch.size, seed=config.seed),
        loss=MultipleNegativesRankingLoss(model, scale=1 / optimization.temperature),
    )
    trainer.train()
    model.save_pretrained(str(asked.output), create_model_card=False)
    print(f"{asked.output} {machine('torch', 'sentence-transformers')}")


def pairs_of_one_language(items: ParallelDataset, count: int, *, seed: int) -> Dataset:
    """So many of all pairs, drawn without replacement: as many as the run sees."""
    there = np.argwhere(items.has_query & items.has_passage)
    chosen = there[np.random.default_rng(seed).permutation(len(there))[:count]]
    texts: dict[str, list[str]] = {"query": [""] * len(chosen), "passage": [""] * len(chosen)}
    for column, language in enumerate(items.languages):
        places = np.flatnonzero(chosen[:, 1] == column)
        for role in ("query", "passage"):
            for place, text in zip(places, items.column(role, language, chosen[places, 0]).to_pylist(), strict=True):
                texts[role][place] = text
    return Dataset.from_dict(texts)


if __name__ == "__main__":
    main()
