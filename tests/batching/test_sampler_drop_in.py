"""The batches in a user's own sentence-transformers trainer: two arguments, everything else as it comes."""

from pathlib import Path
from typing import Any

import pytest
import torch
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

from helpers.random_parallel import LANGUAGES, build, complete, row
from isoglot.batching.pairs import PairDataset
from isoglot.batching.policies.hybrid import Hybrid
from isoglot.batching.sampler import LanguageBatchSampler, batch_sampler
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import ConfigError

Rows = list[dict[str, str]]


class Look:
    """A collator that keeps what it was given."""

    def __init__(self, collate: Any) -> None:
        self.collate, self.batches = collate, list[Rows]()

    def __call__(self, rows: Rows) -> Any:
        self.batches.append(rows)
        return self.collate(rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.collate, name)


def users_trainer(encoder: Path, output: Path, pairs: PairDataset, **options: Any) -> SentenceTransformerTrainer:
    model = SentenceTransformer(str(encoder), device="cpu")
    arguments = SentenceTransformerTrainingArguments(
        str(output), batch_sampler=batch_sampler(Hybrid(0.5)), use_cpu=True, disable_tqdm=True, **options
    )
    loss = MultipleNegativesRankingLoss(model)
    return SentenceTransformerTrainer(model=model, args=arguments, train_dataset=pairs, loss=loss)


def train_four_steps(trainer: SentenceTransformerTrainer) -> None:
    before = {name: weight.clone() for name, weight in trainer.model.state_dict().items()}
    trainer.train()
    assert trainer.state.global_step == 4
    after = trainer.model.state_dict()
    assert any(not torch.equal(before[name], weight) for name, weight in after.items())


def incomplete() -> ParallelDataset:
    """60 items, most of which lack the first language; the first has no language with both texts."""
    has = [LANGUAGES[n % 3 :] for n in range(1, 60)]
    rows = [row(n, query=some, passage=some) for n, some in enumerate(has, start=1)]
    return build([row(0, query=["de"], passage=["es"]), *rows])


@pytest.mark.parametrize("negatives", [0, 2])
def test_a_users_trainer_trains_on_the_policys_batches_and_writes_its_card(
    tiny_encoder: Path, tmp_path: Path, negatives: int
) -> None:
    pairs = PairDataset(incomplete(), negatives=negatives)
    trainer = users_trainer(tiny_encoder, tmp_path, pairs, max_steps=4)
    trainer.data_collator = look = Look(trainer.data_collator)
    train_four_steps(trainer)
    expected = list(LanguageBatchSampler(pairs, Hybrid(0.5), batch_size=8, seed=trainer.args.seed))
    assert look.batches[:4] == [pairs.__getitems__(batch) for batch in expected[:4]]

    trainer.save_model(str(tmp_path / "model"))
    card = (tmp_path / "model" / "README.md").read_text(encoding="utf-8")
    assert "* Size: 60 training samples" in card
    assert all(f"<code>{name}</code>" in card for name in pairs.column_names)
    assert all(f"<code>{text}</code>" in card for text in ("q 0 de", "p 0 es", "q 2 en"))
    assert "None" not in card.split("### Training Dataset")[1].split("* Loss:")[0]
    widgets = trainer.model.model_card_data.widget
    shown = [text for one in widgets for text in (one["source_sentence"], *one["sentences"])]
    assert len(shown) >= 20
    assert all(text[0] in "qpn" and text.split()[-1] in LANGUAGES for text in shown)


def test_a_worker_process_reads_the_pairs(tiny_encoder: Path, tmp_path: Path) -> None:
    pairs = PairDataset(complete(40), negatives=1)
    train_four_steps(users_trainer(tiny_encoder, tmp_path, pairs, max_steps=4, dataloader_num_workers=1))


def test_a_resumed_run_goes_on_with_the_batches_of_its_epoch(tiny_encoder: Path, tmp_path: Path) -> None:
    pairs = PairDataset(complete(24))
    batches = []
    for checkpoint in (None, str(tmp_path / "checkpoint-5")):  # the middle of the second of three epochs
        trainer = users_trainer(tiny_encoder, tmp_path, pairs, num_train_epochs=3, save_steps=5)
        trainer.data_collator = look = Look(trainer.data_collator)
        trainer.train(resume_from_checkpoint=checkpoint)
        batches.append(look.batches)
    whole, rest = batches
    assert len(whole) == 9
    assert whole[:3] != whole[3:6] != whole[6:]
    assert rest == whole[5:]


def test_a_plain_data_set_to_evaluate_on_is_refused(tiny_encoder: Path, tmp_path: Path) -> None:
    trainer = users_trainer(tiny_encoder, tmp_path, PairDataset(complete(24)))
    with pytest.raises(ConfigError, match=r"\(and an eval_dataset, if any\) made by isoglot.PairDataset"):
        trainer.evaluate(PairDataset(complete(24)).select(range(9)))
    assert trainer.evaluate(PairDataset(complete(16)))["eval_loss"] > 0
