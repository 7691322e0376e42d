import math
import statistics
from collections import defaultdict

import numpy as np
import numpy.typing as npt
import pytest

from helpers.literal import Case, make_case
from isoglot.data.collection import Collection
from isoglot.evaluation.bias import distance, preference
from isoglot.evaluation.bias.consistency import rank_correlation
from isoglot.evaluation.bias.recall import recall
from isoglot.evaluation.bias.summary import BIAS_DEPTH, language_bias, pool_share
from isoglot.evaluation.evaluate import evaluate_embedded
from isoglot.evaluation.ranks import Ranks, rank_relevant


def means_by_language(case: Case, values: npt.NDArray[np.float64]) -> dict[str, list[float]]:
    """Query language -> the value of each of its queries that has one."""
    found: dict[str, list[float]] = defaultdict(list)
    for language, value in zip(case.query_languages(), values, strict=True):
        if not math.isnan(value):
            found[language].append(float(value))
    return found


def defined(ranks: Ranks, collection: Collection) -> dict[str, npt.NDArray[np.float64]]:
    """Every name and the function that defines it."""
    same = {k: preference.same_language(ranks, collection, k) for k in (1, 10)}
    english = {k: preference.english_share(ranks, collection, k) for k in (1, 10)}
    single_gold = preference.single_gold(ranks, collection)
    return {
        "rank_distance": distance.rank_distance(ranks, collection),
        "rank_distance_normalised": distance.rank_distance_normalised(ranks, collection),
        "log_rank_distance": distance.log_rank_distance(ranks, collection),
        "max_rank": distance.max_rank(ranks, collection),
        "max_rank_normalised": distance.max_rank_normalised(ranks, collection),
        **{f"complete@{k}": distance.complete(ranks, collection, k) for k in (20, 100)},
        "lpr": preference.preference_rate(ranks, collection),
        "recall_all@10": recall(ranks, collection, 10, of="all"),
        "recall_own@10": recall(ranks, collection, 10, of="own"),
        "recall_other@10": recall(ranks, collection, 10, of="other"),
        **{f"tlr@{k}": recall(ranks, collection, k, of="other") for k in (20, 100)},
        "single_gold_same": single_gold[0],
        "single_gold_other": single_gold[1],
        **{f"same_language@{k}": same[k] for k in (1, 10)},
        **{f"same_language_lift@{k}": same[k] / preference.same_chance(collection) for k in (1, 10)},
        **{f"english_share@{k}": english[k] for k in (1, 10)},
        **{f"english_lift@{k}": english[k] / preference.english_chance(collection) for k in (1, 10)},
        **{f"mrc@{k}": rank_correlation(ranks, collection, k) for k in (10, 100)},
    }


def test_names_averages_and_medians() -> None:
    case = make_case(languages=["ar", "de", "en", "zh"], queries=60, passages=150, values=30, seed=1)
    ranks = rank_relevant(case.queries, case.passages, case.collection, depth=BIAS_DEPTH)
    scores, expected = language_bias(ranks, case.collection), defined(ranks, case.collection)
    assert scores.values.keys() == expected.keys()
    for name, values in expected.items():
        found = means_by_language(case, values)
        means = {language: statistics.mean(numbers) for language, numbers in found.items()}
        assert scores.by_cell(name) == pytest.approx(means)
        assert scores.macro(name) == pytest.approx(statistics.mean(means.values()))
        medians = {language: statistics.median(numbers) for language, numbers in found.items()}
        assert scores.median_by_cell(name) == pytest.approx(medians)
    # No two of them are the same thing under two names.
    assert len({values.tobytes() for values in scores.values.values()}) == len(expected)


def test_what_no_query_has_is_absent() -> None:
    several = make_case(languages=["ar", "de", "en"], queries=30, passages=150, values=30, seed=3)
    names = found_names(several)
    assert names - found_names(several, depth=10) == {"mrc@100"}
    of_hits = {name for name in names if name.endswith("@10") and not name.startswith("recall")}
    assert names - found_names(several, depth=1) == {"mrc@100", *of_hits}
    without_english = make_case(languages=["ar", "de"], queries=30, passages=150, values=30, seed=3)
    assert names - found_names(without_english) == {name for name in names if name.startswith("english")}
    alone = make_case(languages=["de"], queries=30, passages=150, values=30, seed=3)
    assert found_names(alone) == {"same_language@1", "same_language@10"}
    in_english = make_case(languages=["en"], queries=30, passages=150, values=30, seed=3)
    assert found_names(in_english) == {"same_language@1", "same_language@10"}


def found_names(case: Case, *, depth: int = BIAS_DEPTH) -> set[str]:
    ranks = rank_relevant(case.queries, case.passages, case.collection, depth=depth)
    return set(language_bias(ranks, case.collection).values)


def parallel(rows: npt.NDArray[np.float32], languages: list[str], shift: float) -> tuple[Ranks, Collection]:
    """Every row is a question and its answer, in every language; ``shift`` moves each language its own way."""
    names = [f"{language}{n}" for language in languages for n in range(len(rows))]
    entries = [{"id": name, "text": "?", "lang": name[:2], "group": name[2:]} for name in names]
    relevant = {(q, p): 1 for q in names for p in names if q[2:] == p[2:]}
    collection = Collection.from_rows("parallel", queries=entries, passages=entries, relevant=relevant)
    marks = np.repeat(np.eye(len(languages), dtype=np.float32), len(rows), axis=0)
    vectors = np.hstack([np.tile(rows, (len(languages), 1)), np.float32(shift) * marks])
    return rank_relevant(vectors, vectors, collection, depth=BIAS_DEPTH), collection


def test_an_encoder_blind_to_language_and_one_that_sees_nothing_else() -> None:
    rows = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows = np.round(rows * 1024) / 1024  # so that every product is exact, and equal ones are equal on any processor
    languages = ["ar", "de", "en", "zh"]
    blind, separate = (language_bias(*parallel(rows, languages, shift)) for shift in (0, 10))
    names = ("rank_distance", "max_rank", "max_rank_normalised", "complete@20", "tlr@20", "mrc@10", "mrc@100")
    assert [blind.macro(name) for name in names] == pytest.approx([3, 4, 1, 1, 1, 1, 1])
    # The same order in every language's own passages, and those of the others after all of them.
    assert [separate.macro(name) for name in ("max_rank", "tlr@20", "lpr", "same_language_lift@10")] == pytest.approx(
        [separate.macro("rank_distance") + 1, 0, 1, 4]
    )
    assert separate.macro("english_share@10") == 0
    assert (separate.macro("single_gold_same"), blind.macro("single_gold_other")) == (1, 1)
    # The first ten are in the query's language, and so in no other list.
    assert separate.macro("mrc@10") == pytest.approx(-600 / 699)


def test_pool_share_is_that_of_the_query_languages() -> None:
    case = make_case(languages=["ar", "de", "en", "zh"], queries=3, passages=50, values=3, seed=1)
    queries, passages = case.query_languages(), case.passage_languages()
    shares = [passages.count(language) / len(passages) for language in set(queries)]
    assert pool_share(case.collection) == pytest.approx(statistics.mean(shares))


def test_the_median_is_taken_over_the_queries_of_a_language_and_averaged_over_languages() -> None:
    case = make_case(languages=["ar", "de", "en", "zh"], queries=60, passages=50, values=3, seed=1)
    result = evaluate_embedded(case.embedded)
    ranks = rank_relevant(case.queries, case.passages, case.collection)
    distances = means_by_language(case, distance.rank_distance(ranks, case.collection))
    found = result.bias["rank_distance_median"]
    assert found.cells == {language: statistics.median(values) for language, values in distances.items()}
    assert found.value == pytest.approx(statistics.mean(found.cells.values()))
    assert found.low < found.value < found.high
    pooled = statistics.median(value for values in distances.values() for value in values)
    assert found.value != pytest.approx(pooled)  # so that a median over all queries would be noticed


def test_a_collection_of_one_language_is_evaluated_without_its_distances() -> None:
    case = make_case(languages=["de"], queries=6, passages=40, values=3, seed=3)
    bias = evaluate_embedded(case.embedded).bias
    assert found_names(case) <= bias.keys()
    assert not any(name.startswith(("rank_distance", "lpr", "single_gold")) for name in bias)
