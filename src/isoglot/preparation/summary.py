"""A preparation in words: what the data has, what every step left, and why it left texts out."""

from collections.abc import Iterator
from pathlib import Path

from isoglot.data.steps import Step
from isoglot.preparation.prepared import Prepared
from isoglot.summary import Summary, TextTable
from isoglot.wording import counted, listed, tally


def prepared_summary(found: Prepared, *, output: Path, then: str = "", why: str = "") -> Summary:
    """What was prepared.

    Args:
        output: the file of the data; what was done is beside it.
        then: the command to run next.
        why: what it is for.
    """
    data = found.data
    whole = (data.has_query & data.has_passage).sum(axis=0).tolist()
    pairs = listed([f"{tag} {count:,}" for tag, count in zip(data.languages, whole, strict=True)], things="languages")
    rows = [(step.name, f"{len(step.data):,}", f"{_left_out(step):,}", step_time(step)) for step in found.steps]
    return Summary(
        finding=(
            f"{output} has {counted(len(data), 'items')} in {counted(len(data.languages), 'languages')}.",
            f"What every step did is in {output.with_suffix('.json')}.",
        ),
        table=TextTable(("step", "items", "left out", "time"), rows, note=f"Query and passage are there in: {pairs}."),
        then=then,
        why=why,
        details=tuple(line for step in found.steps for line in _details(step)),
    )


def step_time(step: Step) -> str:
    """How long it took; a step of an earlier run took nothing now."""
    return "done before" if step.kept else f"{step.facts['seconds']:,.1f} s"


def _details(step: Step) -> Iterator[str]:
    if "unique" in step.facts:
        yield (
            "{name}: {texts:,} texts, of which {unique:,} are different and {remembered:,} were translated before; "
            "the engine is {engine}.".format(name=step.name, **step.facts)
        )
    for source, counts in _lost(step):
        if some := {reason: count for reason, count in counts.items() if count}:
            yield f"{source}: {tally(some)} left out."


def _left_out(step: Step) -> int:
    return sum(sum(counts.values()) for _, counts in _lost(step))


def _lost(step: Step) -> Iterator[tuple[str, dict[str, int]]]:
    """(Who, reason -> count) of what a step left out."""
    facts = step.facts
    if "unique" in facts:
        yield step.name, {**{reason: facts[reason] for reason in ("empty", "untranslated")}, **facts["reasons"]}
    elif "dropped" in facts:
        yield step.name, facts["dropped"]
    else:
        for number, source in enumerate(facts["sources"], start=1):
            yield f"{step.name}, source {number}", source.get("lost", {})
