"""A study before its cells are run: its tests loaded, the data of its domains made, its cells planned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from isoglot.data.load import load_collection
from isoglot.errors import DataError, FetchError, IsoglotError, StorageError
from isoglot.evaluation.evaluate import EvaluationOptions
from isoglot.files import check_shared_folder
from isoglot.progress import StartProgress
from isoglot.studies.cells import StudyCell, StudyTest
from isoglot.studies.config import StudyConfig
from isoglot.studies.domains import Domain, prepare_domain
from isoglot.studies.plan import StudyPlan, make_plan
from isoglot.studies.repair import StudyRepair, prepared_repair
from isoglot.training.progress import Report
from isoglot.wording import enumerated


@dataclass(frozen=True, kw_only=True)
class Watch:
    """What is told of the work.

    Attributes:
        say: told what happens next, in a sentence.
        training: makes the display of a training run, given its steps.
        embedding: makes the display of other work.
    """

    say: Callable[[str], object]
    training: Callable[[int], AbstractContextManager[Report]]
    embedding: Callable[[], AbstractContextManager[StartProgress]]


@dataclass(frozen=True, kw_only=True)
class PreparedStudy:
    """A study whose data is there.

    Attributes:
        domains: name -> the domain, or why it could not be prepared.
    """

    config: StudyConfig
    tests: tuple[StudyTest, ...]
    repair: StudyRepair | None
    domains: dict[str, Domain | str]
    plan: StudyPlan

    @property
    def options(self) -> EvaluationOptions:
        """How every cell is measured."""
        return EvaluationOptions(measures=self.config.measures, draws=self.config.draws)

    @property
    def measurements(self) -> tuple[StudyTest, ...]:
        """The tests and, where the study has a repair, the tests with it."""
        return (*self.tests, *(replace(test, repair=self.repair) for test in self.tests if self.repair is not None))


def prepare(config: StudyConfig, watch: Watch) -> PreparedStudy:
    """Load the tests and make the training data of every domain.

    Raises:
        DataError, FetchError: a test, or a text that a repair is fitted on, cannot be read.
        StorageError: the output cannot be a folder.
    """
    check_shared_folder(config.output)
    tests = tuple(_test(name, source) for name, source in config.tests.items())
    repair = None if config.repair is None else prepared_repair(config.repair)
    if repair and (unfitted := repair.unfitted(tag for test in tests for tag in test.collection.languages)):
        watch.say(f"repair: no text in {enumerated(unfitted)}, so vectors of these languages stay where they are.")
    domains: dict[str, Domain | str] = {}
    for name in config.domains:
        try:
            with watch.embedding() as progress:
                domains[name] = prepare_domain(name, config, progress=progress)
        except StorageError:
            raise
        except IsoglotError as error:
            domains[name] = str(error)
            watch.say(f"domain {name} cannot be used: {error}")
    plan = make_plan(config, domains)
    return PreparedStudy(config=config, tests=tests, repair=repair, domains=domains, plan=plan)


def _test(name: str, source: str) -> StudyTest:
    try:
        return StudyTest(name, load_collection(source))
    except (DataError, FetchError) as error:
        raise type(error)(f"key 'tests.{name}': {error}") from error


def failures(study: PreparedStudy) -> dict[str, str]:
    """Cell -> why it failed."""
    return {cell.label: reason for cell in study.plan.cells if (reason := cell.failure())}


def missing(study: PreparedStudy) -> Sequence[StudyCell]:
    """Cells that are neither done nor failed."""
    return [cell for cell in study.plan.cells if not cell.tested(study.measurements) and cell.failure() is None]
