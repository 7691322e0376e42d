"""The choice of a transform is held to the same choice made the slow, plain way."""

import itertools
import json
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isoglot.arrays import Floats, Vectors
from isoglot.data.collection import Collection
from isoglot.debiasing import choose as module
from isoglot.debiasing.choose import choose
from isoglot.debiasing.curve import text_curve
from isoglot.debiasing.folds import cluster_folds
from isoglot.debiasing.heldout import MEASURE, Embedded, HeldOut, held_out
from isoglot.debiasing.sample import Sample, sample_of
from isoglot.debiasing.transforms.kinds import fit
from isoglot.encoder.affine import Affine
from isoglot.encoder.fitted import Choice
from isoglot.errors import ConfigError, DataError, EncoderError
from isoglot.evaluation.settings import SETTINGS, Scores, Setting, score
from isoglot.evaluation.statistics.bootstrap import Bounded

LANGUAGES = ("de", "en", "zh")
CENTRING = Choice(kind="centring")
HALF = Choice(kind="centring", strength=0.5)


def parallel(*, clusters: int = 10, items: int = 4, spare: int = 5) -> Collection:
    """Items in three languages, each answered in all of them, in clusters of uneven sizes; and passages of none."""
    of_item = [f"c{min(n // items, clusters - 1)}" for n in range(clusters * items + 3)]
    names = [f"{n}/{tag}" for n in range(len(of_item)) for tag in LANGUAGES]
    return Collection.from_rows(
        "planted",
        queries=[
            {"id": f"q{name}", "text": "?", "lang": name[-2:], "cluster": of_item[int(name[:-3])]} for name in names
        ],
        passages=[
            {"id": f"p{name}", "text": "!", "lang": name[-2:]}
            for name in [*names, *(f"{1000 + n}/{LANGUAGES[n % 3]}" for n in range(spare))]
        ],
        relevant={(f"q{a}", f"p{b}"): 1 for a in names for b in names if a[:-3] == b[:-3]},
    )


def vectors(collection: Collection, *, bias: float, seed: int = 0) -> tuple[Vectors, Vectors]:
    """An item's direction, some noise, and ``bias`` times the language's."""
    rng = np.random.default_rng(seed)
    items, tags = rng.normal(size=(2000, 12)), rng.normal(size=(len(LANGUAGES), 12))

    def side(ids: list[str]) -> Vectors:
        rows = np.array([items[int(name[1:-3])] + bias * tags[LANGUAGES.index(name[-2:])] for name in ids])
        rows += rng.normal(scale=0.2, size=rows.shape)
        unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit

    return side(collection.queries["id"].to_pylist()), side(collection.passages["id"].to_pylist())


PLANTED = parallel()
BIASED = vectors(PLANTED, bias=2.0)


@given(seed=st.integers(0, 99), count=st.integers(2, 10))
@settings(max_examples=25, deadline=None)
def test_folds_keep_clusters_whole_and_nearly_equal(seed: int, count: int) -> None:
    folds = cluster_folds(PLANTED, count, seed=seed)
    sizes = [int(folds.queries(fold).sum()) for fold in range(count)]
    assert sum(sizes) == len(PLANTED.queries)
    assert max(sizes) - min(sizes) <= np.bincount(PLANTED.query_cluster).max()
    for fold in range(count):
        held = np.unique(PLANTED.query_cluster[folds.queries(fold)])
        assert not np.isin(PLANTED.query_cluster[~folds.queries(fold)], held).any()
        questions = {name[1:] for name in np.array(PLANTED.queries["id"].to_pylist())[folds.queries(fold)]}
        assert [name[1:] in questions for name in PLANTED.passages["id"].to_pylist()] == folds.passages(fold).tolist()


def average_precision(queries: Vectors, passages: Vectors, query: int, setting: Setting) -> float:
    """Of one query of ``PLANTED``, by sorting."""
    asked, language = PLANTED.queries["id"][query].as_py()[1:-3], PLANTED.queries["lang"][query].as_py()
    ids = PLANTED.passages["id"].to_pylist()
    pool = [n for n, name in enumerate(ids) if setting == "multi" or name.endswith(language)]
    pool.sort(key=lambda n: -float(passages[n] @ queries[query]))
    places = [place for place, n in enumerate(pool, start=1) if ids[n][1:-3] == asked]
    return sum(count / place for count, place in enumerate(places, start=1)) / len(places)


def test_every_query_is_judged_by_a_transform_that_was_not_fitted_on_its_cluster() -> None:
    queries, passages = BIASED
    folds = cluster_folds(PLANTED, 4, seed=3)
    data = Embedded(collection=PLANTED, queries=queries, passages=passages)
    found = held_out(data, folds, [HALF, CENTRING], settings=("mono", "multi"), fit_on=None, unit=True)
    asked = np.array([name[1:-3] for name in PLANTED.queries["id"].to_pylist()])
    answers = np.array([name[1:-3] for name in PLANTED.passages["id"].to_pylist()])
    for fold in range(4):
        mine = np.flatnonzero(folds.of_cluster[PLANTED.query_cluster] == fold)
        others = ~np.isin(np.arange(len(asked)), mine)
        free = ~np.isin(answers, asked[mine])
        sample = sample_of(PLANTED, queries, passages, keep_queries=others, keep_passages=free)
        transform = fit(sample, CENTRING)
        left = transform.apply(queries, PLANTED.query_language, "query")
        right = transform.apply(passages, PLANTED.passage_language, "passage")
        for query, (setting, topics) in itertools.product(mine[:5].tolist(), found.as_they_are.items()):
            (topic,) = np.flatnonzero(topics.query == query)
            expected = average_precision(left, right, query, setting)
            assert found.values[setting][1, topic] == pytest.approx(expected)
            assert topics.values["map"][topic] == pytest.approx(average_precision(queries, passages, query, setting))


def macro(values: Floats, rows: list[int]) -> float:
    """Mean over languages of the mean over their queries; ``PLANTED`` has one topic a query in both settings."""
    tags = PLANTED.query_language[rows]
    return float(np.mean([values[rows][tags == tag].mean() for tag in np.unique(tags)]))


def p_no_loss(difference: Floats, rows: list[int], margin: float) -> float:
    """By every sign of every cluster."""
    shifted, tags = difference[rows] + margin, PLANTED.query_language[rows]
    share = 1 / (np.bincount(tags)[tags] * len(np.unique(tags)))
    clusters = PLANTED.query_cluster[rows]
    sums = [float((shifted * share)[clusters == cluster].sum()) for cluster in np.unique(clusters)]
    flips = [np.dot(signs, sums) for signs in itertools.product([1, -1], repeat=len(sums))]
    return float(np.mean([flip >= sum(sums) - 1e-12 for flip in flips]))


def plain_choice(values: dict[Setting, Floats], rows: list[int], margin: float) -> int:
    """0 for none."""
    best, most = 0, macro(values["multi"][0], rows)
    for number in range(1, len(values["mono"])):
        lost = p_no_loss(values["mono"][number] - values["mono"][0], rows, margin)
        no_gain = p_no_loss(values["multi"][number] - values["multi"][0], rows, 0.0)
        if lost < 0.05 and no_gain < 0.05 and macro(values["multi"][number], rows) > most + 1e-12:
            best, most = number, macro(values["multi"][number], rows)
    return best


def topics_of_planted() -> dict[Setting, Scores]:
    ranks = Embedded(collection=PLANTED, queries=BIASED[0], passages=BIASED[1]).ranks()
    found: dict[Setting, Scores | None] = {
        "mono": score("mono", ranks, PLANTED, []),
        "multi": score("multi", ranks, PLANTED, []),
    }
    return {setting: scores for setting, scores in found.items() if scores}


@given(seed=st.integers(0, 2**32 - 1), loss=st.sampled_from([0.0, 0.02, 0.2]), gain=st.sampled_from([-0.1, 0.0, 0.1]))
@settings(max_examples=15, deadline=None)
def test_the_choice_and_its_nested_estimate_are_those_of_the_plain_way(seed: int, loss: float, gain: float) -> None:
    rng, margin = np.random.default_rng(seed), 0.02
    topics = topics_of_planted()
    count = len(PLANTED.queries)
    values: dict[Setting, Floats] = {
        "mono": rng.uniform(0.4, 0.6, (1, count)) - loss * rng.uniform(0, 1, (4, 1)) + rng.normal(0, 0.02, (4, count)),
        "multi": rng.uniform(0.4, 0.6, (1, count)) + gain * rng.uniform(0, 1, (4, 1)) + rng.normal(0, 0.02, (4, count)),
    }
    planted = HeldOut(
        as_they_are={s: replace(topics[s], values={"map": values[s][0]}) for s in values},
        values={s: values[s][1:] for s in values},
        errors={},
        unfitted=(),
    )
    candidates = [Choice(kind="centring", strength=strength) for strength in (0.25, 0.5, 1.0)]
    with mock.patch.object(module, "held_out", return_value=planted):
        found = choose(PLANTED, *BIASED, candidates=candidates, margin=margin, folds=3, seed=1)
    named = [None, *candidates]
    best = plain_choice(values, list(range(count)), margin)
    folds = cluster_folds(PLANTED, 3, seed=1).of_cluster[PLANTED.query_cluster]
    outer = [plain_choice(values, np.flatnonzero(folds != fold).tolist(), margin) for fold in range(3)]
    assert found.nested.choices == tuple(named[number] for number in outer)
    shown: dict[Setting, Bounded] = {
        "mono": found.nested.change.mono_difference,
        "multi": found.nested.change.multi_difference,
    }
    holds = True
    for setting, change in shown.items():
        stitched = np.array([values[setting][outer[fold], n] - values[setting][0, n] for n, fold in enumerate(folds)])
        holds &= p_no_loss(stitched, list(range(count)), margin if setting == "mono" else 0.0) < 0.05
        assert change.value == pytest.approx(macro(stitched, list(range(count))), abs=1e-12)
        assert change.low <= change.value <= change.high
    assert found.choice == (named[best] if holds else None)
    for number, outcome in enumerate(found.outcomes, start=1):
        assert outcome.change is not None
        expected = p_no_loss(values["mono"][number] - values["mono"][0], list(range(count)), margin)
        assert outcome.change.p_no_loss == pytest.approx(expected)
        assert outcome.why.startswith("not shown to lose less") == (expected >= 0.05)
        assert outcome.why.startswith("chosen") == (outcome.choice == found.choice)


@pytest.mark.parametrize("other_text", [False, True])
def test_language_in_the_vectors_is_taken_out_and_what_cannot_be_fitted_is_named(other_text: bool) -> None:
    fit_on = sample_of(PLANTED, *vectors(PLANTED, bias=2.0, seed=0)) if other_text else None

    def one_fails(sample: Sample, choice: Choice, *, unit: bool) -> Affine:
        if choice == HALF:
            raise DataError("too few texts for this kind")
        return fit(sample, choice, unit=unit)

    told: list[int] = []
    with mock.patch("isoglot.debiasing.heldout.fit", one_fails):
        found = choose(
            PLANTED, *BIASED, candidates=[HALF, CENTRING], folds=4, fit_on=fit_on, progress=lambda *_, **__: told.append
        )
    assert found.choice == CENTRING
    assert found.nested.choices == (CENTRING,) * 4
    assert found.nested.change.multi_difference.low > 0.1
    assert found.outcomes[0].change is None
    assert found.outcomes[0].why == "too few texts for this kind"
    assert json.loads(json.dumps(found.to_json()))["choice"] == {"kind": "centring", "strength": 1.0, "rank": 0}
    assert "chosen: centring, strength 1" in str(found)
    assert sum(told) == 2 * 3 * len(PLANTED.queries) * len(PLANTED.passages)


def test_nothing_is_done_where_too_few_clusters_can_show_that_nothing_is_lost() -> None:
    few = parallel(clusters=4, items=20)
    found = choose(few, *vectors(few, bias=2.0), candidates=[CENTRING], folds=2)
    assert found.outcomes[0].change is not None
    assert found.outcomes[0].change.multi_difference.value > 0.1
    assert found.choice is None
    assert found.nested.change.multi_difference.value == 0


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"margin": 0.0}, ConfigError, "margin"),
        ({"candidates": []}, ConfigError, "no candidate"),
        ({"candidates": [Choice(kind="magic")]}, ConfigError, "'magic'"),
        ({"folds": 1}, ConfigError, "folds"),
        ({"folds": 11}, DataError, "10 clusters"),
    ],
)
def test_what_cannot_be_chosen_from_is_refused(options: dict[str, object], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        choose(PLANTED, *BIASED, **options)  # type: ignore[arg-type]
    with pytest.raises(EncoderError, match="passage vectors"):
        choose(PLANTED, BIASED[0], BIASED[1][1:])
    with pytest.raises(EncoderError, match="12 wide"):
        choose(PLANTED, BIASED[0], BIASED[1][:, 1:])


def test_the_curve_ends_at_what_all_texts_give() -> None:
    sample = sample_of(PLANTED, *BIASED, keep_passages=~np.isin(np.arange(len(BIASED[1])), [0, 3, 6]))  # 42 in German
    points = text_curve(sample, PLANTED, *BIASED, choice=CENTRING, sizes=(43, 2, 500), draws=3)
    assert [point.texts for point in points] == [0, 2, 43, 500]
    assert [point.languages for point in points] == [3, 3, 2, 0]
    spreads = [point.settings["multi"].spread for point in points]
    assert spreads[0] == spreads[3] == 0
    assert spreads[1] > spreads[2] > 0  # draws of 43 of 45 differ by two texts
    transform = fit(sample, CENTRING)
    data = Embedded(collection=PLANTED, queries=BIASED[0], passages=BIASED[1])
    for setting in SETTINGS:
        average = points[3].settings[setting]
        for expected, shown in ((data.moved(transform), average), (data, points[0].settings[setting])):
            scores = score(setting, expected.ranks(), PLANTED, [MEASURE])
            assert scores is not None
            assert shown.mean == pytest.approx(scores.macro("map"))
    assert points[3].settings["multi"].mean > points[0].settings["multi"].mean + 0.1
    with pytest.raises(ConfigError, match="at least 2"):
        text_curve(sample, PLANTED, *BIASED, choice=CENTRING, sizes=(1,))
