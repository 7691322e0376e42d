"""The choice of a transform is held to the same choice made the slow, plain way."""

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest import mock

import numpy as np
import pytest

from helpers.biased import BIASED, PLANTED, embedded, parallel
from isoglot.arrays import Vectors
from isoglot.debiasing.choose import choose
from isoglot.debiasing.curve import text_curve
from isoglot.debiasing.heldout import held_out
from isoglot.debiasing.sample import Sample, sample_of
from isoglot.debiasing.transforms.kinds import fit
from isoglot.encoder.affine import Affine
from isoglot.encoder.fitted import Choice
from isoglot.encoder.similarity import Similarity
from isoglot.errors import ConfigError, DataError, EncoderError
from isoglot.evaluation.guard.evidence import Guard
from isoglot.evaluation.guard.folds import cluster_folds
from isoglot.evaluation.measures import AP
from isoglot.evaluation.settings import SETTINGS, Setting, score

CENTRING = Choice(kind="centring")
HALF = Choice(kind="centring", strength=0.5)


def cosine(query: Vectors, passage: Vectors) -> float:
    return float(passage @ query)


def euclidean(query: Vectors, passage: Vectors) -> float:
    return -float(np.linalg.norm(passage.astype(np.float64) - query))


Score = Callable[[Vectors, Vectors], float]


def average_precision(queries: Vectors, passages: Vectors, query: int, setting: Setting, score: Score) -> float:
    """Of one query of ``PLANTED``, by sorting."""
    asked, language = PLANTED.queries["id"][query].as_py()[1:-3], PLANTED.queries["lang"][query].as_py()
    ids = PLANTED.passages["id"].to_pylist()
    pool = [n for n, name in enumerate(ids) if setting == "multi" or name.endswith(language)]
    pool.sort(key=lambda n: -score(queries[query], passages[n]))
    places = [place for place, n in enumerate(pool, start=1) if ids[n][1:-3] == asked]
    return sum(count / place for count, place in enumerate(places, start=1)) / len(places)


@pytest.mark.parametrize(("similarity", "score"), [(Similarity.COSINE, cosine), (Similarity.EUCLIDEAN, euclidean)])
def test_every_query_is_judged_by_a_transform_that_was_not_fitted_on_its_cluster(
    similarity: Similarity, score: Score
) -> None:
    scale = 1 if similarity.unit else np.linspace(0.5, 2, len(PLANTED.passages), dtype=np.float32)[:, None]
    queries, passages = np.asarray(BIASED.queries), np.asarray(BIASED.passages) * scale
    data = replace(BIASED, queries=queries, passages=passages, similarity=similarity)
    folds = cluster_folds(PLANTED, 4, seed=3)
    found = held_out(data, folds, [HALF, CENTRING], fit_on=None)
    asked = np.array([name[1:-3] for name in PLANTED.queries["id"].to_pylist()])
    answers = np.array([name[1:-3] for name in PLANTED.passages["id"].to_pylist()])
    for fold in range(4):
        mine = np.flatnonzero(folds.of_cluster[PLANTED.query_cluster] == fold)
        others = ~np.isin(np.arange(len(asked)), mine)
        free = ~np.isin(answers, asked[mine])
        sample = sample_of(data, keep_queries=others, keep_passages=free)
        transform = fit(sample, CENTRING)
        left = transform.apply(queries, PLANTED.query_language, "query")
        right = transform.apply(passages, PLANTED.passage_language, "passage")
        for query, (setting, topics) in itertools.product(mine[:5].tolist(), found.baseline.items()):
            (topic,) = np.flatnonzero(topics.query == query)
            expected = average_precision(left, right, query, setting, score)
            assert found.candidates[setting][1, topic] == pytest.approx(expected)
            assert topics.values["map"][topic] == pytest.approx(
                average_precision(queries, passages, query, setting, score)
            )


@pytest.mark.parametrize("other_text", [False, True])
def test_language_in_the_vectors_is_taken_out_and_what_cannot_be_fitted_is_named(other_text: bool) -> None:
    fit_on = sample_of(embedded(PLANTED, bias=2.0, seed=0)) if other_text else None

    def one_fails(sample: Sample, choice: Choice) -> Affine:
        if choice == HALF:
            raise DataError("too few texts for this kind")
        return fit(sample, choice)

    told: list[int] = []
    with mock.patch("isoglot.debiasing.heldout.fit", one_fails):
        found = choose(
            BIASED,
            candidates=[HALF, CENTRING],
            guard=Guard(folds=4),
            fit_on=fit_on,
            progress=lambda *_, **__: told.append,
        )
    assert found.choice == CENTRING
    assert found.nested.choices == (CENTRING,) * 4
    assert found.nested.change.multi_difference.low > 0.1
    assert found.outcomes[0].change is None
    assert found.outcomes[0].why == "too few texts for this kind"
    assert json.loads(json.dumps(found.to_dict()))["choice"] == {"kind": "centring", "strength": 1.0, "rank": 0}
    assert "chosen: centring, strength 1" in str(found)
    assert sum(told) == 2 * 3 * len(PLANTED.queries) * len(PLANTED.passages)


def test_nothing_is_done_where_too_few_clusters_can_show_that_nothing_is_lost() -> None:
    few = parallel(clusters=4, items=20)
    found = choose(embedded(few, bias=2.0), candidates=[CENTRING], guard=Guard(folds=2))
    assert found.outcomes[0].change is not None
    assert found.outcomes[0].change.multi_difference.value > 0.1
    assert found.choice is None
    assert found.nested.change.multi_difference.value == 0


@pytest.mark.parametrize(
    ("guard", "options", "error", "says"),
    [
        ({"margin": 0.0}, {}, ConfigError, "margin"),
        ({}, {"candidates": []}, ConfigError, "no candidate"),
        ({}, {"candidates": [Choice(kind="magic")]}, ConfigError, "'magic'"),
        ({"folds": 1}, {}, ConfigError, "folds"),
        ({"folds": 11}, {}, DataError, "10 clusters"),
    ],
)
def test_what_cannot_be_chosen_from_is_refused(
    guard: dict[str, Any], options: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        choose(BIASED, guard=Guard(**guard), **options)
    with pytest.raises(EncoderError, match="passage vectors"):
        replace(BIASED, passages=BIASED.passages[1:])
    with pytest.raises(EncoderError, match="12 wide"):
        replace(BIASED, passages=np.asarray(BIASED.passages)[:, 1:])


def test_the_curve_ends_at_what_all_texts_give() -> None:
    sample = sample_of(BIASED, keep_passages=~np.isin(np.arange(len(BIASED.passages)), [0, 3, 6]))  # 42 in German
    points = text_curve(sample, BIASED, choice=CENTRING, sizes=(43, 2, 500), draws=3)
    assert [point.texts for point in points] == [0, 2, 43, 500]
    assert [point.languages for point in points] == [3, 3, 2, 0]
    spreads = [point.settings["multi"].spread for point in points]
    assert spreads[0] == spreads[3] == 0
    assert spreads[1] > spreads[2] > 0  # draws of 43 of 45 differ by two texts
    transform = fit(sample, CENTRING)
    for setting in SETTINGS:
        average = points[3].settings[setting]
        for expected, shown in ((BIASED.moved(transform), average), (BIASED, points[0].settings[setting])):
            scores = score(setting, expected.ranks(), PLANTED, [AP])
            assert scores is not None
            assert shown.mean == pytest.approx(scores.macro("map"))
    assert points[3].settings["multi"].mean > points[0].settings["multi"].mean + 0.1
    with pytest.raises(ConfigError, match="at least 2"):
        text_curve(sample, BIASED, choice=CENTRING, sizes=(1,))
