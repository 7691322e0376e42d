"""An error of the linter is a refusal of the sampler, the other way round too, and what it says to try works."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.drawn import POLICIES
from helpers.random_parallel import LANGUAGES, build, complete, parallel_data, row
from isoglot.batching.pairs import PairDataset
from isoglot.batching.policies.cross_lingual import CrossLingual
from isoglot.batching.policies.hybrid import Hybrid
from isoglot.batching.policies.monolingual import Monolingual
from isoglot.batching.policies.policy import Policy
from isoglot.batching.sampler import LanguageBatchSampler
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import ConfigError
from isoglot.linting.items import Batches, batch_findings, unused_findings


def refuses(pairs: PairDataset, wanted: Batches) -> bool:
    try:
        LanguageBatchSampler(pairs, wanted.policy, batch_size=wanted.size, processes=wanted.processes)
    except ConfigError:
        return True
    return False


def errors(pairs: PairDataset, policy: Policy, size: int, processes: int = 1) -> list[Any]:
    wanted = Batches(policy=policy, size=size, processes=processes)
    return [finding for finding in batch_findings(pairs, wanted) if finding.severity == "error"]


@given(parallel_data(), st.sampled_from(POLICIES), st.integers(2, 20), st.sampled_from([1, 2]))
@settings(max_examples=60, deadline=None)
def test_errors_are_what_the_sampler_refuses(data: ParallelDataset, policy: Policy, size: int, processes: int) -> None:
    pairs = PairDataset(data)
    found = errors(pairs, policy, size, processes)
    assert refuses(pairs, Batches(policy=policy, size=size, processes=processes)) == bool(found)
    while found and all(finding.key == "batch.size" and finding.value for finding in found):
        smaller = min(finding.value for finding in found)
        assert smaller < size
        size, found = smaller, errors(pairs, policy, smaller, processes)
        assert refuses(pairs, Batches(policy=policy, size=size, processes=processes)) == bool(found)


def test_every_language_that_cannot_fill_a_batch_is_named() -> None:
    rows = [row(n, query=LANGUAGES[: 1 + n % 4], passage=LANGUAGES[: 1 + n % 4]) for n in range(80)]
    pairs = PairDataset(build(rows))  # 80, 60, 40 and 20 items
    [error] = errors(pairs, Monolingual(), 50)
    assert "es 20, en 40" in error.message
    assert (error.key, error.value) == ("batch.size", 20)
    assert "leave en, es out of data.languages" in error.message


def test_a_group_that_is_too_large_is_named_with_the_batch_size_that_takes_it() -> None:
    rows = [row(n, query=LANGUAGES, passage=LANGUAGES, group="page" if n < 12 else f"g{n}") for n in range(60)]
    pairs = PairDataset(build(rows))
    [error] = batch_findings(pairs, Batches(policy=Hybrid(0.5), size=6, processes=1))
    assert (error.subject, error.key, error.value) == ("large-group", "batch.size", 5)
    assert "group 'page' has 12 items" in error.message
    assert "at most 10 batches of 6" in error.message
    assert not refuses(pairs, Batches(policy=Hybrid(0.5), size=5, processes=1))
    [note] = batch_findings(pairs, Batches(policy=Hybrid(0.5), size=4, processes=1))
    assert (note.severity, note.subject) == ("note", "large-group")
    assert "80% of which" in note.message


def test_a_group_of_one_is_never_too_large() -> None:
    pairs = PairDataset(build([row(n, query=LANGUAGES, passage=LANGUAGES) for n in range(4)]))
    found = batch_findings(pairs, Batches(policy=Hybrid(0.5), size=4, processes=1))
    assert [finding.subject for finding in found] == []


@pytest.mark.parametrize(
    ("policy", "subject", "severity", "share"),
    [
        (CrossLingual(), "unused-items", "warning", "25.0%"),
        (Hybrid(0.5), "one-language-items", "note", "25.0%"),
        (Monolingual(), None, None, None),
    ],
    ids=str,
)
def test_items_in_one_language_are_no_use_to_cross_lingual_batches(
    policy: Policy, subject: str | None, severity: str | None, share: str | None
) -> None:
    rows = [row(n, query=LANGUAGES[: 1 + n % 4], passage=LANGUAGES[: 1 + n % 4]) for n in range(40)]
    found = list(unused_findings(PairDataset(build(rows)), policy))
    assert [(finding.subject, finding.severity) for finding in found] == ([(subject, severity)] if subject else [])
    assert all(share is not None and share in finding.message for finding in found)
    assert not list(unused_findings(PairDataset(complete(8)), policy))
