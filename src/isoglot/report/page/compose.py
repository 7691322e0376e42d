"""From results of any verb to the page that shows them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, runtime_checkable

from isoglot.data.collection import Collection
from isoglot.errors import ConfigError
from isoglot.evaluation.comparison.comparison import Comparison
from isoglot.evaluation.found import EvaluationResult
from isoglot.evaluation.saved import read_results
from isoglot.report.arms import Arm, arms_of, collections_of, on
from isoglot.report.drawing.svg import isolated
from isoglot.report.evaluation import evaluation_finding
from isoglot.report.page.blocks import Commands, Section
from isoglot.report.page.page import Page
from isoglot.report.sections.audited import audited
from isoglot.report.sections.compared import compared, verdict_of
from isoglot.report.sections.evaluated import evaluated
from isoglot.report.sections.made import MADE, made
from isoglot.result import Result
from isoglot.versions import versions
from isoglot.wording import amounts, listed, shown

AnyResult = Result | str | Path
AnyResults = AnyResult | Sequence[AnyResult] | Mapping[str, AnyResult]


@runtime_checkable
class Paged(Protocol):
    """A result of a room above this one, which knows what a page says of it."""

    def page_sections(self) -> Sequence[Section]:
        """Its sections; blocks of one that is called :data:`~isoglot.report.sections.made.MADE` come last of all."""
        ...


@dataclass(frozen=True, kw_only=True)
class PageOptions:
    """What a page has besides results.

    Attributes:
        title: its heading; empty: what the results are about.
        lead: sentences below it; none: the finding of the results.
        notes: on how the numbers came about.
        commands: (what it does, shell command), shown as what to do next.
        texts: collections whose queries and passages may be shown.
        sections: others, which stand behind the first of the results.
    """

    title: str = ""
    lead: Sequence[str] = ()
    notes: Sequence[str] = ()
    commands: Sequence[tuple[str, str]] = ()
    texts: Sequence[Collection] = ()
    sections: Sequence[Section] = ()


def page_of(results: AnyResults, *, options: PageOptions = PageOptions()) -> Page:
    """The page of results.

    Raises:
        DataError, ConfigError: see :func:`isoglot.report.page.write.write_page`.
    """
    given = _given(results)
    evaluations = {name: each for name, each in given.items() if isinstance(each, EvaluationResult)}
    others = [each for each in given.values() if not isinstance(each, EvaluationResult)]
    arms = arms_of(evaluations if isinstance(results, Mapping) else list(evaluations.values()))
    told = [_sections(each, _series(each, arms, number)) for number, each in enumerate(others)]
    said = [section for each in told for section in each]
    sections = [*audited(arms), *evaluated(arms, options.texts), *(each for each in said if each.heading != MADE)]
    if not sections:
        raise ConfigError(f"there is nothing to show of {listed(map(shown, given.values()))}.")
    sections[1:1] = options.sections
    silent = [each for each, parts in zip(others, told, strict=True) if all(part.heading != MADE for part in parts)]
    last = made(arms, silent, [*options.notes, *_without_texts(arms, options)])
    own = [block for each in said if each.heading == MADE for block in each.blocks]
    sections.append(replace(last, blocks=[*last.blocks, *own]))
    if options.commands:
        sections.append(Section(heading="What to do next", blocks=[Commands(options.commands)]))
    numbers = ", ".join(f"{name} {number}" for name, number in versions().items())
    return Page(
        title=options.title or _title(arms, others),
        lead=options.lead or [*_lead(arms), *_verdicts(others)],
        facts=_facts(arms),
        sections=sections,
        footer=f"Written with {numbers}.",
    )


def _given(results: AnyResults) -> dict[str, Result]:
    """Results by name, or by number; files are read."""
    if isinstance(results, Result | str | Path):
        results = [results]
    if not isinstance(results, Mapping | Sequence) or not results:
        raise ConfigError("a page needs at least one result: give one, a list, or a dict of name and result.")
    named = results if isinstance(results, Mapping) else {str(number): each for number, each in enumerate(results)}
    for each in named.values():
        if not isinstance(each, Result | str | Path):
            raise ConfigError(f"a page is made of results or paths of saved ones, not of {shown(each)}.")
    return {name: each if isinstance(each, Result) else read_results(each) for name, each in named.items()}


def _compared(result: Result, series: int) -> Iterator[Section]:
    if isinstance(result, Comparison):
        yield from compared(result, series=series)


# Whoever has one of these results has loaded its room, with torch; a page of other results does without.
def _debiased(result: Result, _: int) -> Iterator[Section]:
    from isoglot.debiasing.run import Debiasing
    from isoglot.report.sections.debiased import debiased

    if isinstance(result, Debiasing):
        yield from debiased(result)


def _robust(result: Result, _: int) -> Iterator[Section]:
    from isoglot.perturbation.curves import Robustness
    from isoglot.report.sections.robust import robust

    if isinstance(result, Robustness):
        yield robust(result)


def _trained(result: Result, _: int) -> Iterator[Section]:
    from isoglot.report.sections.trained import trained
    from isoglot.training.trained import Trained

    if isinstance(result, Trained):
        yield from trained(result)


_SECTIONS = {"compare": _compared, "debias": _debiased, "robustness": _robust, "train": _trained}
"""Verb -> the sections of what it gives, for rooms below this one; those above it have :class:`Paged`."""


def _sections(result: Result, series: int) -> Sequence[Section]:
    """Of a result that is no evaluation.

    Args:
        series: number of what it is about, for its colour and shape.
    """
    if isinstance(result, Paged):
        return result.page_sections()
    make = _SECTIONS.get(result.verb)
    found = list(make(result, series)) if make else []
    if not found:
        raise ConfigError(
            f"there is no page of {shown(result)}: give results of evaluate, audit, compare, debias, robustness, train "
            "or study."
        )
    return found


def _series(result: Result, arms: Sequence[Arm], number: int) -> int:
    """Of a comparison the number of the arm that is B, else one that no arm and no other result has."""
    sources = [arm.source for arm in arms]
    of_b = result.b.sources if isinstance(result, Comparison) else ()
    known = [sources.index(source) for source in of_b if source in sources]
    return known[0] if known else max(len(arms), 1) + number


def _without_texts(arms: Sequence[Arm], options: PageOptions) -> Iterator[str]:
    if arms and not options.texts:
        yield "The page shows no queries and passages: they were left out, or the results were read from files."


def _title(arms: Sequence[Arm], others: Sequence[Result]) -> str:
    names = [arm.name for arm in arms]
    if not names:
        return " and ".join(dict.fromkeys(f"isoglot {each.verb}" for each in others))
    return f"{listed(map(isolated, names))} on {listed(map(isolated, collections_of(arms)))}"


def _lead(arms: Sequence[Arm]) -> Iterator[str]:
    """Of one arm on one collection the finding in words; of more the tables say more than sentences could."""
    names = collections_of(arms)
    if len(arms) == 1 and len(names) == 1:
        result = arms[0].collections[names[0]]
        yield from evaluation_finding(isolated(arms[0].name), replace(result, name=isolated(result.name)))


def _verdicts(others: Sequence[Result]) -> Iterator[str]:
    """Of each comparison on one collection in what B is better or worse."""
    for each in others:
        if isinstance(each, Comparison) and len(each.collections) == 1:
            yield verdict_of(each)


def _facts(arms: Sequence[Arm]) -> str:
    parts = []
    for name in collections_of(arms):
        result = next(iter(on(arms, name).values()))
        parts.append(f"{isolated(name)}: {amounts(result.sizes)}.")
    return " ".join(parts)
