"""The training configuration: one typed object, read from TOML, overridden by ``key=value``, saved beside the model."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from isoglot.arguments import EXPECTED
from isoglot.batching.policies.policy import Policy
from isoglot.batching.policies.registry import POLICIES, make_policy, settings_of
from isoglot.configuration import ConfigFile, ConfigPath, ConfigTable, DataName, DataSource, Seed
from isoglot.errors import ConfigError

Positive = Annotated[int, Field(gt=0)]
Weight = Annotated[float, Field(ge=0)]


def _is_none(value: object) -> bool:
    """What an older version did not know is not written down, so that its runs and studies go on."""
    return value is None


class EncoderConfig(ConfigTable):
    """What is trained, and how much of it."""

    name: str = Field(description="e5-small, a sentence-transformers folder, or a hub model id")
    query_prompt: str = Field("Query: ", description="prefix of queries where the encoder has none of its own")
    passage_prompt: str = Field("Passage: ", description="prefix of passages where the encoder has none of its own")
    query_tokens: Positive | None = Field(None, description="longest query in training, in tokens")
    passage_tokens: Positive | None = Field(None, description="longest passage in training, in tokens")
    freeze_embeddings: bool = Field(False, description="keep word, position and type embeddings as they are")
    freeze_layers: int = Field(0, ge=0, description="keep so many of the lowest layers as they are")
    trim_vocabulary: bool = Field(
        False,
        description="train with the vocabulary of the training texts; the saved model has the full one again",
    )
    prefix_cache_mib: Positive | None = Field(
        None,
        exclude_if=_is_none,
        description="keep what frozen embeddings and layers give for a text, in so many MiB of the cache at most",
    )

    @property
    def prefix_budget(self) -> int:
        """In bytes; 0 where nothing is kept."""
        return (self.prefix_cache_mib or 0) << 20


class LossConfig(ConfigTable):
    """The terms of a loss and their weights; a term of weight 0 is not computed (``isoglot.training.terms``)."""

    infonce: Weight = Field(1.0, description="the query finds its passage among the batch's passages")
    reverse: Weight = Field(0.0, description="the passage finds its query among the batch's queries")
    anchor: Weight = Field(0.0, description="each text towards the start encoder's vector of its English version")
    retention: Weight = Field(0.0, description="rows of scores of one-language batches towards the start encoder's own")

    @property
    def weights(self) -> dict[str, float]:
        """Term -> weight, of those that are computed."""
        weights: dict[str, float] = self.model_dump()
        return {term: weight for term, weight in weights.items() if weight}


class SourceConfig(ConfigTable):
    """Data that is drawn from together. A setting of its policy is a key of this table, too."""

    model_config = ConfigDict(extra="allow")

    paths: list[DataSource] = Field(min_length=1, description="as data.train; all of them are one source")
    name: str | None = Field(None, min_length=1, description="in the log and in messages; its number if left out")
    policy: str | None = Field(None, description="batch.policy if left out")
    weight: Annotated[float, Field(gt=0)] | None = Field(
        None, description="share of the steps beside the other sources' weights; by size if all leave it out"
    )
    languages: list[str] | None = Field(None, description="these only; all if left out")
    language_weights: dict[str, Annotated[float, Field(gt=0)]] = Field(
        default_factory=dict, description="how often a language is drawn beside the others; 1 where nothing is said"
    )
    passage: Literal["whole", "sentence"] = Field("whole", description="sentence: the one that holds the answer")
    labels: Literal["positive", "all"] = Field("positive", description="all: every row, as texts and not as pairs")
    loss: LossConfig | None = Field(None, description="[loss] if left out")


class DataConfig(ConfigTable):
    """What it is trained on."""

    train: list[DataSource] | None = Field(None, min_length=1, description="names of `isoglot data list`, files, ...")
    sources: list[SourceConfig] | None = Field(
        None, min_length=1, exclude_if=_is_none, description="instead of train, where sources differ in policy or loss"
    )
    languages: list[str] | None = Field(None, description="train on these only; all if left out")
    validation: DataSource | list[DataSource] | float | None = Field(
        None, description="a data set or several, or the share of the training groups to hold out"
    )
    validation_pairs: Positive = Field(512, description="at most so many validation pairs, the same at every check")
    max_query_repeats: Positive | None = Field(
        None, description="leave out items whose query, in some language, stands on more items than this"
    )
    max_items: Positive | None = Field(
        None, description="draw at most so many items, whole groups, the same whatever the seed of the run"
    )


class LeaksConfig(ConfigTable):
    """What the items must not hold for the model to be zero-shot on it."""

    against: list[DataName] = Field(default_factory=list, description="test collections to look for; none: no audit")
    drop: bool = Field(False, description="leave the groups that leak out of training and validation")


class BatchConfig(ConfigTable):
    """What a batch is. A setting of the policy other than ``alpha`` is a key of this table, too."""

    model_config = ConfigDict(extra="allow")

    policy: str = Field(
        "hybrid", description="; ".join(f"{name}: {policy.summary}" for name, policy in POLICIES.items())
    )
    alpha: float | Literal["auto"] = Field(
        0.5, description="hybrid: the share of monolingual batches; auto: chosen by short trainings, see [development]"
    )
    size: int = Field(100, ge=2, description="pairs a process")
    negatives: int = Field(0, ge=0, description="explicit negatives a pair, from the data")

    def build(self, source: SourceConfig | None = None, *, table: str = "batch") -> Policy:
        """The batch policy.

        Args:
            source: whose policy; the one of all that say none if left out.
            table: where the source stands in the configuration.

        Raises:
            ConfigError: a key that the policy does not take, or a value that it cannot use; begins with the key.
        """
        name = self.policy if source is None or source.policy is None else source.policy
        if name not in POLICIES:
            raise ConfigError(f"key '{table}.policy': must be {_known_policies()}, but is {name!r}.")
        taken = settings_of(POLICIES[name])
        said = self.model_extra if source is None else source.model_extra
        for key, value in (said or {}).items():
            if key not in taken:
                raise ConfigError(f"key '{table}.{key}': there is no such key (got {value!r}).")
        settings = {**self.settings, **(said or {})}
        return make_policy(name, {key: value for key, value in settings.items() if key in taken}, table=table)

    @property
    def settings(self) -> dict[str, Any]:
        """What is said to the policy; ``alpha`` is, whether it takes that or not. Until one is chosen it is .5."""
        return {"alpha": 0.5 if self.alpha == "auto" else self.alpha, **(self.model_extra or {})}

    @field_validator("policy")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in POLICIES:
            raise PydanticCustomError("policy", f"{EXPECTED}{_known_policies()}")
        return name


def _known_policies() -> str:
    *others, last = map(repr, POLICIES)
    return f"{', '.join(others)} or {last}"


class OptimizationConfig(ConfigTable):
    """How it is trained: AdamW with a linear schedule."""

    steps: Positive = Field(description="optimizer steps")
    learning_rate: float = Field(3e-5, gt=0)
    weight_decay: float = Field(1e-2, ge=0)
    warmup_steps: int = Field(0, ge=0)
    temperature: float = Field(0.05, gt=0, description="cosines are divided by it; e5 models were trained at .01")
    mini_batch: Positive | None = Field(
        None, description="pairs in memory at a time (GradCache) where that is fewer than a batch"
    )
    precision: Literal["auto", "fp32", "bf16"] = Field("auto", description="auto: bf16 on a GPU that has it")
    check_every: Positive = Field(50, description="steps between validation checks and checkpoints")
    log_every: Positive = 10
    patience: Positive | None = Field(None, description="stop after so many checks without a lower validation loss")


class DevelopmentConfig(ConfigTable):
    """What ``alpha = "auto"`` is chosen on, by :class:`isoglot.evaluation.guard.criterion.Criterion`."""

    gain: list[DataName] = Field(min_length=1, description="collections in several languages: the most multi is taken")
    keep: list[DataName] = Field(default_factory=list, description="collections on which mono is to be kept")
    margin: Weight = Field(0.01, description="the loss of mono that is accepted, in mAP")
    alphas: list[Annotated[float, Field(ge=0, le=1)]] = Field(
        [0.0, 0.25, 0.5, 0.75, 1.0], min_length=2, max_length=5, description="the shares that are tried"
    )
    steps: Annotated[int, Field(gt=0, le=100)] = Field(100, description="of each short training")


class TrainConfig(ConfigFile):
    """A whole training run.

    Example::

        >>> config = isoglot.TrainConfig.of("config.toml")
        >>> config.batch.policy
        'hybrid'
    """

    output: ConfigPath
    seed: Seed = 0
    encoder: EncoderConfig
    data: DataConfig
    leaks: LeaksConfig = Field(default_factory=lambda: LeaksConfig.model_validate({}))
    batch: BatchConfig = Field(default_factory=lambda: BatchConfig.model_validate({}))
    loss: LossConfig | None = Field(None, exclude_if=_is_none, description="InfoNCE alone if left out")
    optimization: OptimizationConfig
    development: DevelopmentConfig | None = Field(None, exclude_if=_is_none, description='for batch.alpha = "auto"')

    @property
    def losses(self) -> dict[str, LossConfig]:
        """Source -> its loss."""
        whole = self.loss or LossConfig.model_validate({})
        return {name: source.loss or whole for name, source in self.named_sources.items()}

    @property
    def named_sources(self) -> dict[str, SourceConfig]:
        """Name -> source; ``train`` alone for the short form."""
        if self.data.sources is None:
            return {"train": SourceConfig.model_validate({"paths": self.data.train})}
        return {source.name or f"source {number + 1}": source for number, source in enumerate(self.data.sources)}

    def _check(self, where: str) -> None:
        if (self.data.train is None) == (self.data.sources is None):
            how = "needs" if self.data.train is None else "takes only one of"
            raise ConfigError(f"{where}: key 'data': {how} data.train, or [[data.sources]].")
        try:
            self.batch.build()
            self._check_sources()
        except ConfigError as error:
            raise ConfigError(f"{where}: {error}") from error
        self._check_alpha(where)
        if self.encoder.prefix_cache_mib and not (self.encoder.freeze_embeddings and self.encoder.freeze_layers):
            raise ConfigError(
                f"{where}: key 'encoder.prefix_cache_mib': what is trained changes and cannot be kept: set "
                "encoder.freeze_embeddings = true and encoder.freeze_layers to 1 or more, or leave it out."
            )
        if isinstance(self.data.validation, float) and not 0 < self.data.validation < 1:
            raise ConfigError(f"{where}: key 'data.validation': a share must lie between 0 and 1.")
        if self.optimization.patience and self.data.validation is None:
            raise ConfigError(f"{where}: key 'optimization.patience' needs 'data.validation' to watch.")
        if self.leaks.drop and not self.leaks.against:
            raise ConfigError(f"{where}: key 'leaks.drop' needs 'leaks.against', the collections whose leaks to drop.")

    def _check_alpha(self, where: str) -> None:
        if self.batch.alpha != "auto":
            return
        if self.development is None:
            raise ConfigError(
                f"{where}: key 'batch.alpha': 'auto' is chosen on development data: name collections in several "
                'languages, such as [development] gain = ["ntrex/dev"].'
            )
        policies = {source.policy or self.batch.policy for source in self.named_sources.values()}
        if all("alpha" not in settings_of(POLICIES[name]) for name in policies):
            raise ConfigError(f"{where}: key 'batch.alpha': no source has a policy with a share to choose.")

    def _check_sources(self) -> None:
        sources = self.data.sources or ()
        if len(self.named_sources) < max(1, len(sources)):
            raise ConfigError("key 'data.sources': two sources have one name.")
        if "validation" in self.named_sources:
            raise ConfigError("key 'data.sources': the held-out items are called 'validation'; choose another name.")
        if 0 < sum(source.weight is None for source in sources) < len(sources):
            raise ConfigError("key 'data.sources': give all sources a weight, or none.")
        for number, (name, source) in enumerate(self.named_sources.items()):
            self._check_source(source, self.losses[name], f"data.sources.{number}" if sources else "")

    def _check_source(self, source: SourceConfig, loss: LossConfig, table: str) -> None:
        """Whether its policy and its terms go together; those of the short form stand in tables of their own."""
        policy = self.batch.build(source, table=table or "batch")
        within = f"{table}." if table else ""
        if not loss.weights:
            raise ConfigError(f"key '{within}loss': no term has a weight above 0.")
        if source.labels == "all" and loss.weights.keys() - {"anchor"}:
            raise ConfigError(
                f"key '{within}labels': rows that are no pairs have texts to teach and nothing to find: set "
                "loss = { infonce = 0, anchor = 1 }."
            )
        if loss.retention and policy.monolingual_share == 0:
            raise ConfigError(f"key '{within}loss.retention': {policy!r} has no batch in one language.")
