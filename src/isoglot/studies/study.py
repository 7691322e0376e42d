"""``study``: arms x domains x seeds trained and tested, and what they show."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from isoglot.arguments import Count, checked
from isoglot.errors import ConfigError
from isoglot.evaluation.settings import SETTINGS
from isoglot.progress import Progress
from isoglot.report.page.blocks import Section
from isoglot.result import Result
from isoglot.studies.config import StudyConfig
from isoglot.studies.prepared import PreparedStudy, Watch, failures, prepare
from isoglot.studies.report.findings import Findings
from isoglot.studies.report.page import write_report
from isoglot.studies.report.sections import sections
from isoglot.studies.run import run_cells
from isoglot.versions import versions


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class StudyReport(Result):
    """What a study shows, as far as its cells are done.

    Example::

        >>> report = isoglot.study("study.toml", run=False)
        >>> report.failures
        {}

    Attributes:
        prepared: the study.
        page: the report in Markdown, with every number.
        findings: what is in it.
    """

    verb: ClassVar[str] = "study"

    prepared: PreparedStudy
    page: Path
    findings: Findings

    @property
    def sentences(self) -> tuple[str, ...]:
        """The verdict, and what could not be answered."""
        return self.findings.sentences

    def page_sections(self) -> list[Section]:
        """What a page (:func:`isoglot.write_page`) says of the study."""
        return list(sections(self.findings))

    @property
    def failures(self) -> dict[str, str]:
        """Cell -> why it failed."""
        return failures(self.prepared)

    def _headline(self) -> str:
        return self.sentences[0].rstrip(".") if self.sentences else f"see {self.page}"

    def _rows(self) -> Iterator[dict[str, object]]:
        measure = self.findings.outcome.measure
        for (_, test, _), run in self.findings.outcome.runs.items():
            cell = {"arm": run.arm, "domain": run.cell.domain, "seed": run.cell.seed, "test": test}
            for setting in SETTINGS:
                if run.scores(setting, measure) is not None:
                    yield {**cell, "table": setting, "name": measure, "value": run.macro(setting, measure)}

    def _content(self) -> dict[str, Any]:
        return {
            "config": self.prepared.config.model_dump(mode="json"),
            "page": str(self.page),
            "sentences": list(self.sentences),
            "failures": self.failures,
            "values": list(self._rows()),
            "versions": versions(),
        }


@checked
def study(
    config: StudyConfig | str | Path | Mapping[str, Any],
    *,
    name: str | None = None,
    run: bool = True,
    shard: tuple[Count, Count] = (1, 1),
    changed: bool = False,
    watch: Watch | None = None,
) -> StudyReport:
    """Train and test arms x domains x seeds, and report their robustness to domain shift.

    Example::

        >>> isoglot.study("study.toml", run=False).page.name
        'report.md'

    What is done already is not done again; the report is ``report.md`` in the configuration's ``output``.

    Args:
        config: of the study, or the TOML file that it is in (docs/studies.md).
        name: what messages call the configuration, and the report is titled by; as it was given if left out.
        run: whether to run what is not done; otherwise it is reported on what is there.
        shard: (i, n) runs every n-th cell from the i-th on, as one of n machines.
        changed: run the cells again whose configuration changed.
        watch: what is told of the work.

    Raises:
        ConfigError: a key that is unknown or has an unusable value, a changed cell without ``changed``, or no such
            shard.
        DataError, FetchError: a test cannot be read.
    """
    if shard[0] > shard[1]:
        raise ConfigError(f"shard must be (i, n) with i from 1 to n, such as (2, 4), but is {shard}.")
    read, watch = StudyConfig.of(config), watch or Watch(say=_silent, training=_no_report, embedding=_no_progress)
    prepared = prepare(read, watch)
    where = name or (str(config) if isinstance(config, str | Path) else "study")
    if run:
        run_cells(prepared, watch, shard=shard, changed=changed, where=where)
    page = read.output / "report.md"
    findings = Findings.read(prepared)
    write_report(findings, page, title=Path(where).stem)
    return StudyReport(prepared=prepared, page=page, findings=findings)


def _silent(sentence: object) -> None:
    """Where nobody watches."""


def _no_report(steps: int) -> nullcontext[Callable[[dict[str, Any]], None]]:
    return nullcontext(_silent)


def _no_progress() -> nullcontext["_NoProgress"]:
    return nullcontext(_NoProgress())


class _NoProgress:
    def __call__(self, what: str, total: int, /, unit: str = "texts") -> Progress:
        return _silent
