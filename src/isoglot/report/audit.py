"""The audit in words: what the pool looks like, what is found, where the bias is, what it costs, what to try."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from isoglot.errors import ConfigError
from isoglot.evaluation.bias.decomposition import Factor
from isoglot.evaluation.bias.distance import RANK_DISTANCE, RANK_DISTANCE_MEDIAN
from isoglot.evaluation.bias.effects import LanguageEffects
from isoglot.evaluation.bias.preference import LPR, SAME_LANGUAGE
from isoglot.evaluation.bias.reach import REACH_OTHER, REACH_SAME
from isoglot.evaluation.results import CollectionResult, Estimate
from isoglot.evaluation.statistics.bootstrap import Bounded
from isoglot.languages import english_name
from isoglot.wording import counted, listed, p_value, with_interval

# From here on a number is worth a sentence, or a remedy. They are choices, not tests.
_STRONG_PULL = 2.0  # times in rank
_LOST_ACROSS = 0.05  # mAP, mono minus cross
_UNEQUAL = 0.1  # mAP, best language minus worst, each in its own pool
_SEEN = 0.005  # mAP, what two decimals show
_NAMED = 3  # languages, pairs of languages

_WEAK_PULL = "The pull of the query's language is weak: one index for all languages is fine with this encoder."


@dataclass(frozen=True)
class AuditSection:
    """A heading and what stands under it, one statement a line."""

    title: str
    lines: tuple[str, ...]


def audit_sections(result: CollectionResult, *, dense: bool = True) -> tuple[AuditSection, ...]:
    """What an evaluation means to somebody who has to decide about the encoder.

    Args:
        result: with the measures ``map`` and ``success@1``.
        dense: whether the encoder has dense vectors, and so could be trained.

    Raises:
        ConfigError: the results know no languages.
    """
    effects = result.effects
    if effects is None:
        raise ConfigError(f"{result.name}: an audit is about languages, which these results do not have.")
    sections = (
        AuditSection("The pool", tuple(_pool(result))),
        AuditSection("Finding the answer", tuple(_settings(result))),
        AuditSection("Where the bias is", tuple(_bias(result, effects))),
        AuditSection("What it costs", tuple(_cost(result))),
        AuditSection("What to try", tuple((_remedies if dense else _remedies_without_training)(result, effects))),
    )
    return tuple(section for section in sections if section.lines)


def _pool(result: CollectionResult) -> Iterator[str]:
    yield (
        f"{counted(result.sizes['passages'], 'passages')}: {_shares(result.passages)}; "
        f"{counted(result.sizes['queries'], 'queries')}: {_shares(result.queries)}."
    )
    if result.identical_ids:
        yield (
            f"For {counted(result.identical_ids, 'queries')} the passage with the query's id is not ranked, as it is "
            "not judged relevant."
        )
    clusters = result.sizes["clusters"]
    yield (
        f"Intervals in brackets hold for other texts of this kind with 95% confidence; they rest on {clusters:,} "
        f"clusters ({result.cluster_rule})."
        if clusters > 1
        else "There are no intervals: all queries are of one cluster, that is, about one text."
    )


def _shares(counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    ordered = sorted(counts, key=lambda tag: -counts[tag])
    if len(ordered) == 1:
        return f"all in {english_name(ordered[0])}"
    shown = [f"{english_name(tag)} {counts[tag] / total:.0%}" for tag in ordered]
    return listed(shown, most=_NAMED, things="languages")


def _settings(result: CollectionResult) -> Iterator[str]:
    pools = {
        "mono": "When only passages in the query's language are searched",
        "cross": "When only passages in one other language are searched",
        "multi": "When all languages are searched at once",
    }
    for setting, begin in pools.items():
        if setting in result.settings:
            first, mean = result.settings[setting]["success@1"], result.settings[setting]["map"]
            yield (
                f"{begin}, the top hit is relevant for {_percent(first)} of queries, "
                f"and mean average precision is {_decimal(mean)}."
            )
    multi = result.settings.get("multi", {}).get("map")
    if multi and "mono" in result.settings and result.bias.get(RANK_DISTANCE.name):
        yield (
            "The last of these asks for the relevant passages in every language, so it falls where translations of the "
            "first relevant hit stand far below it."
        )


def _bias(result: CollectionResult, effects: LanguageEffects) -> Iterator[str]:
    if len(result.passages) == 1:
        yield "The pool has one language, so there is no choice between languages to be biased in."
        return
    if SAME_LANGUAGE[1].name in result.bias:
        yield (
            f"{_percent(result.bias[SAME_LANGUAGE[1].name])} of top hits are in the query's language, "
            f"which {result.pool_share:.0%} of the pool is in."
        )
    if LPR.name in result.bias:
        yield (
            "Where the same answer is there in the query's language and in others, the query's own stands first for "
            f"{_percent(result.bias[LPR.name])} of queries."
        )
    if effects.decomposition:
        pull = effects.decomposition.same_language.inverse
        yield (
            f"A relevant passage ranks {_times(pull)} higher when it is in the query's language, which explains "
            f"{effects.decomposition.variance['same_language']:.0%} of all differences in log rank."
        )
        yield from _ahead(effects.decomposition.passage_language)
    others = effects.concordance_others
    if others:
        yield (
            f"Besides the pull of their own language, queries agree {_agreement(others.w)} on which languages come "
            f"first (Kendall's W {others.w:.2f}, p {p_value(others.p)})."
        )
    served = effects.parity.get("multi")
    if served and served.gap.value > _SEEN:
        best = max(served.cells, key=lambda cell: served.cells[cell])
        yield (
            f"Asking in {english_name(best)} finds most (mean average precision {served.cells[best]:.2f} in all "
            f"languages), asking in {english_name(served.worst)} least ({served.cells[served.worst]:.2f})."
        )


def _ahead(languages: Mapping[str, Factor]) -> Iterator[str]:
    """Passage languages whose factor is surely not 1, the strongest first."""
    ahead = sorted((f.value, tag) for tag, f in languages.items() if f.high < 1)[:_NAMED]
    behind = sorted(((f.value, tag) for tag, f in languages.items() if f.low > 1), reverse=True)[:_NAMED]
    if ahead:
        named = ", ".join(f"{english_name(tag)} ({1 / value:.1f} times nearer the top)" for value, tag in ahead)
        yield f"Apart from that, passages are ahead in {named}."
    if behind:
        named = ", ".join(f"{english_name(tag)} ({value:.1f} times further down)" for value, tag in behind)
        yield f"Passages are behind in {named}."


def _cost(result: CollectionResult) -> Iterator[str]:
    same, other = result.bias.get(REACH_SAME.name), result.bias.get(REACH_OTHER.name)
    if other is None:
        return
    own = "" if same is None else f"in the query's own language for {_percent(same)} of queries, "
    yield (f"The relevant passage is on page 1 (the first 10 hits) {own}in another language for {_percent(other)}.")
    for cell in _telling(other):
        query, _, passage = cell.partition(">")
        yield (
            f"The relevant {english_name(passage)} passage is found on page 1 for {other.cells[cell]:.0%} of "
            f"{english_name(query)} queries."
        )
    if RANK_DISTANCE_MEDIAN.name in result.bias:
        yield (
            f"{result.bias[RANK_DISTANCE_MEDIAN.name].value:,.0f} ranks (median) lie between the first and the last of "
            "the equally relevant passages."
        )


def _telling(reach: Estimate) -> list[str]:
    """English to the language it reaches least, then the least of all pairs, and the greatest for comparison."""
    ordered = sorted(reach.cells, key=lambda cell: reach.cells[cell])
    english = [cell for cell in ordered if cell.startswith("en>")]
    return list(dict.fromkeys([*english[:1], ordered[0], ordered[-1]]))


def _remedies(result: CollectionResult, effects: LanguageEffects) -> Iterator[str]:
    strong = _strong_pull(result, effects)
    if strong:
        yield (
            "The pull of the query's language is strong. If your users want what is relevant in any language, train "
            "with hybrid batches on pairs that exist in several languages: isoglot train CONFIG.toml --set "
            "batch.policy=hybrid (docs/training.md). If they want their own language first, this is what they want: "
            "leave it."
        )
        yield "Until then, search each language apart and merge the lists in turns: within a language there is no pull."
    elif strong is False:
        yield _WEAK_PULL
    mono, cross = (result.settings.get(setting, {}).get("map") for setting in ("mono", "cross"))
    if mono and cross and mono.value - cross.value > _LOST_ACROSS:
        yield (
            f"Crossing languages alone costs {mono.value - cross.value:.2f} of mean average precision: cross-lingual "
            "or hybrid batches train that."
        )
    within = effects.parity.get("mono")
    if within and within.gap.value > _UNEQUAL:
        yield (
            f"The encoder is weaker in {english_name(within.worst)} ({within.cells[within.worst]:.2f} within the "
            "language): training data in it, or another encoder, helps where merging lists does not."
        )


def _remedies_without_training(result: CollectionResult, effects: LanguageEffects) -> Iterator[str]:
    strong = _strong_pull(result, effects)
    if strong:
        yield (
            "The pull of the query's language is strong. If your users want what is relevant in any language, search "
            "each language apart and merge the lists in turns, or take an encoder of dense vectors, whose pull can be "
            "reduced."
        )
    elif strong is False:
        yield _WEAK_PULL


def _strong_pull(result: CollectionResult, effects: LanguageEffects) -> bool | None:
    """By the ranks of relevant passages; where none is in the query's language, by the top hits; None: no telling."""
    if effects.decomposition:
        return effects.decomposition.same_language.inverse.low > _STRONG_PULL
    shares = [result.bias[same.name].low for same in SAME_LANGUAGE.values() if same.name in result.bias]
    if not shares or math.isnan(max(shares)) or not 0 < result.pool_share < 1:
        return None
    # Of odds, not of shares: in a pool of two languages a share cannot be more than twice that of chance.
    return _odds(max(shares)) > _STRONG_PULL * _odds(result.pool_share)


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else math.inf


def _percent(estimate: Bounded) -> str:
    return with_interval(estimate, "{:.0%}".format)


def _decimal(estimate: Bounded) -> str:
    return with_interval(estimate, "{:.2f}".format)


def _times(factor: Factor) -> str:
    return with_interval(factor, "{:.1f}".format, " times [{}, {}]")


def _agreement(w: float) -> str:
    return "hardly" if w < 0.1 else "a little" if w < 0.3 else "much" if w < 0.6 else "nearly always"
