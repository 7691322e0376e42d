"""What a page says of a study: the verdict, its numbers, every arm's transfer, and how far the study is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from isoglot.configuration import dotted
from isoglot.evaluation.settings import SETTINGS, Setting
from isoglot.evaluation.statistics.bootstrap import Bounded
from isoglot.report.charts.chart import Chart
from isoglot.report.page.blocks import (
    Block,
    Column,
    Facts,
    Listing,
    Panels,
    Points,
    Results,
    Section,
    Switch,
    TableCell,
)
from isoglot.report.sections.made import MADE, written
from isoglot.report.values import measure_title
from isoglot.studies.answer import Answer
from isoglot.studies.config import ZERO_SHOT
from isoglot.studies.outcome import StudyOutcome
from isoglot.studies.prepared import PreparedStudy, failures, missing
from isoglot.studies.report.findings import Findings
from isoglot.studies.report.pictures import (
    alpha_curves,
    cell_dots,
    difference_dots,
    language_maps,
    result_dots,
    transfer_maps,
)
from isoglot.studies.report.tables import FIGURES, domains_table, results_table, robustness
from isoglot.summary import TextTable
from isoglot.versions import versions
from isoglot.wording import amounts, counted, enumerated, interval, with_minus

_INTERVALS = "The line through a dot is its 95% interval over questions and, where there are several, seeds."


def sections(found: Findings) -> Iterator[Section]:
    """All of them, as far as there are results."""
    outcome = found.outcome
    if found.verdict:
        yield Section(heading="What does the study show?", blocks=[Points(found.verdict)])
    for one in found.answers:
        if isinstance(one, Answer):
            yield _compared(one)
    for test in outcome.study.tests:
        yield from _numbers(outcome, test.name)
    yield from _transfer(outcome)
    yield from _robust(outcome)
    if isinstance(found.answer, Answer):
        yield from _languages(outcome, found.answer)
    yield _cells(outcome.study)
    yield _made(outcome)


def _compared(found: Answer) -> Section:
    question = found.question
    reading = (
        f"A dot is {question.treatment} minus {question.baseline} in {measure_title(question.measure)}: right of the "
        f"dashed line {question.treatment} is better. {_INTERVALS} In domain is the test that is a training domain's "
        "own, out of domain are all others. p < .05 is after Holm's correction over all pairs of domain and test in "
        "all settings."
    )
    return Section(
        heading=f"{question.treatment} against {question.baseline}: is it more than chance?",
        reading=[reading],
        blocks=[Panels(list(difference_dots(found))), Panels(list(cell_dots(found)))],
    )


def _numbers(outcome: StudyOutcome, test: str) -> Iterator[Section]:
    table = results_table(outcome, test)
    if not table.rows:
        return
    charts: dict[tuple[str, ...], Chart] = {
        (setting,): drawn for setting in SETTINGS if (drawn := result_dots(outcome, test, setting)) is not None
    }
    blocks: list[Block] = [Listing(table)]
    if charts:
        blocks.append(Switch({"Setting": [setting for (setting,) in charts]}, charts))
    reading = [
        "The table has means over all seeds that there are ± their standard deviation, a dot the mean of those that an "
        f"arm has in all its domains. {_INTERVALS}"
    ]
    curves = alpha_curves(outcome, test)
    if curves is not None:
        blocks.append(Panels([replace(curves, title=panel.title, panels=[panel]) for panel in curves.panels]))
        reading.append(
            "Alpha is the share of monolingual batches; a line is a training domain, a point the mean of seeds."
        )
    yield Section(heading="What does each arm score?", of=f"On {test}", reading=reading, blocks=blocks)


def _transfer(outcome: StudyOutcome) -> Iterator[Section]:
    maps = transfer_maps(outcome)
    if maps:
        lists = {"Arm": _first(maps, outcome.arms, 0), "Setting": _first(maps, SETTINGS, 1)}
        reading = (
            f"A row is what a model was trained on, a column what it was tested on: {measure_title(outcome.measure)}, "
            "means over seeds. Maps of one setting share their shades. The encoder as it is has the same in every row."
            f"{_homes(outcome)}"
        )
        yield Section(heading="What transfers from where to where?", reading=[reading], blocks=[Switch(lists, maps)])


def _homes(outcome: StudyOutcome) -> str:
    """Which pairs of a domain and a test are in domain."""
    homes = [f"{name} on {domain.home}" for name, domain in outcome.study.config.domains.items() if domain.home]
    return f" In domain: {enumerated(homes)}." if homes else ""


def _robust(outcome: StudyOutcome) -> Iterator[Section]:
    blocks = [_figures(outcome, setting, arms) for setting in SETTINGS if (arms := robustness(outcome, setting))]
    if blocks:
        reading = (
            f"{measure_title(outcome.measure)} in domain, out of domain, and their difference. Relative is the share "
            "that is kept out of domain, absolute is 1 minus the difference. Target drop is what a model lacks against "
            "the one that was trained for the test. The worst domain, language and cell are the least of all. Small "
            "print is a 95% interval; what needs cells that are not there has no value."
        )
        yield Section(heading="How robust is each arm to another domain?", reading=[reading], blocks=blocks)


def _figures(outcome: StudyOutcome, setting: Setting, arms: Mapping[str, Sequence[Bounded]]) -> Results:
    columns = [Column(setting, title, better) for title, better in zip(FIGURES, _BETTER, strict=True)]
    rows = [(name, outcome.arms.index(name), [_cell(figure) for figure in found]) for name, found in arms.items()]
    return Results(columns, rows)


_BETTER = ("higher", "higher", "", "higher", "higher", "lower", "higher", "higher", "higher")


def _cell(figure: Bounded) -> TableCell | None:
    if figure.value != figure.value:
        return None
    return TableCell(_decimals(figure.value), interval(figure, _decimals, "{} to {}"))


def _decimals(value: float) -> str:
    return with_minus(f"{value:.3f}")


def _languages(outcome: StudyOutcome, found: Answer) -> Iterator[Section]:
    maps = language_maps(outcome, found.question)
    if maps:
        lists = {"Test": _first(maps, list(outcome.study.config.tests), 0), "Setting": _first(maps, SETTINGS, 1)}
        reading = (
            f"{found.question.treatment} minus {found.question.baseline} in {measure_title(outcome.measure)}, means "
            "over seeds. A row is the language of the questions, a column what was trained on."
        )
        yield Section(heading="Which languages gain?", reading=[reading], blocks=[Switch(lists, maps)])


def _cells(study: PreparedStudy) -> Section:
    """How far the study is, and what cannot be done; without reasons, which may quote the data."""
    failed, left = failures(study), {cell.label for cell in missing(study)}
    state: dict[tuple[str, str], Counter[str]] = {}
    for cell in study.plan.cells:
        said = "failed" if cell.label in failed else "to be run" if cell.label in left else "done"
        state.setdefault((cell.arm, cell.domain or "–"), Counter())[said] += 1
    rows = [(arm, domain, *(str(found[said]) for said in _STATES)) for (arm, domain), found in state.items()]
    refused = [f"{arm} on {domain}" for arm, domain in study.plan.refused]
    blocks: list[Block] = [Listing(TextTable(("arm", "trained on", *_STATES), rows))]
    lacking = [
        f"{enumerated(names)} {what}."
        for names, what in ((list(failed), "failed"), (refused, "cannot be run"))
        if names
    ]
    if lacking:
        blocks.append(Points([*lacking, "The study's log and its Markdown report have the reasons."]))
    done = len(study.plan.cells) - len(failed) - len(left)
    reading = f"{done} of {counted(len(study.plan.cells), 'cells')} are done. A cell is a model with a seed."
    return Section(heading="Which cells are done?", reading=[reading], blocks=blocks)


_STATES = ("done", "failed", "to be run")


def _made(outcome: StudyOutcome) -> Section:
    study = outcome.study
    config = study.config
    facts = [
        ("encoders", written(config.encoders)),
        ("seeds", ", ".join(map(str, config.seeds))),
        ("measures", ", ".join(config.measures)),
        ("resamples", f"{config.draws:,} of a test's own results"),
        ("encoder as it is", f"an arm, {ZERO_SHOT}" if config.zero_shot else "not tested"),
        ("leaks", _LEAKS[config.leaks]),
        ("repair", str(study.repair) if study.repair is not None else "none"),
        ("versions", ", ".join(f"{name} {version}" for name, version in versions().items())),
    ]
    tests = [
        (test.name, f"{amounts(test.collection.sizes)}; fingerprint {test.collection.fingerprint}")
        for test in study.tests
    ]
    arms = [
        (name, ", ".join(f"{key} = {written(value)}" for key, value in dotted(arm)))
        for name, arm in config.arms.items()
    ]
    blocks: list[Block] = [
        Listing(domains_table(study)),
        Facts("Arms", arms),
        Facts("Tests", tests),
        Facts("Study", facts),
    ]
    return Section(heading=MADE, blocks=blocks)


_LEAKS = {
    "unchecked": "nobody looked for tests in the training data",
    "keep": "tests were looked for in the training data, and what was found stayed",
    "drop": "tests were looked for in the training data, and what was found was left out",
}


def _first(maps: dict[tuple[str, ...], Chart], names: Sequence[str], place: int) -> list[str]:
    """Names that some chart has, in their order."""
    there = {key[place] for key in maps}
    return [name for name in names if name in there]
