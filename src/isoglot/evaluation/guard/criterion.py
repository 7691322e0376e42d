"""The development criterion: what decides between trained encoders, or weights, or settings of a training.

Of several candidates the one is taken that ranks best in the pool of all languages, of those that lose next to nothing
in one language. Point estimates decide, so that a choice can always be made; how sure the estimates are is said beside
them. (:func:`~isoglot.evaluation.guard.choice.choose_guarded` asks more: a change has to be shown to lose nothing.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated

import numpy as np
from pydantic import BeforeValidator

from isoglot.arguments import NotNegative, Resamples, Seed, option_record
from isoglot.data.collection import Collection
from isoglot.data.given import AnyCollection, all_given, given_collection
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.protocol import Encoder
from isoglot.errors import ConfigError, DataError
from isoglot.evaluation.embedded import embed_collection
from isoglot.evaluation.guard.criterionchoice import CriterionChoice, CriterionOutcome, Kept
from isoglot.evaluation.measures import AP
from isoglot.evaluation.scores import Scores
from isoglot.evaluation.settings import SETTINGS, Setting, score
from isoglot.evaluation.statistics.bootstrap import Bounded, Draws, bootstrap_macro, interval
from isoglot.evaluation.statistics.contributions import ClusterSums
from isoglot.evaluation.statistics.randomisation import sign_flip
from isoglot.progress import StartProgress

_Collections = Annotated[Sequence[AnyCollection], BeforeValidator(all_given)]
_MAP = AP.mean
_ROUNDING = 1e-12  # a loss of just the margin is no more than the margin, however it was added up


@dataclass(frozen=True, kw_only=True, eq=False)
class CriterionValues:
    """What :meth:`Criterion.measure` found of an encoder.

    Attributes:
        encoder: its fingerprint; None for what has no weights.
        scores: collection -> setting -> average precision of every topic; without the settings that a collection does
            not have.
    """

    encoder: str | None
    scores: Mapping[str, Mapping[Setting, Scores]]

    def means(self) -> dict[str, dict[str, float]]:
        """Collection -> setting -> mAP, the macro average over languages or ordered pairs of them."""
        return {
            name: {setting: scores.macro(_MAP) for setting, scores in settings.items()}
            for name, settings in self.scores.items()
        }


@option_record
class Criterion:
    """The mean multilingual mAP over some development collections, while monolingual mAP is kept on others.

    Example::

        >>> criterion = isoglot.Criterion(gain="sample/test", keep="sample/test", margin=0.01)

    >>> criterion = Criterion(gain=[help_pages], keep=[native_qa])  # doctest: +SKIP
    >>> start = criterion.measure(load_encoder("e5-small"))  # doctest: +SKIP
    >>> found = {run: criterion.measure(load_encoder(run)) for run in ("runs/a", "runs/b")}  # doctest: +SKIP
    >>> criterion.choose(start, found).choice  # doctest: +SKIP
    'runs/b'

    Attributes:
        gain: collections in several languages, one or several, by object or by name; an encoder's value is the mean
            over them of mAP in the setting multi.
        keep: the same; an encoder is admissible if mAP in the setting mono is nowhere among them more than the margin
            below that of the start encoder. A collection may be in both.
        margin: at least 0, in mAP.
        flips: sign flips of a test.
        draws: resamples of an interval.
        seed: of flips and resamples.

    Raises:
        ConfigError: no collection to gain on, two of one name, or a margin below 0.
        DataError: a collection of ``gain`` has one language, or one of ``keep`` no answer in its query's language.
    """

    gain: _Collections
    keep: _Collections = ()
    margin: NotNegative = 0.01
    flips: Resamples = 10_000
    draws: Resamples = 1_000
    seed: Seed = 0

    def __post_init__(self) -> None:
        if not self.gained:
            raise ConfigError("there is no collection to gain on: name a development collection of several languages.")
        for collection in self.gained:
            if len(collection.languages) < 2:
                raise DataError(
                    f"{collection.name}: has one language, so that there is no pool of several to gain in; it can be "
                    "among those to keep."
                )
        for collection in self.kept:
            if not _answered_at_home(collection):
                raise DataError(
                    f"{collection.name}: no query has a relevant passage in its own language, so that there is no "
                    "monolingual mAP to keep."
                )
        for side in (self.gained, self.kept, self.collections):
            names = [collection.name for collection in side]
            if len(set(names)) < len(names):
                raise ConfigError(f"development collections must have different names, but got {', '.join(names)}.")

    @cached_property
    def gained(self) -> tuple[Collection, ...]:
        """Those to gain on, loaded."""
        return tuple(map(given_collection, self.gain))

    @cached_property
    def kept(self) -> tuple[Collection, ...]:
        """Those to keep mono on, loaded."""
        return tuple(map(given_collection, self.keep))

    @property
    def collections(self) -> tuple[Collection, ...]:
        """All of them, each once."""
        return tuple({collection.fingerprint: collection for collection in (*self.gained, *self.kept)}.values())

    def measure(
        self, encoder: Encoder, *, cache: bool = True, progress: StartProgress | None = None
    ) -> CriterionValues:
        """Embed and rank every collection once; only per-topic values are kept.

        Args:
            encoder: to be measured.
            cache: keep its vectors on disk and read them from there.
            progress: begins the encoding of either side, and the ranking.

        Raises:
            EncoderError: see :func:`isoglot.encoder.embed.embed`.
        """
        fingerprint = encoder_fingerprint(encoder)
        scores = {}
        for collection in self.collections:
            kept = fingerprint if cache else None
            embedded = embed_collection(encoder, collection, fingerprint=kept, progress=progress)
            ranks = embedded.ranks(progress=embedded.ranking_bar(progress))
            found = {setting: score(setting, ranks, collection, [AP]) for setting in SETTINGS}
            scores[collection.name] = {setting: topics for setting, topics in found.items() if topics is not None}
        return CriterionValues(encoder=fingerprint, scores=scores)

    def value(self, values: CriterionValues) -> float:
        """The mean over ``gain`` of mAP in the setting multi."""
        return float(np.mean([values.scores[collection.name]["multi"].macro(_MAP) for collection in self.gained]))

    def choose(self, start: CriterionValues, candidates: Mapping[str, CriterionValues]) -> CriterionChoice:
        """Take the admissible candidate of the highest value, the earlier one of equals; none if it is not above
        the start encoder's.

        Args:
            start: of the encoder before the change.
            candidates: name -> its values, in order of preference among equals.
        """
        outcomes = [self._outcome(name, start, values) for name, values in candidates.items()]
        best = max((o for o in outcomes if o.admissible), key=lambda o: o.multi, default=None)
        before = self.value(start)
        if best is not None and best.multi <= before + _ROUNDING:
            best = None
        return CriterionChoice(
            choice=None if best is None else best.name,
            multi=before,
            settings=start.means(),
            encoder=start.encoder,
            outcomes=tuple(replace(outcome, why=self._why(outcome, best)) for outcome in outcomes),
            gain=tuple(map(_described, self.gained)),
            keep=tuple(map(_described, self.kept)),
            margin=self.margin,
            flips=self.flips,
            draws=self.draws,
            seed=self.seed,
        )

    def _outcome(self, name: str, start: CriterionValues, values: CriterionValues) -> CriterionOutcome:
        kept = {collection.name: self._kept(collection, start, values) for collection in self.kept}
        return CriterionOutcome(
            name=name,
            encoder=values.encoder,
            multi=self.value(values),
            multi_difference=self._gained(start, values),
            kept=kept,
            settings=values.means(),
            admissible=all(found.difference >= -self.margin - _ROUNDING for found in kept.values()),
            why="",
        )

    def _kept(self, collection: Collection, start: CriterionValues, values: CriterionValues) -> Kept:
        difference = _difference("mono", collection, start, values)
        sums = ClusterSums.of(difference, _MAP, collection.query_cluster)
        p = sign_flip(
            sums.contributions().macro(), null=-self.margin, alternative="greater", draws=self.flips, seed=self.seed
        )
        mono = values.scores[collection.name]["mono"].macro(_MAP)
        return Kept(mono=mono, difference=difference.macro(_MAP), p_no_loss=float(p[0]))

    def _gained(self, start: CriterionValues, values: CriterionValues) -> Bounded:
        """The collections are resampled apart from each other; the fewest clusters decide how wide the interval is."""
        drawn = []
        for number, collection in enumerate(self.gained):
            difference = _difference("multi", collection, start, values)
            draw = bootstrap_macro(difference, collection.query_cluster, draws=self.draws, seed=self.seed + number)
            drawn.append(draw(_MAP))
        mean = np.mean([found.values for found in drawn], axis=0)
        low, high = interval(Draws(mean, min(found.clusters for found in drawn)))
        return Bounded(self.value(values) - self.value(start), low, high)

    def _why(self, outcome: CriterionOutcome, best: CriterionOutcome | None) -> str:
        if not outcome.admissible:
            lost = outcome.most_lost
            return f"loses more than {self.margin:g} in one language on {lost}"
        if best is None:
            return "no more multi than with nothing done"
        if outcome is best:
            guarded = f" of those that lose at most {self.margin:g} in one language" if self.keep else ""
            return f"chosen: the most multi{guarded}"
        return f"no more multi than {best.name}"


def _answered_at_home(collection: Collection) -> bool:
    judged = collection.judgements
    tags = np.array(collection.languages)
    same = tags[collection.query_language[judged.query]] == tags[collection.passage_language[judged.passage]]
    return bool((same & (judged.grade > 0)).any())


def _difference(setting: Setting, collection: Collection, start: CriterionValues, values: CriterionValues) -> Scores:
    before, after = (found.scores[collection.name][setting] for found in (start, values))
    return replace(after, values={_MAP: after.values[_MAP] - before.values[_MAP]})


def _described(collection: Collection) -> dict[str, object]:
    return {"name": collection.name, "fingerprint": collection.fingerprint, "sizes": collection.sizes}
