"""Training: a thin layer on sentence-transformers' trainer."""

import json
import os
import platform
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from torch import nn
from torch.utils.data import BatchSampler, SequentialSampler
from transformers import EarlyStoppingCallback, PrinterCallback, TrainerState
from transformers.trainer import TRAINER_STATE_NAME

from isoglot.arguments import checked
from isoglot.batching.pairs import LABEL, PairDataset
from isoglot.batching.plan import run_batches
from isoglot.batching.sampler import LanguageBatchSampler, batch_sampler, process_count
from isoglot.data.parallel import ParallelDataset
from isoglot.encoder.fingerprint import weights_fingerprint
from isoglot.encoder.load import quiet_transformers
from isoglot.encoder.vocabulary import restore_vocabulary, trim_vocabulary
from isoglot.errors import ConfigError
from isoglot.files import write_json
from isoglot.parts import remove_folder
from isoglot.progress import doing
from isoglot.training.alpha import choose_alpha
from isoglot.training.checkpoints import ALPHA, LOG, Workplace
from isoglot.training.collator import PairCollator
from isoglot.training.config import OptimizationConfig, TrainConfig
from isoglot.training.data import TrainingData, training_data, validation_pairs
from isoglot.training.leaks import Say, audited_data
from isoglot.training.loss import NotFinite, TermsLoss
from isoglot.training.model import check_trainable, frozen_prefix, kept_prefix, trainable_encoder
from isoglot.training.objective import english_line, make_loss, run_sampler
from isoglot.training.processes import LauncherStop
from isoglot.training.progress import Report, TrainingLog
from isoglot.training.provenance import known_leaks, provenance
from isoglot.training.resuming import Sealing
from isoglot.training.trained import Trained
from isoglot.versions import versions
from isoglot.wording import amounts, counted


@checked
def train(
    config: TrainConfig | str | Path | Mapping[str, Any],
    *,
    resume: bool = False,
    report: Report | None = None,
    say: Say | None = None,
) -> Trained:
    """Train an encoder and save it as a sentence-transformers folder.

    Example::

        >>> trained = isoglot.train("config.toml")
        >>> trained.folder.name
        'hybrid'

    The loss is InfoNCE over in-batch (and explicit) negatives on cosines divided by a temperature (arXiv
    2408.10536, eq. 1), or what the configuration weighs beside it (:mod:`isoglot.training.terms`). The folder at
    ``config.output`` appears only once the run is finished; until then checkpoints and a log are in
    ``OUTPUT.partial``.

    Args:
        config: everything that decides the result, or the TOML file that it is in (docs/training.md).
        resume: continue an unfinished run of the same configuration from its last checkpoint; the result is the
            one that an uninterrupted run gives.
        report: called with every log entry (see :class:`TrainingLog`).
        say: told in a line, before training, what of the data leaks into ``config.leaks.against``, and which
            checkpoints are not whole, so that an earlier one is taken.

    Raises:
        ConfigError, DataError, FetchError, EncoderError: what cannot work, before any training is done.
        TrainingInterrupted: on Ctrl-C, or when another process of the run ends.
        StorageError: the disk is full. What the last checkpoint holds is kept.
    """
    config = TrainConfig.of(config)
    check_trainable(config.encoder)
    with LauncherStop() as stop, Workplace(config, resume=resume) as place:
        try:
            return _train(config, place, resume=resume, report=report, say=say)
        finally:
            stop.over = True


def _train(config: TrainConfig, place: Workplace, *, resume: bool, report: Report | None, say: Say | None) -> Trained:
    say = say if place.leads else None
    alpha: dict[str, Any] | None = None
    asked = config
    if config.batch.alpha == "auto":
        alpha = _alpha(config, place, say)
        config = config.model_copy(update={"batch": config.batch.model_copy(update={"alpha": alpha["chosen"]})})
    read = training_data(config)
    if say is not None:
        _say_left_out(read, say)
        if tests := known_leaks(config):
            say(f"not to be scored on: {tests}.")
    audited = audited_data(config.leaks, read, say=say)
    data = audited.data
    torch.manual_seed(config.seed)
    model = trainable_encoder(config.encoder)
    start = weights_fingerprint(model)
    pairs = PairDataset(data.items, negatives=config.batch.negatives, labels=True)
    sampler = run_sampler(config, data, pairs)
    if say is not None:
        _say_thinned(sampler, say)
    prefix, trimmed = frozen_prefix(model, config.encoder), None
    if config.encoder.trim_vocabulary:
        with doing("trimming the vocabulary to the texts of the run"):
            trimmed = trim_vocabulary(model, _texts(config, data, sampler))
    loss = make_loss(config, model, sampler, start=start)
    if say is not None and loss.teacher is not None:
        say(english_line(config, data))
    trainer = _trainer(config, model, sampler, loss, data.validation, place, report)
    checkpoint = place.checkpoint(say) if resume else None
    began = time.monotonic()
    budget = config.encoder.prefix_budget // 2  # the other half is for the texts of tests, which more runs share
    with quiet_transformers(), kept_prefix(prefix, budget=budget, ids=None if trimmed is None else trimmed.kept):
        _fit(trainer, checkpoint)
    if trimmed is not None:
        restore_vocabulary(model, trimmed)
    record = {
        "config": asked.model_dump(mode="json"),
        **({} if alpha is None else {"alpha": alpha}),
        "encoder_before": start,
        "encoder_after": weights_fingerprint(model),
        "train": _describe(data.items),
        **({"sources": {name: _describe(part) for name, part in data.parts.items()}} if config.data.sources else {}),
        "validation": None if data.validation is None else _describe(data.validation),
        "provenance": provenance(config),
        "leaks": audited.record,
        "best_validation_loss": trainer.state.best_metric,
        "steps": trainer.state.global_step,
        "seconds": round(time.monotonic() - began, 1),
        "machine": {"cpu": platform.machine(), "cores": os.cpu_count(), "device": str(model.device)},
        "versions": versions(),
    }
    if torch.distributed.is_initialized():
        torch.distributed.barrier()  # the others may still be reading the best checkpoint
    with quiet_transformers():
        place.finish(model, record, leaks=audited.certificate)
    return Trained(config.output, record)


def _alpha(config: TrainConfig, place: Workplace, say: Say | None) -> dict[str, Any]:
    """How short trainings chose the share of monolingual batches; what an interrupted run had chosen stays chosen."""
    folder = place.folder / ALPHA
    kept = folder / "choice.json"
    if process_count() > 1:
        raise ConfigError(
            "key 'batch.alpha': 'auto' is chosen by one process: run it with one, and set the alpha that it says."
        )
    if not kept.is_file():
        start = trainable_encoder(config.encoder)
        folder.mkdir(exist_ok=True)
        write_json(choose_alpha(config, folder, train=train, start=start), kept)
    for proxy in folder.glob("*/"):
        remove_folder(proxy)
    record: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    if say is not None:
        how = "" if record["by_criterion"] else ", for no share gained in the pool without a loss in one language"
        say(f"alpha = {record['chosen']:g}{how}.")
    return record


def _fit(trainer: SentenceTransformerTrainer, checkpoint: Path | None) -> None:
    """Train; or, where a run broke off after its last step, take up what it had chosen."""
    state = TrainerState.load_from_json(str(checkpoint / TRAINER_STATE_NAME)) if checkpoint else None
    if (
        checkpoint is None
        or state is None
        or not state.stateful_callbacks["TrainerControl"]["args"]["should_training_stop"]
    ):
        try:
            trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))
        except NotFinite as error:
            step = trainer.state.global_step
            when = f"at step {step + 1}" if trainer.model.training else f"in validation after step {step}"
            raise error.at(when) from None
        return
    trainer.state = state
    chosen = checkpoint.parent / Path(state.best_model_checkpoint).name if state.best_model_checkpoint else checkpoint
    trainer._load_from_checkpoint(str(chosen))


class _Trainer(SentenceTransformerTrainer):  # type: ignore[misc]
    """Draws training batches by the policy and takes validation pairs in the order they were drawn in."""

    def add_model_card_callback(self, default_args_dict: dict[str, Any]) -> None:
        """None: it would copy texts of the training data into a card, and isoglot.json has the facts."""

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        """A checkpoint, which is to go on from: without a model card, which takes longer than a small model."""
        self.model.save_pretrained(output_dir or self.args.output_dir, create_model_card=False)

    def get_batch_sampler(self, dataset: Dataset, batch_size: int, drop_last: bool, **options: Any) -> BatchSampler:
        if isinstance(dataset, PairDataset):
            drawn: BatchSampler = super().get_batch_sampler(dataset, batch_size, drop_last, **options)
            return drawn
        # Every batch is whole. With several processes the trainer asks to drop what not all of them get one of; kept,
        # the first batches fill up the last step and are not counted again.
        return BatchSampler(SequentialSampler(dataset), batch_size, drop_last=False)

    def _get_grad_norm(self, model: nn.Module, grad_norm: Any = None) -> Any:
        """None of sparse gradients: neither clipping nor this one, which is for the log, can take them."""
        return super()._get_grad_norm(model, grad_norm=grad_norm) if self.args.max_grad_norm else None


def _trainer(
    config: TrainConfig,
    model: SentenceTransformer,
    sampler: LanguageBatchSampler,
    loss: TermsLoss,
    held_out: ParallelDataset | None,
    place: Workplace,
    report: Report | None,
) -> SentenceTransformerTrainer:
    validation, validation_size = None, config.batch.size
    if held_out is not None:
        validation, validation_size = validation_pairs(
            held_out, batch_size=config.batch.size, limit=config.data.validation_pairs
        )
    arguments = _arguments(config, place.folder, validate=held_out is not None, validation_size=validation_size)
    arguments.batch_sampler = batch_sampler([source.source for source in sampler.sources])
    if isinstance(model[0], StaticEmbedding):
        arguments.max_grad_norm = 0.0  # its gradients are sparse
    pairs = config.batch.size * max(1, arguments.world_size)
    log = TrainingLog(place.folder / LOG, pairs_per_step=pairs, terms=loss.seen, report=report)
    callbacks: list[Any] = [log, Sealing()]
    if config.optimization.patience:
        callbacks.append(EarlyStoppingCallback(config.optimization.patience))
    trainer = _Trainer(
        model=model,
        args=arguments,
        train_dataset=sampler.pairs,
        eval_dataset=validation,
        loss=loss,
        data_collator=_collator(config, model, [name for name in sampler.pairs.column_names if name != LABEL]),
        callbacks=callbacks,
        optimizers=(_sparse_adam(config.optimization, model), None),
    )
    trainer.remove_callback(PrinterCallback)  # TrainingLog reports
    return trainer


def _arguments(
    config: TrainConfig, folder: Path, *, validate: bool, validation_size: int
) -> SentenceTransformerTrainingArguments:
    optimization = config.optimization
    return SentenceTransformerTrainingArguments(
        output_dir=str(folder),
        max_steps=optimization.steps,
        per_device_train_batch_size=config.batch.size,
        per_device_eval_batch_size=validation_size,
        learning_rate=optimization.learning_rate,
        weight_decay=optimization.weight_decay,
        warmup_steps=optimization.warmup_steps,
        lr_scheduler_type="linear",
        optim="adamw_torch_fused",  # several times as fast on a CPU
        seed=config.seed,
        bf16=_bf16(optimization),
        use_cpu=not torch.accelerator.is_available(),
        logging_steps=optimization.log_every,
        logging_nan_inf_filter=False,  # TrainingLog stops a run whose loss is no number
        eval_strategy="steps" if validate else "no",
        eval_steps=optimization.check_every,
        save_strategy="steps",
        save_steps=optimization.check_every,
        save_total_limit=None,  # Sealing removes older ones
        load_best_model_at_end=validate,
        metric_for_best_model="eval_loss" if validate else None,
        greater_is_better=False if validate else None,
        restore_callback_states_from_checkpoint=True,  # how long early stopping has waited already
        dataloader_pin_memory=torch.cuda.is_available(),
        disable_tqdm=True,
        report_to=[],
    )


def _bf16(optimization: OptimizationConfig) -> bool:
    if optimization.precision == "auto":
        return torch.cuda.is_available() and torch.cuda.is_bf16_supported()
    return optimization.precision == "bf16"


def _sparse_adam(optimization: OptimizationConfig, model: SentenceTransformer) -> torch.optim.SparseAdam | None:
    """For static encoders, Adam on the rows of a batch's pieces only; None leaves AdamW to the trainer.

    A batch holds one piece in a hundred, and AdamW would go over all of them at every step.
    """
    if not isinstance(model[0], StaticEmbedding):
        return None
    if optimization.weight_decay:
        raise ConfigError("static encoders are trained without weight decay: set optimization.weight_decay = 0.")
    model[0].embedding.sparse = True
    return torch.optim.SparseAdam(model.parameters(), lr=optimization.learning_rate)


def _collator(config: TrainConfig, model: SentenceTransformer, columns: list[str]) -> PairCollator:
    encoder = config.encoder
    query, passage = model.prompts.get("query", ""), model.prompts.get("document", "")
    return PairCollator(
        model=model,
        prompts={column: query if column == "query" else passage for column in columns},
        limits={column: encoder.query_tokens if column == "query" else encoder.passage_tokens for column in columns},
    )


def _texts(config: TrainConfig, data: TrainingData, sampler: LanguageBatchSampler) -> Iterator[str]:
    """Every text that the run reads, and those beside them: of the items that it draws, and for validation."""
    drawn = np.zeros(len(data.items), dtype=bool)
    for batch in run_batches(sampler, steps=config.optimization.steps):
        drawn[batch.items] = True
    yield from data.items.select(drawn).texts()
    if data.validation is not None:
        yield from data.validation.texts()


def _say_left_out(data: TrainingData, say: Say) -> None:
    for name, part in data.parts.items():
        if part.left_out:
            what = "training data" if len(data.parts) == 1 else name
            say(f"{what}: left out {amounts(part.left_out)}.")


def _say_thinned(sampler: LanguageBatchSampler, say: Say) -> None:
    if groups := sampler.thinned:
        largest = max(groups, key=lambda group: len(group.items))
        say(
            f"{counted(len(groups), 'group')} with more items than an epoch has batches: of {largest.group!r} "
            f"{largest.kept:,} of {len(largest.items):,} items are drawn in each epoch, others in the next."
        )


def _describe(data: ParallelDataset) -> dict[str, Any]:
    pairs = (data.has_query & data.has_passage).sum(axis=0)
    return {
        "fingerprint": data.fingerprint,
        "items": len(data),
        "groups": len(set(data.groups.tolist())),
        "pairs_by_language": dict(zip(data.languages, pairs.tolist(), strict=True)),
    }
