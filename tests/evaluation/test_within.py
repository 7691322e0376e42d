"""Mono alone: the same ranks as among all languages, from the scores within languages only."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from helpers.literal import Case, cases, make_case
from isoglot.errors import ConfigError, DataError
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate_embedded
from isoglot.evaluation.within import rank_within_languages


def nearer(scores: np.ndarray, queries: np.ndarray, passages: np.ndarray) -> np.ndarray:
    """A rescoring that knows every query and passage by its position in the collection."""
    return scores + (queries[:, None] + passages) % 3


@settings(max_examples=40, deadline=None)
@given(cases(max_passages=100))
def test_ranks_are_those_of_the_whole_pool_in_the_querys_language(case: Case) -> None:
    data = case.embedded
    for rescore in (None, nearer):
        whole = data.ranks(rescore=rescore)
        own = case.collection.query_language[whole.query] == case.collection.passage_language[whole.passage]
        found = rank_within_languages(data, budget=1 << 16, rescore=rescore)
        for name in ("query", "passage", "grade", "language_rank"):
            assert getattr(found, name).tolist() == getattr(whole, name)[own].tolist()


def test_only_what_is_asked_for_is_computed_and_the_result_says_so() -> None:
    case = make_case(languages=["ar", "de", "zh"], queries=60, passages=90, values=4, seed=3)
    all_scores, mono_scores = ([0], [0])
    whole = evaluate_embedded(case.embedded, progress=counting(all_scores))
    options = EvaluationOptions(settings=["mono"])
    mono = evaluate_embedded(case.embedded, options=options, progress=counting(mono_scores))
    assert mono.settings == {"mono": whole.settings["mono"]}
    assert (mono.asked, mono.bias, mono.effects, list(mono.topics.tables)) == (("mono",), {}, None, ["mono"])
    assert mono_scores[0] < all_scores[0] / 2
    pool = evaluate_embedded(case.embedded, options=EvaluationOptions(settings="multi"))
    assert pool.settings.keys() == {"multi", "single-gold"}
    assert pool.bias == whole.bias
    alone = replace(options, keep_identical_ids=True)
    assert evaluate_embedded(case.embedded, options=alone).settings["mono"].keys() == whole.settings["mono"].keys()


def test_what_cannot_be_asked_for() -> None:
    with pytest.raises(ConfigError, match="there is no setting 'all': choose from mono, cross, multi"):
        EvaluationOptions(settings=["mono", "all"])
    with pytest.raises(ConfigError, match="add multi to the settings"):
        EvaluationOptions(settings=["cross"], run=Path("x.trec"))
    case = make_case(languages=["de"], queries=9, passages=30, values=4, seed=1)
    with pytest.raises(DataError, match="no query has a relevant passage in cross"):
        evaluate_embedded(case.embedded, options=EvaluationOptions(settings=["cross"]))


def counting(total: list[int]):
    def start(what: str, scores: int, unit: str = "texts"):
        def told(count: int) -> None:
            total[0] += count

        return told

    return start
