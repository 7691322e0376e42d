import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from helpers.compared import FAST, effect, evaluated, run, values
from isoglot.errors import ConfigError, DataError
from isoglot.evaluation.comparison.compare import CompareOptions, compare
from isoglot.evaluation.saved import SavedCollection, SavedResults
from isoglot.evaluation.scores import Scores, Topics
from isoglot.evaluation.statistics.bootstrap import bootstrap_macro, interval
from isoglot.evaluation.statistics.multiplicity import benjamini_hochberg, holm
from isoglot.evaluation.topics import topics_path
from isoglot.files import write_json


def test_macro_values_are_those_of_the_files(tmp_path: Path) -> None:
    a, b = evaluated("a", vectors=1), evaluated("b", vectors=2)
    a.save(tmp_path / "a.json")
    b.save(tmp_path / "b.json")
    found = compare([tmp_path / "a.json"], [tmp_path / "b.json"], options=FAST)
    sides = [json.loads((tmp_path / f"{side}.json").read_text())["collections"]["random"] for side in "ab"]
    rows = found.collections["random"].rows
    settings = a.collections["random"].settings
    assert settings.keys() >= {"mono", "cross", "multi"}
    kept = [(row.table, row.name) for row in rows if row.table != "bias"]
    assert kept == [(setting, name) for setting, measures in settings.items() for name in measures]
    biases = a.collections["random"].bias.keys() - {"rank_distance_median"}  # a median is no sum over topics
    assert {row.name for row in rows if row.table == "bias"} == biases
    for row in rows:
        in_a, in_b = (side[row.table][row.name] for side in sides)
        assert (row.macro.a, row.macro.b, row.macro.difference) == pytest.approx((in_a, in_b, in_b - in_a), abs=1e-12)
        cells = [side["cells"][row.table][row.name] for side in sides]
        assert {cell: (e.a, e.b) for cell, e in row.cells.items()} == {
            cell: pytest.approx((cells[0][cell], cells[1][cell])) for cell in cells[0]
        }
    in_memory = compare([a], [b], options=FAST)
    assert json.dumps(in_memory.to_dict()["collections"]) == json.dumps(found.to_dict()["collections"])


def test_statistics_are_those_of_the_cluster_differences() -> None:
    a, b = run("a", values(1)), run("b", values(2, shift=0.05))
    found = effect(compare([a], [b], options=FAST))
    scores = a.collections["made"].topics.tables["multi"]
    difference = b.collections["made"].topics.tables["multi"].values["map"] - scores.values["map"]
    clusters = a.collections["made"].topics.cluster
    contributions = np.array([difference[clusters == g].sum() / 120 for g in range(20)])  # all cells are equal
    assert found.d_z == pytest.approx(contributions.mean() / contributions.std(ddof=1))
    assert (found.higher, found.lower) == pytest.approx(((contributions > 0).mean(), (contributions < 0).mean()))
    assert found.relative == pytest.approx(difference.mean() / scores.values["map"].mean())
    drawn = bootstrap_macro(replace(scores, values={"x": difference}), clusters, draws=1_000, seed=0)
    assert (found.low, found.high) == interval(drawn("x"))
    flips = 1 - 2 * np.random.default_rng(99).integers(0, 2, size=(20_000, 20))
    p = (np.abs(flips @ contributions) >= abs(contributions.sum())).mean()
    assert found.p == pytest.approx(p, abs=0.04)
    assert 0.01 < p < 0.99
    assert (found.clusters, found.topics) == (20, 120)


def test_exchanged_sides_have_the_opposite_difference() -> None:
    a, b = run("a", values(1)), run("b", values(2, shift=0.05))
    options = CompareOptions(draws=1_000, margin=0.1)
    there, back = (effect(compare(*sides, options=options)) for sides in (([a], [b]), ([b], [a])))
    assert (back.difference, back.d_z) == pytest.approx((-there.difference, -there.d_z))
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))
    assert (back.p, back.higher) == (there.p, there.lower)
    assert there.margin
    assert back.margin
    assert back.margin.p_equivalent == there.margin.p_equivalent
    assert there.margin.p_no_worse < back.margin.p_no_worse


def test_a_run_against_its_copy_differs_in_nothing() -> None:
    a, b, c, d = (run(name, values(1)) for name in "abcd")
    for sides in (([a], [b]), ([a, b], [c, d])):
        for _, row in compare(*sides, options=FAST).rows():
            for found in (row.macro, *row.cells.values()):
                assert (found.difference, found.low, found.high, found.d_z, found.relative) == (0, 0, 0, 0, 0)
                assert (found.p, found.p_bh, found.equal) == (1, 1, 1)


def test_topics_are_matched_by_query_and_cell_whatever_their_order() -> None:
    a, b = run("a", values(1)), run("b", values(2))
    topics = b.collections["made"].topics
    rng = np.random.default_rng(0)
    queries, order = rng.permutation(120), rng.permutation(120)
    place = np.argsort(queries)  # old query -> new
    tables = {
        name: Scores(
            query=place[table.query][order],
            cell=(2 - table.cell)[order],
            cells=table.cells[::-1],
            values={value: numbers[order] for value, numbers in table.values.items()},
        )
        for name, table in topics.tables.items()
    }
    mixed = Topics(
        queries=tuple(topics.queries[n] for n in queries), cluster=19 - topics.cluster[queries], tables=tables
    )
    shuffled = replace(b, collections={"made": SavedCollection(fingerprint="f", averages={}, topics=mixed)})
    expected = compare([a], [b], options=FAST)
    mixed_up = compare([a], [shuffled], options=FAST)
    assert json.dumps(mixed_up.to_dict()["collections"]) == json.dumps(expected.to_dict()["collections"])
    exchanged = effect(compare([shuffled], [a], options=FAST))
    found = effect(expected)
    assert (exchanged.low, exchanged.high) == pytest.approx((-found.high, -found.low), abs=1e-9)
    assert exchanged.p == found.p


def test_p_values_are_adjusted_in_their_families() -> None:
    a, b = run("a", values(1), bias=values(5)), run("b", values(2, shift=0.05), bias=values(6))
    twice = [replace(side, collections={**side.collections, "again": side.collections["made"]}) for side in (a, b)]
    found = compare(twice[:1], twice[1:], options=FAST)
    rows = [row for _, row in found.rows()]
    assert found.confirmatory == ("multi/map",)
    assert [row.confirmatory for row in rows] == [True, False, True, False]
    family = np.array([row.macro.p for row in rows if row.confirmatory])
    assert [row.macro.p_holm for row in rows if row.confirmatory] == holm(family).tolist()
    assert all(np.isnan(row.macro.p_holm) for row in rows if not row.confirmatory)
    table = np.array([row.macro.p for row in rows[:2]])
    assert [row.macro.p_bh for row in rows[:2]] == benjamini_hochberg(table).tolist()
    cells = list(rows[0].cells.values())
    assert [cell.p_holm for cell in cells] == holm(np.array([cell.p for cell in cells])).tolist()
    assert [cell.p_bh for cell in cells] == benjamini_hochberg(np.array([cell.p for cell in cells])).tolist()
    wanted = compare([a], [b], options=CompareOptions(draws=100, confirmatory=["bias/distance"]))
    assert [row.confirmatory for _, row in wanted.rows()] == [False, True]


def test_a_topic_without_a_value_in_one_run_is_left_out_of_both() -> None:
    with_gap, whole = values(1), values(2)
    with_gap[4] = np.nan
    found = compare([run("a", with_gap)], [run("b", whole)], options=FAST).collections["made"].row("multi", "map")
    assert (found.dropped, found.macro.topics) == (1, 119)
    kept = np.delete(np.arange(120), 4)
    expected = np.mean([whole[kept[kept % 3 == cell]].mean() for cell in range(3)])
    assert found.macro.b == pytest.approx(expected)


def test_margins_are_for_measures() -> None:
    noise = 0.01 * values(3)
    a, b = run("a", values(1)), run("b", values(1) + noise - noise.mean() - 0.004)
    within = compare([a], [b], options=CompareOptions(draws=1_000, margin=0.01))
    beyond = compare([a], [b], options=CompareOptions(draws=1_000, margin=0.003))
    assert effect(within).p < 0.05
    for found, expected in ((within, True), (beyond, False)):
        margin = effect(found).margin
        assert margin
        assert (margin.equivalent, margin.no_worse) == (expected, expected)
        assert effect(found, "bias", "distance").margin is None


def test_seeds_are_a_second_sample() -> None:
    """Runs that differ by more than the arms do: sure for these runs, not for the next ones."""
    a = [run(f"a{n}", values(n, shift=shift)) for n, shift in enumerate((0.0, 0.4, 0.8))]
    b = [run(f"b{n}", values(9 + n, shift=shift)) for n, shift in enumerate((0.2, 0.6, 1.0))]
    single, several = compare(a[:1], b[:1], options=FAST), compare(a, b, options=FAST)
    assert effect(single).p < 0.01
    assert effect(several).p > 0.2
    assert effect(several).low < 0 < effect(several).high
    means = [np.mean([effect(compare([one], [B], options=FAST)).a for one in side]) for side in (a, b)]
    assert (effect(several).a, effect(several).b) == pytest.approx(means)
    assert (single.seeds_vary, several.seeds_vary) == (False, True)
    assert compare(a, b[:1], options=FAST).seeds_vary


def test_one_cluster_proves_nothing(tmp_path: Path) -> None:
    found = compare([run("a", values(1), clusters=1)], [run("b", values(2), clusters=1)], options=FAST)
    assert effect(found).p == 1
    write_json(found.to_dict(), tmp_path / "c.json")
    written = json.loads((tmp_path / "c.json").read_text())["collections"]["made"]["multi"]["map"]
    assert (written["low"], written["high"], written["d_z"], written["p"]) == (None, None, None, 1)


def without(saved: SavedResults, query: int) -> SavedResults:
    topics = saved.collections["made"].topics
    tables = {
        name: Scores(
            query=np.delete(table.query, query),
            cell=np.delete(table.cell, query),
            cells=table.cells,
            values={value: np.delete(numbers, query) for value, numbers in table.values.items()},
        )
        for name, table in topics.tables.items()
    }
    return replace(
        saved,
        collections={"made": SavedCollection(fingerprint="f", averages={}, topics=replace(topics, tables=tables))},
    )


A, B = run("a", values(1)), run("b", values(2))


@pytest.mark.parametrize(
    ("a", "b", "sentence"),
    [
        ([A], [run("b", values(2), fingerprint="g")], r"^b\.json: made is not the same data as in a\.json"),
        ([A], [without(B, 7)], r"^b\.json: made, multi has no value of query 'q007' \(en\), which a\.json has"),
        ([without(A, 7)], [B], r"^a\.json: made, multi has no value of query 'q007' \(en\), which b\.json has"),
        ([A, without(run("a2", values(1)), 0)], [B], r"^a2\.json: .* 'q000'"),
        ([A], [replace(B, collections={})], r"^a\.json, b\.json: no collection is in all"),
    ],
)
def test_runs_that_do_not_belong_together(a: Sequence[SavedResults], b: Sequence[SavedResults], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        compare(a, b, options=FAST)


def test_what_only_one_side_has_is_left_out() -> None:
    a, b = run("a", values(1)), run("b", values(2))
    b.collections["more"] = b.collections["made"]
    b.collections["made"].topics.tables["multi"].values["mrr"] = values(3)
    found = compare([a], [b], options=FAST)
    assert found.left_out == ("more",)
    assert [(row.table, row.name) for _, row in found.rows()] == [("multi", "map"), ("bias", "distance")]


def test_options_that_cannot_work() -> None:
    for margin in (0.0, -0.1, float("nan"), float("inf")):
        with pytest.raises(ConfigError, match="margin must be"):
            CompareOptions(margin=margin)
    with pytest.raises(ConfigError, match=r"no 'multi/mrr' to confirm: use multi/map, bias/distance"):
        compare([run("a", values(1))], [run("b", values(2))], options=CompareOptions(confirmatory=["multi/mrr"]))
    with pytest.raises(ConfigError, match="at least one results file"):
        compare([], [run("b", values(2))])
    with pytest.raises(ConfigError, match=r"A and B are the same results \(a\.json\): give those of two encoders"):
        compare(A, A)
    with pytest.raises(ConfigError, match=r"dict is no result: give what evaluate returns"):
        compare(A, {})  # type: ignore[arg-type]


def test_files_that_are_not_one_evaluation(tmp_path: Path) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    evaluated("a", vectors=1).save(first)
    evaluated("b", vectors=2).save(second)
    with pytest.raises(DataError, match=r"no\.json: no such file"):
        compare([first], [tmp_path / "no.json"])
    for text in ("{", "[]", '{"encoder": 1, "collections": {"x": {}}}'):
        (tmp_path / "bad.json").write_text(text)
        with pytest.raises(DataError, match=r"bad\.json: not a results file"):
            compare([first], [tmp_path / "bad.json"])
    with pytest.raises(ConfigError, match=r"a\.json is given twice"):
        compare([first, tmp_path / "." / "a.json"], [second])
    topics_path(second).replace(topics_path(first))  # as if killed between its two files
    with pytest.raises(DataError, match=r"a\.topics\.parquet: random, .* not of one evaluation"):
        compare(first, second)
    with pytest.raises(DataError, match=r"b\.topics\.parquet: no such file"):
        compare(second, first)
