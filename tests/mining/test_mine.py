"""Mined negatives are those of the book, whatever the tiles."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.brute import Brute, GivenScores
from helpers.random_parallel import build, complete, parallel_data, row
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import ConfigError, DataError
from isoglot.mining import mine as mine_module
from isoglot.mining import search as search_module
from isoglot.mining.finder import Finder
from isoglot.mining.mine import mine
from isoglot.mining.options import MiningOptions
from isoglot.mining.report import MiningReport


def _mined(data: ParallelDataset, finder: Finder, *, options: MiningOptions) -> tuple[ParallelDataset, MiningReport]:
    made = mine(data, finder, options=options)
    return made.data, made.report


@contextmanager
def cut(*, items: int, bytes_per_score: int) -> Iterator[None]:
    """Few items at a time, in tiles of few rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mine_module, "_MOST_ITEMS", items)
        patch.setattr(search_module, "BYTES_PER_SCORE", bytes_per_score)
        yield


@st.composite
def mining_options(draw: st.DrawFn) -> MiningOptions:
    negatives, skip = draw(st.integers(1, 3)), draw(st.sampled_from([0, 0, 2]))
    return MiningOptions(
        queries=draw(st.sampled_from(["same", "cross", "both"])),
        num_negatives=negatives,
        range_max=negatives + skip + draw(st.integers(0, 8)),
        relative_margin=draw(st.sampled_from([None, 0.5, 0.05, 0.0])),
        absolute_margin=draw(st.sampled_from([None, 0.0, 0.3])),
        range_min=skip,
        short=draw(st.sampled_from(["fill", "drop"])),
        memory_mib=1,
    )


@settings(max_examples=20, deadline=None)
@given(
    parallel_data(),
    mining_options(),
    st.sampled_from([13, 1_000]),
    st.sampled_from([17, 1_000]),
    st.sampled_from([40, 8_000]),
    st.sampled_from([-np.inf, 0.0]),
)
def test_negatives_are_those_of_brute_force(
    data: ParallelDataset, options: MiningOptions, widest: int, items: int, bytes_per_score: int, least: float
) -> None:
    finder = GivenScores(data, widest=widest, seed=len(data), least=least)
    book = Brute(data, finder, options)
    with cut(items=items, bytes_per_score=bytes_per_score):
        try:
            result, report = _mined(data, finder, options=options)
        except DataError:
            assert options.short == "drop"
            assert all(_short(book, item, options) for item in range(len(data)))
            return
    assert len(result) + report.left_out == len(data)
    found = {row["id"]: row["negatives"] for row in result}
    short = dropped = 0
    for item, wanted in enumerate(book.rows):
        for language in wanted["passage"]:
            expected, candidates = book.negatives(item, language)
            short += len(expected) < options.num_negatives
            dropped += len(candidates)
            if wanted["id"] not in found:
                continue
            negatives = found[wanted["id"]][language]
            assert negatives[: len(expected)] == expected
            assert len(set(negatives)) == len(negatives) == options.num_negatives
            drawn = set(negatives[len(expected) :])
            assert drawn <= set(book.texts[language]) - candidates - book.family[item]
        if options.short == "drop":
            assert (wanted["id"] not in found) == _short(book, item, options)
    assert short == sum(count.items_short for count in report.languages.values())
    assert dropped == sum(count.candidates for count in report.languages.values())


def _short(book: Brute, item: int, options: MiningOptions) -> bool:
    return any(len(book.negatives(item, lang)[0]) < options.num_negatives for lang in book.rows[item]["passage"])


@settings(max_examples=3, deadline=None)
@given(parallel_data(), st.sampled_from(["same", "both"]))
def test_tiles_of_any_size_and_a_second_run_give_the_same_file(data: ParallelDataset, languages: str) -> None:
    """What fills too; and counts."""
    options = MiningOptions(queries=languages, num_negatives=3, range_max=4, memory_mib=1)
    whole, report = _mined(data, GivenScores(data, widest=1_000, seed=1), options=options)
    for widest, items, bytes_per_score in ((1_000, 1_000, 40), (17, 23, 8_000), (40, 3, 40)):
        with cut(items=items, bytes_per_score=bytes_per_score):
            again, counted = _mined(data, GivenScores(data, widest=widest, seed=1), options=options)
        assert again.fingerprint == whole.fingerprint
        assert counted.languages == report.languages


def test_an_untranslated_copy_of_the_items_own_passage_is_not_its_negative() -> None:
    """Item 1's German passage is item 0's English one: no column of one language shows that they are equal."""
    rows = [row(item, query=["de", "en"], passage=["de", "en"]) for item in range(5)]
    rows[1]["passage"]["de"] = rows[0]["passage"]["en"]
    data = build(rows, ["de", "en"])
    options = MiningOptions(num_negatives=3, relative_margin=None)
    result, _ = _mined(data, GivenScores(data, widest=10, seed=0), options=options)
    first = next(iter(result))
    assert set(first["negatives"]["de"]) == {f"p {item} de" for item in (2, 3, 4)}


def test_an_item_that_nothing_is_left_for_is_left_out_and_counted() -> None:
    """Five of seven passages are the group's own, so there are no three others to fill with."""
    rows = [row(item, query=["en"], passage=["en"], group="g" if item < 5 else f"g{item}") for item in range(7)]
    data = build(rows, ["en"])
    options = MiningOptions(num_negatives=3, relative_margin=None)
    result, report = _mined(data, GivenScores(data, widest=10, seed=0), options=options)
    assert [row["id"] for row in result] == ["i5", "i6"]
    assert (report.left_out, report.languages["en"].items_lacking) == (5, 5)


def test_items_without_a_query_that_could_look_are_filled() -> None:
    """Where queries are German only, the query's own language has no ranking for English passages."""
    data = build([row(item, query=["de"], passage=["de", "en"]) for item in range(9)], ["de", "en"])
    _, report = _mined(
        data, GivenScores(data, widest=10, seed=0), options=MiningOptions(num_negatives=2, relative_margin=None)
    )
    counts = report.languages["en"]
    assert (counts.asked, counts.candidates, counts.items_short, counts.filled) == (0, 0, 9, 18)


@pytest.mark.parametrize(
    ("data", "options", "sentence"),
    [
        (complete(9, ["en"]), {"queries": "cross"}, "in one language and a passage in another"),
        (complete(4), {"num_negatives": 4}, "ar has 4 different passages, too few for 4"),
        (build([row(n, query=["de"], passage=["en"]) for n in range(9)]), {}, "mine with queries = cross"),
        (complete(9), {"absolute_margin": 99.0, "short": "drop"}, "no item has 4 negatives"),
    ],
)
def test_data_that_cannot_be_mined_is_refused(data: ParallelDataset, options: dict[str, object], sentence: str) -> None:
    with pytest.raises((ConfigError, DataError), match=sentence):
        mine(data, GivenScores(data, widest=10, seed=0), options=MiningOptions(**options))


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"range_max": 5, "range_min": 2}, "raise range_max"),
        ({"relative_margin": 1.0}, "below 1"),
        ({"absolute_margin": float("inf")}, "absolute_margin must be a finite number"),
        ({"num_negatives": 0}, "num_negatives must be at least 1"),
        ({"queries": "all"}, "queries must be 'same', 'cross' or 'both', but is 'all'"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, object], word: str) -> None:
    with pytest.raises(ConfigError, match=word):
        MiningOptions(**options)
