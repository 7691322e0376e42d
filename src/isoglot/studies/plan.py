"""Which cells a study has, in the order in which they are run, and which of them cannot be run and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from isoglot.batching.policies.policy import pairs_languages
from isoglot.errors import ConfigError, EncoderError
from isoglot.studies.cells import StudyCell, trained_cell, zero_shot_cells
from isoglot.studies.config import StudyConfig
from isoglot.studies.domains import Domain
from isoglot.training.model import check_trainable


@dataclass(frozen=True, kw_only=True)
class StudyPlan:
    """Attributes:
    cells: encoders as they are first, then all arms and domains of a seed before the next seed, so that what
        is there after a while is a whole study with fewer seeds.
    refused: (arm, domain) -> why it cannot be run.
    """

    cells: tuple[StudyCell, ...]
    refused: dict[tuple[str, str], str]

    def shard(self, number: int, of: int) -> tuple[StudyCell, ...]:
        """Every ``of``-th cell, from the ``number``-th on (from 1)."""
        return self.cells[number - 1 :: of]


def make_plan(study: StudyConfig, domains: Mapping[str, Domain | str]) -> StudyPlan:
    """All cells of a study.

    Args:
        study: its configuration.
        domains: name -> the domain, or the reason why it could not be prepared.
    """
    refused = {
        (arm, name): reason for arm in study.arms for name in domains if (reason := _reason(study, arm, domains[name]))
    }
    cells = zero_shot_cells(study) if study.zero_shot else []
    for seed in study.seeds:
        for name, domain in domains.items():
            for arm in study.arms:
                if (arm, name) not in refused and isinstance(domain, Domain):
                    cells.append(trained_cell(study, arm, domain, seed))
    return StudyPlan(cells=tuple(cells), refused=refused)


def _reason(study: StudyConfig, arm: str, domain: Domain | str) -> str | None:
    """Why an arm cannot be trained on a domain; None where it can."""
    if isinstance(domain, str):
        return domain
    config = study.runs[arm]
    try:
        check_trainable(config.encoder)
    except EncoderError as error:
        return str(error)
    batch = config.batch
    if domain.parallel == 0 and pairs_languages(batch.build()):
        return (
            f"{domain.name} has {'one language' if len(domain.languages) == 1 else 'no item in two languages'} "
            f"({', '.join(domain.languages)}), and {batch.policy} batches pair two: add a [translate] section, or give "
            "parallel data."
        )
    return None


def check_unchanged(cells: Sequence[StudyCell], *, where: str) -> None:
    """Refuse to run what was run before with another configuration.

    Raises:
        ConfigError: a finished cell has another configuration now; with the first key that differs.
    """
    for cell in cells:
        if cell.begun:
            continue
        for before in cell.others():
            key = next(iter(_changed(before, cell.content)), "?")
            count = sum(bool(other.others()) and not other.begun for other in cells)
            raise ConfigError(
                f"{where}: {key} has changed since {cell.label} was run, so {count} of {len(cells)} cells would be "
                "run again: allow it with --changed (earlier results are kept), or put the old value back."
            )


def _changed(before: Mapping[str, object], now: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    """The keys whose values differ, dotted."""
    for key in sorted(before.keys() | now.keys()):
        old, new = before.get(key), now.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _changed(old, new, f"{prefix}{key}.")
        elif old != new:
            yield f"{prefix}{key}"
