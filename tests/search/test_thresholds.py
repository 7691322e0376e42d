"""Thresholds: the rate that is stated is the rate that is kept, whatever the distribution, and the index keeps them."""

from pathlib import Path

import numpy as np
import pytest

from isoglot.data.collection import Collection
from isoglot.data.load import load_collection
from isoglot.errors import ConfigError, DataError
from isoglot.search import build
from isoglot.search.falsealarms import calibrate
from isoglot.search.index import Index
from isoglot.search.page import Asked, Query
from isoglot.search.thresholds import Thresholds, bounds, fit_thresholds

RATE = 0.05


@pytest.mark.parametrize("quantile", [lambda u: u, lambda u: -np.log(1 - u), lambda u: np.tan(np.pi * (u - 0.5))])
def test_rate_and_interval_hold_whatever_the_distribution(quantile: object) -> None:
    """By probability itself: what is greater than a score of quantile u is 1 - u of all."""
    rng = np.random.default_rng(0)
    samples = rng.random((300, 200))
    assert callable(quantile)
    found = np.array([bounds(quantile(sample), rate=RATE) for sample in samples])
    true = quantile(np.array(1 - RATE))
    covered = ((found[:, 1] <= true) & (true <= found[:, 2])).mean()
    assert covered >= 0.95 - 2 * np.sqrt(0.05 * 0.95 / 300)
    alarms = np.mean([(sample > bounds(sample, rate=RATE)[0]).mean() for sample in samples])  # of its own: too few
    fresh = np.mean([1 - bounds(sample, rate=RATE)[0] for sample in samples])
    assert alarms <= fresh <= RATE + 3 * np.sqrt(RATE / 200 / 300)
    assert fresh > RATE - 1 / 201  # and no stricter than a sample of 200 allows


def test_places_of_200_and_what_is_too_little_is_said() -> None:
    ranked = np.arange(1.0, 201)  # a score is its place
    # k = ceil(201 * .95) = 191; of Binomial(200, .95) the quantiles at .025 and .975 are 184 and 196
    assert bounds(ranked, rate=RATE) == (191, 184, 197)
    assert bounds(ranked, rate=0.005) == (200, 197, np.inf)
    best = {"de": np.ones((199, 1)), "en": np.ones((200, 1))}
    with pytest.raises(DataError, match="at least 200 texts of a query language, but there are 199 in de: give more"):
        fit_thresholds(best, ["en"], rate=RATE)
    with pytest.raises(DataError, match=r"a rate of 0\.001 needs at least 999 texts"):
        fit_thresholds({"en": best["en"]}, ["en"], rate=0.001)
    with pytest.raises(ConfigError, match="between 0 and 1, but is 5"):
        fit_thresholds({"en": best["en"]}, ["en"], rate=5)


def test_a_pair_without_a_threshold_is_left_open() -> None:
    found = fit_thresholds({"en": np.tile(np.arange(200.0)[:, None], 2)}, ["de", "en"], rate=RATE)
    again = Thresholds.from_arrays(found.arrays())
    assert again.passes(np.array([190.0, 190.1, 500]), "en", ["de", "en", "fr"]) == [False, True, None]
    assert again.passes(np.array([500.0]), "fr", ["de"]) == [None]
    assert again.to_dict() == found.to_dict()


def test_an_index_keeps_its_thresholds_until_its_vectors_change(tiny_encoder: Path, tmp_path: Path) -> None:
    pytest.importorskip("lancedb")
    pool = load_collection("sample/test")
    place = tmp_path / "index"
    index = Index.create(place, pool, str(tiny_encoder))
    with pytest.raises(ConfigError, match="no thresholds for queries in en: make them by `isoglot calibrate`"):
        index.search("x", language="en", passing=True)
    rng = np.random.default_rng(0)
    texts = ["".join(chr(97 + n) for n in rng.integers(26, size=20)) for _ in range(200)]
    rows = [{"id": str(n), "text": text, "lang": "en"} for n, text in enumerate(texts)]
    asked = Collection.from_rows("asked", queries=rows, passages=[{**rows[0]}], relevant={("0", "0"): 1})
    found = calibrate(index, asked, rate=RATE)
    assert (found.queries, found.passages) == (("en",), index.languages)
    alarms = [
        index.rank(Query(text, vector, "en"), Asked(languages=["de"], k=1, policy="plain"))[0].passes
        for text, vector in zip(texts, index.encode(texts, ["en"] * 200), strict=True)
    ]
    assert sum(alarms) == 9  # 200 - 191
    hits = index.search(texts[0], language="en", policy="plain", k=336)
    passing = index.search(texts[0], language="en", policy="plain", k=336, passing=True)
    assert [hit.id for hit in passing] == [hit.id for hit in hits if hit.passes]
    assert build.put(place, pool).unchanged == 336
    assert index.thresholds is not None
    assert build.repair(place, None).dropped
    assert index.thresholds is None
    assert not build.repair(place, None).dropped
