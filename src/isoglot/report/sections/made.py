"""How it was made: encoders, collections, options and versions, enough to get the numbers again."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from isoglot.cards.record import read_certificate, read_record
from isoglot.cards.training import leak_finding
from isoglot.encoder.folders import folder_of
from isoglot.report.arms import Arm, collections_of, on
from isoglot.report.drawing.svg import isolated
from isoglot.report.page.blocks import Block, Facts, Points, Section
from isoglot.result import Result
from isoglot.wording import amounts, enumerated, listed, short_path

MADE = "How it was made"
"""The heading of what a page says at its end."""

Pairs = list[tuple[str, str]]
"""Names and what they are."""

_KEYS = {
    "encoder": "encoder",
    "encoder_fingerprint": "fingerprint",
    "similarity": "vectors compared by",
    "a": "A",
    "b": "B",
    "test": "test",
    "confirmatory": "claims are based on",
    "margin": "margin",
    "collection": "collection",
    "fingerprint": "fingerprint of the collection",
    "draws": "draws",
    "seed": "seed",
}
"""A key of a result's dict -> what it is, of those that say how it was made."""


def made(arms: Sequence[Arm], others: Sequence[Result] = (), notes: Sequence[str] = ()) -> Section:
    """Facts about every arm, collection and other result, and what is to be said of them together.

    Args:
        others: results that are no arms.
        notes: other sentences.
    """
    said = [*notes, *_differences(arms), *_seen(arms)]
    facts = [*_of_arms(arms), *_of_others(others)]
    places = [(name, on(arms, name)) for name in collections_of(arms)]
    texts = [
        (name, f"{amounts(result.sizes)} ({result.cluster_rule}); fingerprint {result.fingerprint}")
        for name, results in places
        for result in list(results.values())[:1]
    ]
    blocks: list[Block] = [*([Points(said)] if said else []), *([Facts("Collections", texts)] if texts else []), *facts]
    return Section(heading=MADE, blocks=blocks)


def _of_arms(arms: Sequence[Arm]) -> Iterator[Facts]:
    """What each arm has for itself, then what all have in common."""
    found = {arm.name: list(_facts(arm.made)) for arm in arms}
    common = _common(list(found.values())) if len(arms) > 1 else []
    for name, pairs in found.items():
        yield Facts(name, [pair for pair in pairs if pair not in common])
    if common:
        yield Facts("All arms", common)


def _of_others(others: Sequence[Result]) -> Iterator[Facts]:
    """What all results of a verb have in common, then what each has for itself."""
    for verb in dict.fromkeys(each.verb for each in others):
        found = [list(_facts(each.to_dict())) for each in others if each.verb == verb]
        common = _common(found)
        yield Facts(f"isoglot {verb}", [*common, *(pair for pairs in found for pair in pairs if pair not in common)])


def _common(found: Sequence[Pairs]) -> Pairs:
    return [pair for pair in found[0] if all(pair in pairs for pairs in found)]


def _facts(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, name in _KEYS.items():
        if content.get(key) not in (None, "", [], {}):
            yield name, _side(content[key]) if key in ("a", "b") else written(content[key])
    for name, value in (content.get("options") or {}).items():
        yield name, written(value)
    if content.get("encoder") and (said := _certificate(content)):
        yield "certificate of leaks", said
    versions = content.get("versions") or {}
    if versions:
        yield "versions", written(versions)


def _certificate(content: Mapping[str, Any]) -> str:
    """What the encoder's folder says of leaks in its training data; empty where it has nothing to say of these
    results: another encoder may be called so by now, or lie in this place.
    """
    folder = folder_of(str(content["encoder"]))
    record = None if folder is None else read_record(folder)
    if folder is None or not record or record.get("encoder_after") != content.get("encoder_fingerprint"):
        return ""
    return leak_finding(record, read_certificate(folder))


def _side(side: Mapping[str, Any]) -> str:
    """``runs/hybrid, from hybrid.json``."""
    files = [PurePath(str(source)).name for source in side["sources"]]
    return f"{written(list(dict.fromkeys(side['encoders'])))}, from {enumerated(files)}"


def written(value: object) -> str:
    """A value of a configuration or of a result as text; several with commas, and paths as pages show them."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {written(each)}" for name, each in value.items())
    return ", ".join(map(written, value)) if isinstance(value, list | tuple) else short_path(str(value))


def _differences(arms: Sequence[Arm]) -> Iterator[str]:
    """What arms do not share, which may be why their numbers differ."""
    for key, what in (("versions", "versions of packages"), ("options", "options")):
        contents = [arm.made.get(key) or {} for arm in arms]
        names = dict.fromkeys(name for content in contents for name in content)
        unlike = [name for name in names if len({written(content.get(name)) for content in contents}) > 1]
        if unlike:
            yield f"The arms were evaluated with different {what}: {listed(unlike)}. Their values are below."
    for name in collections_of(arms):
        lacking = [isolated(arm.name) for arm in arms if name not in arm.collections]
        if lacking:
            yield f"{enumerated(lacking)} {'has' if len(lacking) == 1 else 'have'} no results on {isolated(name)}."


def _seen(arms: Sequence[Arm]) -> Iterator[str]:
    """Numbers on texts that a repair was made with."""
    for arm in arms:
        fitted = set(arm.made.get("fitted_on") or ())
        for name, result in arm.collections.items():
            if result.fingerprint in fitted:
                who = f"{isolated(arm.name)} was repaired on texts of {isolated(name)}"
                yield f"{who}: its results there say nothing about other texts."
