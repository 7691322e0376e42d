"""Where a run's data comes from: what is known of its named data sets without reading a text."""

from collections.abc import Iterator
from typing import Any

from isoglot.data import registry
from isoglot.data.entry import Entry
from isoglot.data.sources import hub_source
from isoglot.training.config import TrainConfig


def provenance(config: TrainConfig) -> list[dict[str, Any]]:
    """For each named data set of a run, members for a set that is made of others: its name, licence and leaks.

    ``leaks`` are the test sets whose texts or questions it holds, as :class:`isoglot.data.entry.Entry` has them: also
    of collections that nobody audits this run against. What comes from the hub has ``commits``, of which nothing is
    known where it was not read yet. Files of the user's own are not here.
    """
    found = []
    for entry in _entries(config):
        facts: dict[str, Any] = {"name": entry.name, "licence": entry.licence, "leaks": list(entry.leaks)}
        if entry.recipe is not None:
            from isoglot.data.hub.commits import commits_of  # which imports the hub's client

            facts["commits"] = commits_of(entry)
        found.append(facts)
    for path in dict.fromkeys(_names(config)):
        if (source := hub_source(path)) is not None:
            from isoglot.data.hub.commits import source_facts

            found.append({"name": path, "leaks": [], **source_facts(source)})
    return found


def known_leaks(config: TrainConfig) -> str | None:
    """``"belebele, of which sib200 has texts"``; None where no named data set is known to hold any test's texts."""
    tests: dict[str, list[str]] = {}
    for entry in _entries(config):
        for test in entry.leaks:
            tests.setdefault(test, []).append(entry.name)
    return "; ".join(f"{test}, of which {', '.join(names)} has texts" for test, names in tests.items()) or None


def _names(config: TrainConfig) -> list[str]:
    paths = [path for source in config.named_sources.values() for path in source.paths]
    return [path for path in paths if isinstance(path, str)]


def _entries(config: TrainConfig) -> Iterator[Entry]:
    found: dict[str, Entry] = {}
    for path in _names(config):
        entry = registry.entry_of(path)
        if entry is not None:
            for member in [registry.find(name) for name in entry.members] or [entry]:
                found.setdefault(member.name, member)
    yield from found.values()
