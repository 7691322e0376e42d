"""A sample of the texts of every language, and those of them that say nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from isoglot.data.parallel import ParallelDataset
from isoglot.linting.findings import LintFinding
from isoglot.roles import PLURAL, ROLES, Role
from isoglot.text.length import common_unit, read_length
from isoglot.text.normal import normal_form
from isoglot.wording import listed

SAMPLE = 1_000  # texts of a side and language: a share is known within 1.6 points (one standard error)
SAMPLE_SEED = 0

_TINY_WORDS = 3  # a passage of fewer tells nothing that another does not
_TINY_GRAPHEMES = 8  # as long as three words in scripts without spaces
_OFTEN = 0.01  # of a language's texts

TextSample = Mapping[tuple[Role, str], list[str]]


@dataclass(frozen=True, kw_only=True)
class Emptiness:
    """Of a sample of one side and language.

    Attributes:
        empty: share of texts with neither letter nor digit.
        tiny: share of passages of fewer than three words, or eight graphemes in scripts without spaces; of queries 0,
            as one word can be a query.
    """

    empty: float
    tiny: float


def sample_texts(data: ParallelDataset, *, size: int = SAMPLE) -> dict[tuple[Role, str], list[str]]:
    """(Role, language) -> at most ``size`` texts, drawn with a fixed seed; all where there are no more."""
    rng = np.random.default_rng(SAMPLE_SEED)
    return {(side, language): data.sample(side, language, size, rng) for side in ROLES for language in data.languages}


def emptiness(sample: TextSample) -> dict[tuple[Role, str], Emptiness]:
    """Of every side and language that has texts."""
    return {place: _emptiness(place[0], texts) for place, texts in sample.items() if texts}


def _emptiness(side: Role, texts: list[str]) -> Emptiness:
    unit = common_unit(texts)
    least = _TINY_WORDS if unit.spaced else _TINY_GRAPHEMES
    empty = [not normal_form(text) for text in texts]
    tiny = [side == "passage" and read_length(text, unit) < least for text in texts]
    return Emptiness(empty=float(np.mean(empty)), tiny=float(np.mean(tiny)))


def text_findings(found: Mapping[tuple[Role, str], Emptiness]) -> Iterator[LintFinding]:
    """Texts that cannot be learnt from."""
    for attribute, what in (
        ("empty", "have neither letter nor digit"),
        ("tiny", "have fewer than three words (eight characters where there are no spaces)"),
    ):
        shares = {place: getattr(one, attribute) for place, one in found.items()}
        worst = sorted((place for place, share in shares.items() if share), key=lambda place: -shares[place])
        if worst:
            where = listed(f"{language} {PLURAL[side]} {shares[side, language]:.1%}" for side, language in worst)
            yield LintFinding(
                severity="warning" if shares[worst[0]] >= _OFTEN else "note",
                subject=f"{attribute}-texts",
                message=f"some texts {what}: {where}; leave such items out of the data.",
            )
