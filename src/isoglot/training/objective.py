"""What a run is trained on, made from its configuration: the sampler, the teacher and the loss."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding

from isoglot.arrays import Bools
from isoglot.batching.pairs import PairDataset
from isoglot.batching.plan import run_batches
from isoglot.batching.sampler import LanguageBatchSampler
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import ConfigError
from isoglot.training.config import TrainConfig
from isoglot.training.data import TrainingData
from isoglot.training.loss import CachedTermsLoss, ItemFacts, SourceTerms, TermsLoss
from isoglot.training.teacher import ENGLISH, Teacher, Wanted, english_column, make_teacher
from isoglot.wording import listed


def run_sampler(config: TrainConfig, data: TrainingData, pairs: PairDataset) -> LanguageBatchSampler:
    """The sampler that draws a run's batches; the trainer makes another one like it.

    Raises:
        ConfigError: a source cannot fill the batches of its policy.
    """
    return LanguageBatchSampler(pairs, data.drawn(config), batch_size=config.batch.size, seed=config.seed)


def make_loss(
    config: TrainConfig, model: SentenceTransformer, sampler: LanguageBatchSampler, *, start: str
) -> TermsLoss:
    """The loss of a run, with the vectors of its teacher if a term asks for them.

    Args:
        config: of the run.
        model: as it is before the first step.
        sampler: of the run.
        start: fingerprint of the model before its vocabulary was trimmed.

    Raises:
        ConfigError: a term needs English texts, and a source has none; or GradCache is asked of a static encoder.
    """
    sources = [SourceTerms(name=name, weights=loss.weights) for name, loss in config.losses.items()]
    source = np.zeros(len(sampler.pairs), dtype=np.int64)
    if config.data.sources is not None:
        for number, drawn in enumerate(sampler.sources):
            source[drawn.source.items] = number
    options: dict[str, Any] = {
        "sources": sources,
        "facts": ItemFacts(source=source, answers=sampler.pairs.collisions),
        "temperature": config.optimization.temperature,
        "teacher": _teacher(config, model, sampler, start),
        "processes": sampler.processes,
    }
    chunk = config.optimization.mini_batch
    if chunk is None or chunk >= config.batch.size:
        return TermsLoss(model, **options)
    if isinstance(model[0], StaticEmbedding):  # its tokens lie end to end, and GradCache would cut through them
        raise ConfigError("optimization.mini_batch is not for static encoders, which need no memory: leave it out.")
    return CachedTermsLoss(model, mini_batch=chunk, **options)


def english_line(config: TrainConfig, data: TrainingData) -> str:
    """How many items of the sources that are taught by English have an English version."""
    parts = []
    for name, loss in config.losses.items():
        if _wanted(loss.weights).english:
            part = data.parts[name]
            parts.append(f"{int(_english(part).sum()):,} of {len(part):,} items of {name}")
    return f"English versions to learn from: {listed(parts)}." if parts else "the start encoder's own scores are kept."


def _teacher(
    config: TrainConfig, model: SentenceTransformer, sampler: LanguageBatchSampler, start: str
) -> Teacher | None:
    wanted = [_wanted(loss.weights) for loss in config.losses.values()]
    if not any(source.english or source.own for source in wanted):
        return None
    data = sampler.pairs.parallel
    if config.data.sources is None:
        wanted = wanted * len(sampler.sources)
    for source, wants in zip(sampler.sources, wanted, strict=True):
        if wants.english and not _english(data)[source.source.items].any():
            raise ConfigError(
                f"no item of {source.name} has an English version, from which anchor learns: add {ENGLISH!r} "
                "to its languages, or set the term to 0."
            )
    return make_teacher(
        model,
        data,
        run_batches(sampler, steps=config.optimization.steps),
        wanted,
        limits={"query": config.encoder.query_tokens, "passage": config.encoder.passage_tokens},
        start=start,
    )


def _wanted(weights: Mapping[str, float]) -> Wanted:
    return Wanted(english="anchor" in weights, own="retention" in weights)


def _english(data: ParallelDataset) -> Bools:
    """(items,) bool: which have an English query or passage."""
    column = english_column(data.languages)
    if column is None:
        return np.zeros(len(data), dtype=bool)
    there: Bools = data.has_query[:, column] | data.has_passage[:, column]
    return there
