"""Items that a run cannot use, and batches that it cannot make of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from isoglot.arrays import Ints
from isoglot.batching.collisions import most_compatible
from isoglot.batching.pairs import PairDataset
from isoglot.batching.policies.kinds import BatchKind
from isoglot.batching.policies.policy import Policy
from isoglot.batching.sources import BatchSource, Drawable, asked_sources, drawables
from isoglot.linting.findings import LintFinding
from isoglot.wording import listed

_UNUSED = 0.05  # of the items
_CROWDED = 0.5  # of a source's batches


@dataclass(frozen=True, kw_only=True)
class Batches:
    """What the sampler is asked for: the policy, and pairs in a batch for each of so many processes."""

    policy: Policy | Sequence[BatchSource]
    size: int
    processes: int

    @property
    def pairs(self) -> int:
        """Pairs of a global batch."""
        return self.size * self.processes


def batch_findings(pairs: PairDataset, wanted: Batches) -> Iterator[LintFinding]:
    """Errors: what the sampler would refuse, all of it and not just the first; notes on what comes close."""
    data = pairs.parallel
    sources = drawables(asked_sources(data, wanted.policy), data)
    short: dict[str, int] = {}
    largest = max((len(source.items) for source in sources), default=0)
    if 0 < largest < wanted.pairs:
        yield _few_items(largest, wanted)
    for source in sources:
        most = wanted.pairs if source.source.weight else min(wanted.pairs, len(source.items))
        if wanted.processes > 1 and most < wanted.pairs:
            continue  # the sampler draws nothing from it
        for kind in source.kinds:
            found = len(most_compatible(pairs.collisions[source.able(kind)])) * kind.copies
            if found < most:
                name = _name(kind, data.languages)
                short[name] = min(found, short.get(name, found))
        yield from _groups(pairs, source.items, wanted)
    if short:
        yield _short(short, wanted, data.languages)


def unused_findings(pairs: PairDataset, policy: Policy | Sequence[BatchSource]) -> Iterator[LintFinding]:
    """Items that a source's policy, or its cross-lingual half, leaves out."""
    for source in asked_sources(pairs.parallel, policy):
        yield from _unused(Drawable(source, pairs.parallel))


def _unused(source: Drawable) -> Iterator[LintFinding]:
    items, kinds = source.source.items, source.kinds
    able = [np.isin(items, source.able(kind)) for kind in kinds]
    never = 1 - len(source.items) / len(items)
    if never:
        cross = all(kind.pairs_languages for kind in kinds)
        lack = "no query and passage in two languages" if cross else "no query and passage that fit"
        yield LintFinding(
            severity="warning" if never >= _UNUSED else "note",
            subject="unused-items",
            key="batch.policy" if cross else "",
            value="hybrid" if cross else None,
            message=(
                f"{never:.1%} of the items have {lack} and are never trained on: "
                + ('set batch.policy = "hybrid" or translate them.' if cross else "add the missing texts.")
            ),
        )
    pairing = [mask for mask, kind in zip(able, kinds, strict=True) if kind.pairs_languages]
    if 0 < len(pairing) < len(kinds):
        alone = float(np.mean(~np.any(pairing, axis=0)))
        if alone:
            yield LintFinding(
                severity="warning" if alone >= 0.5 else "note",
                subject="one-language-items",
                message=(
                    f"{alone:.1%} of the items have no query and passage in two languages and take part in monolingual "
                    "batches only: translate them to have them in cross-lingual ones."
                ),
            )


def _groups(pairs: PairDataset, items: Ints, wanted: Batches) -> Iterator[LintFinding]:
    """What is drawn of a source's largest group, which is less than all where the source has fewer batches."""
    data = pairs.parallel
    sizes = np.bincount(data.groups[items])
    largest = int(sizes.max())
    whole, rest = divmod(len(items), wanted.pairs)
    batches = whole + (rest > 0 and wanted.processes == 1)
    if largest < 2 or largest <= _CROWDED * batches or batches == 0:
        return
    member = int(items[data.groups[items] == sizes.argmax()][0])
    name = data.rows[member]["group"]
    if largest <= batches:
        yield LintFinding(
            severity="note",
            subject="large-group",
            message=(
                f"group {name!r} has {largest} items and an epoch {batches} batches, {largest / batches:.0%} of which "
                "hold one of them: split the group if its parts do not answer each other's queries."
            ),
        )
        return
    fits = len(items) // largest // wanted.processes
    yield LintFinding(
        severity="warning",
        subject="large-group",
        key="batch.size" if fits > 1 else "",
        value=fits if fits > 1 else None,
        message=(
            f"group {name!r} has {largest} items, no two of which may share a batch, and an epoch at most {batches} "
            f"batches of {wanted.pairs}, so that not all are drawn in it: "
            f"{f'set batch.size = {fits} or less, or ' if fits > 1 else ''}split the group."
        ),
    )


def _few_items(items: int, wanted: Batches) -> LintFinding:
    """No source has the items of a whole batch: an error where short batches are left out, else a warning."""
    value = items // wanted.processes
    remedy = f"set batch.size = {value}" if value > 1 else "add items"
    dealt = wanted.processes > 1
    return LintFinding(
        severity="error" if dealt else "warning",
        subject="few-items",
        key="batch.size",
        value=value if value > 1 else None,
        message=(
            f"a batch of {wanted.pairs} cannot be filled with the {items} items that there are, and "
            f"{'short ones are left out' if dealt else 'every batch is short'}: {remedy}."
        ),
    )


def _short(short: dict[str, int], wanted: Batches, languages: tuple[str, ...]) -> LintFinding:
    """An error: kinds of batches that cannot be filled."""
    least = min(short.values()) // wanted.processes
    keep = [language for language in languages if language not in short]
    remedies = [f"set batch.size = {least}"] if least > 1 else []
    if named := sorted(set(languages) & short.keys()):
        remedies.append(f"leave {listed(named)} out of data.languages")
    found = listed(f"{name} {count}" for name, count in sorted(short.items(), key=lambda entry: entry[1]))
    return LintFinding(
        severity="error",
        subject="batch-too-large",
        key="batch.size" if least > 1 else "data.languages",
        value=least if least > 1 else keep or None,
        message=(
            f"a batch of {wanted.pairs} cannot be filled with items that may meet (no two of a group or of one passage "
            f"text), of which there are too few: {found}; {' or '.join([*remedies, 'add items'])}."
        ),
    )


def _name(kind: BatchKind, languages: tuple[str, ...]) -> str:
    return kind.in_words if kind.language is None else languages[kind.language]
