"""A study before its cells are run: its tests loaded, the data of its domains made, its cells planned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from isoglot.data.load import load_collection
from isoglot.errors import DataError, FetchError, IsoglotError, StorageError
from isoglot.progress import StartProgress
from isoglot.studies.cells import StudyCell, StudyTest
from isoglot.studies.config import StudyConfig
from isoglot.studies.domains import Domain, prepare_domain
from isoglot.studies.plan import StudyPlan, make_plan
from isoglot.training.progress import Report


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
    domains: dict[str, Domain | str]
    plan: StudyPlan


def prepare(config: StudyConfig, watch: Watch) -> PreparedStudy:
    """Load the tests and make the training data of every domain.

    Raises:
        DataError, FetchError: a test cannot be read.
    """
    tests = tuple(_test(name, source) for name, source in config.tests.items())
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
    return PreparedStudy(config=config, tests=tests, domains=domains, plan=make_plan(config, domains))


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
    return [cell for cell in study.plan.cells if not cell.tested(study.tests) and cell.failure() is None]
