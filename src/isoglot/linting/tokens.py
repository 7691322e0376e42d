"""How a tokenizer treats each language: tokens for a word, and what the length limits cut."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

from isoglot.arrays import Ints
from isoglot.linting.findings import LintFinding
from isoglot.linting.texts import SAMPLE, TextSample
from isoglot.roles import PLURAL, ROLES, Role
from isoglot.text.length import common_unit, read_length
from isoglot.training.config import EncoderConfig
from isoglot.wording import listed

_CUT = 0.05  # of a language's texts
_WHOLE = 0.95  # of every language's texts are whole at the limit to try
_UNEQUAL = 3.0  # times the tokens that the most favoured language's passages take


@dataclass(frozen=True, kw_only=True)
class TokenStatistics:
    """Of a sample of one side and language.

    Attributes:
        unit: ``word``, or ``grapheme`` where the script has no spaces.
        per_unit: tokens for one, prompt and special tokens apart.
        mean: tokens of a text, prompt and special tokens included, before any is cut.
        whole: the limit at which 95% of the texts are whole.
        cut: share of texts that the limit cuts.
    """

    unit: str
    per_unit: float
    mean: float
    whole: int
    cut: float


def limits(config: EncoderConfig, model: SentenceTransformer) -> dict[Role, float]:
    """Role -> most tokens of a text in training, prompt included; infinite without a limit."""
    most = model.max_seq_length or math.inf
    return {"query": config.query_tokens or most, "passage": config.passage_tokens or most}


def tokens(
    model: SentenceTransformer, sample: TextSample, limit: Mapping[Role, float]
) -> dict[tuple[Role, str], TokenStatistics]:
    """Tokenise a sample as training would, without cutting it.

    Args:
        model: with the prompts that training gives it (:func:`isoglot.training.model.trainable_encoder`).
        sample: texts by side and language; a side and language without any is left out.
        limit: by side, as :func:`limits`.
    """
    prompts = {"query": model.prompts.get("query") or "", "passage": model.prompts.get("document") or ""}
    found = {}
    for (side, language), texts in sample.items():
        if texts:
            found[side, language] = _tokens(model, texts, prompt=prompts[side], limit=limit[side])
    return found


def token_counts(model: SentenceTransformer, texts: list[str], *, prompt: str = "") -> Ints:
    """(texts,) int64: tokens with the prompt and special tokens, as the model gets them if nothing is cut."""
    prompted = [prompt + text for text in texts]
    tokenizer = model.tokenizer
    if isinstance(tokenizer, Tokenizer):  # a static encoder's, which adds no special tokens
        before = tokenizer.truncation
        tokenizer.no_truncation()
        ids = [encoding.ids for encoding in tokenizer.encode_batch(prompted, add_special_tokens=False)]
        if before is not None:
            tokenizer.enable_truncation(**before)
    else:
        ids = tokenizer(prompted, truncation=False, verbose=False)["input_ids"]
    return np.array([len(row) for row in ids], dtype=np.int64)


def _tokens(model: SentenceTransformer, texts: list[str], *, prompt: str, limit: float) -> TokenStatistics:
    unit = common_unit(texts)
    counts = token_counts(model, texts, prompt=prompt)
    frame = int(token_counts(model, [""], prompt=prompt.rstrip())[0])
    words = sum(read_length(text, unit) for text in texts)
    return TokenStatistics(
        unit="word" if unit.spaced else "grapheme",
        per_unit=float((counts - frame).sum() / max(words, 1)),
        mean=float(counts.mean()),
        whole=math.ceil(np.quantile(counts, _WHOLE, method="inverted_cdf")),
        cut=float((counts > limit).mean()),
    )


def token_findings(
    found: Mapping[tuple[Role, str], TokenStatistics], limit: Mapping[Role, float], *, most: float, items: int
) -> Iterator[LintFinding]:
    """Limits that cut many texts, and languages that take many more tokens than others.

    Args:
        most: tokens that the encoder takes.
        items: of the data; where there are more than the sample, the findings say its size.
    """
    sampled = f" of {SAMPLE:,} sampled texts each" if items > SAMPLE else ""
    for side in ROLES:
        here = {language: one for (its, language), one in found.items() if its == side}
        cut = sorted((name for name, one in here.items() if one.cut >= _CUT), key=lambda name: -here[name].cut)
        if cut:
            yield _cut(side, {name: here[name] for name in cut}, here, limit[side], most=most, sampled=sampled)
    passages = {language: one.mean for (side, language), one in found.items() if side == "passage"}
    if passages:
        longest, shortest = max(passages, key=passages.__getitem__), min(passages, key=passages.__getitem__)
        if passages[longest] >= _UNEQUAL * passages[shortest]:
            yield LintFinding(
                severity="note",
                subject="unequal-tokens",
                message=(
                    f"a passage takes {passages[longest]:.0f} tokens in {longest} and {passages[shortest]:.0f} in "
                    f"{shortest} on average{sampled}, so that one limit leaves much less of it in {longest}."
                ),
            )


def _cut(
    side: Role,
    cut: Mapping[str, TokenStatistics],
    every: Mapping[str, TokenStatistics],
    limit: float,
    *,
    most: float,
    sampled: str,
) -> LintFinding:
    """A warning of what a limit cuts, with the limit to try, which the encoder must take."""
    key, plural = f"encoder.{side}_tokens", PLURAL[side]
    shares = listed(f"{language} {one.cut:.0%}" for language, one in cut.items())
    wanted = max(one.whole for one in every.values())
    value = int(min(wanted, most))
    reach = "keeps 95% whole in every language" if value == wanted else "is all the encoder takes"
    remedy = f"set {key} = {value}, which {reach}"
    if value <= limit:
        remedy = f"{limit:.0f} is all the encoder takes, so split such {plural} in the data"
    return LintFinding(
        severity="warning",
        subject="truncation",
        key=key,
        value=value if value > limit else None,
        message=(
            f"{plural} are cut at {limit:.0f} tokens in {len(cut)} of {len(every)} languages by 5% or more "
            f"({shares}{sampled}): {remedy}."
        ),
    )
