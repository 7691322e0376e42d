import math
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from helpers.literal import Case, cases
from isoglot.data.collection import Collection
from isoglot.evaluation.measures import parse_measure
from isoglot.evaluation.ranks import Ranks, rank_relevant
from isoglot.evaluation.scores import Scores
from isoglot.evaluation.settings import SETTINGS, Setting, score

AP = parse_measure("map")


def literal_ap(places: list[int]) -> float:
    return sum((n + 1) / place for n, place in enumerate(sorted(places))) / len(places)


def literal_cells(case: Case, setting: Setting) -> dict[str, float]:
    """Cell -> mean average precision over its topics, by loops."""
    values: dict[str, list[float]] = defaultdict(list)
    for query, own in enumerate(case.query_languages()):
        by_setting: dict[Setting, dict[str, str | None]] = {
            "mono": {own: own},
            "cross": {f"{own}>{other}": other for other in case.collection.languages if other != own},
            "multi": {own: None},
        }
        for cell, pool in by_setting[setting].items():
            found = case.ranks(query, pool=pool)
            if found:
                values[cell].append(literal_ap(list(found.values())))
    return {cell: sum(numbers) / len(numbers) for cell, numbers in values.items()}


def literal_single_gold(case: Case) -> dict[str, float]:
    """The same, each pool ranked without the relevant passages in other languages than the cell's."""
    values: dict[str, list[float]] = defaultdict(list)
    languages = case.passage_languages()
    for query, own in enumerate(case.query_languages()):
        relevant = case.grades(query)
        for language in {languages[n] for n in relevant}:
            gold = {n for n in relevant if languages[n] == language}
            pool = [n for n in case.ranking(query) if n in gold or n not in relevant]
            places = [place for place, n in enumerate(pool, start=1) if n in gold]
            values[f"{own}>{language}"].append(literal_ap(places))
    return {cell: sum(numbers) / len(numbers) for cell, numbers in values.items()}


@settings(max_examples=150, deadline=None)
@given(cases(max_passages=100))
def test_cells_and_macro_averages_equal_the_literal_ones(case: Case) -> None:
    ranks = rank_relevant(case.queries, case.passages, case.collection)
    single_gold = literal_single_gold(case)
    across = any(cell.partition(">")[0] != cell.partition(">")[2] for cell in single_gold)
    wanted = {setting: literal_cells(case, setting) for setting in SETTINGS}
    for setting, expected in {**wanted, "single-gold": single_gold if across else {}}.items():
        scores = score(setting, ranks, case.collection, [AP])
        if scores is None:
            assert not expected
            continue
        assert scores.by_cell("map") == pytest.approx(expected)
        assert scores.macro("map") == pytest.approx(sum(expected.values()) / len(expected))


def test_single_gold_of_a_run_ranks_what_is_there() -> None:
    # de first, then en, a wrong one, zh; a run of three hits lacks the Chinese passage.
    collection = Collection.from_rows(
        "one",
        queries=[{"id": "q", "text": "?", "lang": "de"}],
        passages=[{"id": f"p{n}", "text": "!", "lang": lang} for n, lang in enumerate(("de", "en", "en", "zh"))],
        relevant={("q", "p0"): 1, ("q", "p1"): 1, ("q", "p3"): 1},
    )
    ranks = rank_relevant(np.ones((1, 1), np.float32), np.array([[4], [3], [2], [1]], np.float32), collection)
    assert by_cell(ranks, collection) == {"de>de": 1, "de>en": 1, "de>zh": 1 / 2}
    lacking = np.where(ranks.pool_rank > 3, np.inf, ranks.pool_rank)
    assert by_cell(replace(ranks, pool_rank=lacking), collection) == {"de>de": 1, "de>en": 1, "de>zh": 0}


def by_cell(ranks: Ranks, collection: Collection) -> dict[str, float]:
    scores = score("single-gold", ranks, collection, [AP])
    assert scores is not None
    return scores.by_cell("map")


def test_a_language_weighs_the_same_whatever_its_number_of_queries() -> None:
    # Three German queries find their German passage first, the one English query finds its own last of two.
    queries = [("d1", "de"), ("d2", "de"), ("d3", "de"), ("e1", "en")]
    passages = {"right": ("de", 2), "r2": ("en", 1), "wrong": ("en", 2)}
    relevant = {(query, "right"): 1 for query, _ in queries} | {("e1", "r2"): 1, ("d1", "wrong"): 1}
    collection = Collection.from_rows(
        "unequal",
        queries=[{"id": name, "text": "?", "lang": lang} for name, lang in queries],
        passages=[{"id": name, "text": "!", "lang": lang} for name, (lang, _) in passages.items()],
        relevant=relevant,
    )
    vectors = np.array([[value] for _, value in passages.values()], dtype=np.float32)
    ranks = rank_relevant(np.ones((4, 1), dtype=np.float32), vectors, collection)
    by_setting = {setting: score(setting, ranks, collection, [AP]) for setting in SETTINGS}
    # "wrong" ties with "right" in the pool and comes first by its id.
    cells = {
        "mono": {"de": 1.0, "en": 1 / 2},
        "cross": {"de>en": 1.0, "en>de": 1.0},
        "multi": {"de": (1 + 1 / 2 + 1 / 2) / 3, "en": (1 / 2 + 2 / 3) / 2},
    }
    for setting, scores in by_setting.items():
        assert scores is not None
        assert scores.by_cell("map") == pytest.approx(cells[setting])
        assert scores.macro("map") == pytest.approx(sum(cells[setting].values()) / 2)
    assert by_setting["cross"] is not None
    assert len(by_setting["cross"].query) == 2  # d2 and d3 have no relevant passage in English: no topics


def test_values_that_are_not_known_are_left_out_of_cells_and_macro() -> None:
    values = np.array([1.0, math.nan, 0.0, math.nan])
    scores = Scores(query=np.arange(4), cell=np.array([0, 0, 1, 2]), cells=("de", "en", "zh"), values={"x": values})
    assert scores.by_cell("x") == {"de": 1.0, "en": 0.0}
    assert scores.macro("x") == 0.5
