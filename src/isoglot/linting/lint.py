"""``lint``: what a configuration would do, by the parts that training is made of, without training."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from sentence_transformers import SentenceTransformer

from isoglot.arguments import Count, checked
from isoglot.arrays import Ints
from isoglot.batching.pairs import PairDataset
from isoglot.batching.plan import BatchPlan, draw_plan
from isoglot.batching.policies.policy import Policy
from isoglot.batching.sampler import LanguageBatchSampler
from isoglot.batching.sources import BatchSource
from isoglot.data.given import AnyParallel, all_given, given_parallel
from isoglot.data.parallel import ParallelDataset
from isoglot.encoder.vocabulary import restore_vocabulary, trim_vocabulary
from isoglot.errors import ConfigError, DataError, EncoderError, FetchError
from isoglot.linting.exposure import exposure, exposure_findings
from isoglot.linting.falsenegatives import false_negative_findings, false_negatives
from isoglot.linting.findings import LintFinding, by_severity
from isoglot.linting.items import Batches, batch_findings, unused_findings
from isoglot.linting.queries import number_findings, query_codes, query_findings
from isoglot.linting.report import Drawn, LintReport
from isoglot.linting.shortcut import shortcut, shortcut_findings
from isoglot.linting.texts import emptiness, sample_texts, text_findings
from isoglot.linting.tokens import TokenStatistics, limits, token_findings, tokens
from isoglot.roles import Role
from isoglot.training.config import EncoderConfig, TrainConfig
from isoglot.training.data import training_data, validation_pairs
from isoglot.training.leaks import AuditedData, audited_data
from isoglot.training.model import check_trainable, trainable_encoder

_Made = TypeVar("_Made")


@checked
def lint(
    config: TrainConfig | str | Path | Mapping[str, Any],
    data: AnyParallel | Sequence[AnyParallel] | None = None,
    *,
    processes: Count = 1,
) -> LintReport:
    """Predict what training would do.

    Example::

        >>> isoglot.lint("config.toml").fails
        False

    The data is what training would have, leaks dropped; the batches are those that it would draw, with its seed; texts
    are tokenised with its encoder, prompts and limits. What would stop training is an error among the findings.

    Args:
        config: of the training run, or the TOML file that it is in (docs/training.md).
        data: training data in the place of its ``data.train``, by object or by name.
        processes: how many will train together.

    Raises:
        DataError, FetchError: there is no data to speak of.
        ConfigError: processes below 1.
        EncoderError: the encoder is of a kind that cannot be trained.
    """
    given = None if data is None else [given_parallel(one) for one in all_given(data)]
    config = TrainConfig.of(config) if data is None else _with_data(TrainConfig.of(config), all_given(data))
    check_trainable(config.encoder)
    run = _Run(config, processes=processes, train=given)
    audited = run.audit()
    run.check_validation(audited.data.validation)
    pairs = run.pairs(audited.data.items)
    found, counts = run.drawn(pairs, audited.data.drawn(config)), run.tokens(audited.data.items)
    return LintReport(
        config=config,
        findings=by_severity(run.findings),
        data=audited.data.items,
        drawn=found,
        tokens=counts,
        leaks=audited.certificate,
    )


def _with_data(config: TrainConfig, data: Sequence[AnyParallel]) -> TrainConfig:
    """The configuration with these as its ``data.train``; what is loaded already is called by its number."""
    names = [f"data {n}" if isinstance(one, ParallelDataset) else one for n, one in enumerate(data, start=1)]
    content = config.model_dump(mode="json", exclude_unset=True)
    content["data"] = {**content["data"], "train": [str(one) if isinstance(one, Path) else one for one in names]}
    return TrainConfig.parse(content, where="lint")


class _Run:
    """A run's parts, tried one after the other; what stops one is a finding, and the others are still tried."""

    def __init__(self, config: TrainConfig, *, processes: int, train: Sequence[ParallelDataset] | None) -> None:
        self.config, self.processes, self.train = config, processes, train
        self.findings: list[LintFinding] = list(_output_findings(config))

    def audit(self) -> AuditedData:
        """The data that is trained on, and findings of its leaks."""
        data = training_data(self.config, train=self.train)
        audited = self._try(lambda: audited_data(self.config.leaks, data), "leaks", "leaks.against")
        if audited is None:
            return AuditedData(data=data, certificate=None, dropped=0)
        self.findings += _leak_findings(self.config, audited)
        return audited

    def check_validation(self, held_out: ParallelDataset | None) -> None:
        """Draw the validation pairs, which training refuses to do from too few items."""
        if held_out is None:
            return
        size, limit = self.config.batch.size, self.config.data.validation_pairs
        drawn = self._try(
            lambda: validation_pairs(held_out, batch_size=size, limit=limit), "validation", "data.validation"
        )
        if drawn is not None and len(drawn[0]) < self.processes * drawn[1]:
            self.findings.append(_few_validation_pairs(len(drawn[0]), drawn[1], self.processes))

    def pairs(self, items: ParallelDataset) -> PairDataset:
        """With explicit negatives where the data has as many as are asked for."""
        negatives = self.config.batch.negatives
        made = self._try(lambda: PairDataset(items, negatives=negatives), "negatives", "batch.negatives", value=0)
        return PairDataset(items) if made is None else made

    def drawn(self, pairs: PairDataset, policy: Policy | Sequence[BatchSource]) -> Drawn | None:
        """The batches, and findings of them; None where the sampler refuses."""
        size = self.config.batch.size
        codes = query_codes(pairs.parallel)
        sources = [each.items for each in policy] if isinstance(policy, Sequence) else [np.arange(len(pairs.parallel))]
        self.findings += query_findings(pairs.parallel, codes, sources)
        self.findings += number_findings(pairs.parallel)
        self.findings += unused_findings(pairs, policy)
        refused = list(batch_findings(pairs, Batches(policy=policy, size=size, processes=self.processes)))
        self.findings += refused
        if any(finding.severity == "error" for finding in refused):
            return None
        sampler = self._try(
            lambda: LanguageBatchSampler(
                pairs, policy, batch_size=size, seed=self.config.seed, processes=self.processes
            ),
            "batches",
            "batch",
        )
        return None if sampler is None else self._plan(sampler, codes.form)

    def tokens(self, items: ParallelDataset) -> dict[tuple[Role, str], TokenStatistics]:
        """Token counts, and findings of them and of the texts; empty where the encoder cannot be trained."""
        sample = sample_texts(items)
        self.findings += text_findings(emptiness(sample))
        model = self._try(lambda: _encoder(self.config.encoder), "encoder", "encoder")
        if model is None:
            return {}
        limit = limits(self.config.encoder, model)
        found = tokens(model, sample, limit)
        self.findings += token_findings(found, limit, most=model.max_seq_length or math.inf, items=len(items))
        return found

    def _plan(self, sampler: LanguageBatchSampler, forms: Ints) -> Drawn:
        """Draw the batches and look at them."""
        plan = draw_plan(sampler, steps=self.config.optimization.steps)
        seen, matched, wrong = exposure(plan), shortcut(plan), false_negatives(plan, forms)
        self.findings += shortcut_findings(matched, plan)
        self.findings += exposure_findings(seen, plan)
        self.findings += false_negative_findings(wrong, plan, repeats=self.config.data.max_query_repeats)
        self.findings += _length_findings(plan)
        return Drawn(
            batches=len(plan.batches), epoch=plan.epoch, exposure=seen, shortcut=matched, false_negatives=wrong
        )

    def _try(self, make: Callable[[], _Made], subject: str, key: str, *, value: Any = None) -> _Made | None:
        """What is made; None, and an error among the findings, where training would stop."""
        try:
            return make()
        except (ConfigError, DataError, EncoderError, FetchError) as error:
            message = str(error) if key in str(error) else f"key {key!r}: {error}"
            self.findings.append(LintFinding(severity="error", subject=subject, key=key, value=value, message=message))
            return None


def _encoder(config: EncoderConfig) -> SentenceTransformer:
    """As training has it; raises what training would, also where the vocabulary is to be trimmed and cannot be."""
    model = trainable_encoder(config)
    if config.trim_vocabulary:
        restore_vocabulary(model, trim_vocabulary(model, ()))
    return model


def _few_validation_pairs(pairs: int, size: int, processes: int) -> LintFinding:
    return LintFinding(
        severity="error",
        subject="validation",
        key="data.validation_pairs",
        value=processes * size,
        message=(
            f"{pairs} validation pairs in batches of {size} leave some of {processes} processes without one: raise "
            f"data.validation, and data.validation_pairs to {processes * size} at least."
        ),
    )


def _output_findings(config: TrainConfig) -> Iterator[LintFinding]:
    if config.output.exists():
        yield LintFinding(
            severity="error",
            subject="output",
            key="output",
            message=f"output {str(config.output)!r} exists already, so training would refuse: set output to another.",
        )


def _leak_findings(config: TrainConfig, audited: AuditedData) -> Iterator[LintFinding]:
    """What leaks and stays, and what was dropped."""
    if audited.certificate is None:
        if not config.leaks.against:
            yield LintFinding(
                severity="note",
                subject="leaks",
                key="leaks.against",
                message="no test collection is named, so no leaks were sought: set leaks.against to what you test on.",
            )
        return
    names = ", ".join(collection["name"] for collection in audited.certificate["collections"])
    sources = audited.certificate["training"]
    items, direct, leaking = (sum(source[key] for source in sources) for key in ("items", "direct", "leaking"))
    if not audited.certificate["clean"]:
        yield LintFinding(
            severity="warning",
            subject="leaks",
            key="leaks.drop",
            value=True,
            message=(
                f"{direct:,} of {items:,} items leak into {names}, {leaking:,} with their groups, so that the model is "
                "not zero-shot there: set leaks.drop = true."
            ),
        )
    elif audited.dropped:
        yield LintFinding(
            severity="note",
            subject="leaks",
            message=f"{audited.dropped:,} items of groups that leak into {names} are dropped, which leaves {items:,}.",
        )
    else:
        yield LintFinding(severity="note", subject="leaks", message=f"none of {items:,} items leaks into {names}.")


def _length_findings(plan: BatchPlan) -> Iterator[LintFinding]:
    """How long the run is in epochs, and whether its batches were all drawn here."""
    if plan.steps < plan.epoch:
        yield LintFinding(
            severity="note",
            subject="length",
            key="optimization.steps",
            value=plan.epoch,
            message=(
                f"{plan.steps:,} steps are {plan.steps / plan.epoch:.0%} of an epoch, so some items are never seen: an "
                f"epoch takes optimization.steps = {plan.epoch}."
            ),
        )
    if not plan.whole:
        yield LintFinding(
            severity="note",
            subject="drawn",
            message=f"the first {len(plan.batches):,} of {plan.steps:,} batches were drawn, and stand for the rest.",
        )
