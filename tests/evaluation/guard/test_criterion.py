"""The development criterion on collections of a few words, whose vectors and so whose values are known by hand."""

import json
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from helpers.words import word_encoder
from isoglot.data.collection import Collection
from isoglot.errors import ConfigError, DataError
from isoglot.evaluation.guard import criterion as module
from isoglot.evaluation.guard.criterion import Criterion


def collection(name: str, *languages: str) -> Collection:
    """Four words in some languages, each of which is a query and a passage; a word's translations answer it, too."""
    words = [(f"{name}{n}{tag}", n, tag) for n in range(4) for tag in languages]
    return Collection.from_rows(
        name,
        queries=[{"id": f"q{word}", "text": word, "lang": tag, "cluster": str(n)} for word, n, tag in words],
        passages=[{"id": f"p{word}", "text": word, "lang": tag} for word, _, tag in words],
        relevant={(f"q{one}", f"p{other}"): 1 for one, n, _ in words for other, m, _ in words if n == m},
    )


GAIN, OTHER, KEEP = collection("a", "de", "en"), collection("b", "de", "en"), collection("k", "en")
CRITERION = Criterion(gain=[GAIN, OTHER], keep=[KEEP])


def encoder(*, confused: int = 0, **bias: float) -> SentenceTransformer:
    """A word's meaning is an axis, its language another, ``bias`` times as long; so many words of "k" mean the same.

    With a bias above 1 words of one language are nearer than translations: a word has its own at rank 1 and its
    translation at rank 5, AP .7. Each of two words that mean the same comes first for one of them only.
    """
    axes = np.eye(8)
    words = {f"k{n}en": axes[0 if n < confused else n] for n in range(4)}
    for name in "ab":
        for number, tag in enumerate(("de", "en")):
            words |= {f"{name}{n}{tag}": axes[n] + bias.get(name, 0) * axes[4 + number] for n in range(4)}
    return word_encoder({"?": axes[7], **words})


def test_the_value_is_the_mean_multi_of_those_to_gain_on() -> None:
    found = CRITERION.measure(encoder(a=3, confused=2))
    assert found.means() == {
        "a": {"mono": 1, "cross": 1, "multi": pytest.approx(0.7)},
        "b": {"mono": 1, "cross": 1, "multi": 1},
        "k": {"mono": 0.875, "multi": 0.875},
    }
    assert CRITERION.value(found) == pytest.approx(0.85)


def test_the_best_of_those_that_keep_mono_is_chosen_and_all_is_said(tmp_path: Path) -> None:
    start = CRITERION.measure(encoder(a=3, b=3))
    candidates = {
        "same": start,
        "half": CRITERION.measure(encoder(a=3)),
        "half again": CRITERION.measure(encoder(b=3)),
        "loses": CRITERION.measure(encoder(confused=2)),
    }
    found = CRITERION.choose(start, candidates)
    assert found.choice == "half"
    assert [outcome.why for outcome in found.outcomes] == [
        "no more multi than half",
        "chosen: the most multi of those that lose at most 0.01 in one language",
        "no more multi than half",
        "loses more than 0.01 in one language on k",
    ]
    best, loses = found.outcomes[1], found.outcomes[3]
    assert found.multi == pytest.approx(0.7)
    assert best.multi_difference.value == pytest.approx(0.15)
    assert best.multi_difference.low == pytest.approx(best.multi_difference.high)  # every word gains the same
    # Of 4 clusters that all differ by 0 only one of 16 sign flips is as far above -.01 as what was found.
    assert best.kept["k"].p_no_loss == pytest.approx(1 / 16)
    assert loses.kept["k"].difference == pytest.approx(-0.125)
    assert loses.kept["k"].p_no_loss > 0.5
    assert found.lines()[3].startswith("- loses: multi 1.0000, +.300")
    found.save(tmp_path / "choice.json")
    saved = json.loads((tmp_path / "choice.json").read_text())
    assert saved["choice"] == "half"
    assert saved["outcomes"][1]["settings"]["b"]["cross"] == 1
    assert [one["name"] for one in saved["gain"]] == ["a", "b"]


def test_nothing_is_chosen_where_nothing_gains_or_all_lose() -> None:
    start, loses = CRITERION.measure(encoder(a=3)), CRITERION.measure(encoder(confused=2))
    found = CRITERION.choose(start, {"same": start, "loses": loses})
    assert (found.choice, found.chosen) == (None, None)
    assert found.outcomes[0].why == "no more multi than with nothing done"
    assert Criterion(gain=[GAIN], keep=[KEEP], margin=0.125).choose(start, {"loses": loses}).choice == "loses"


def test_a_collection_of_both_sides_is_embedded_once_and_comes_from_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    both, encoded = Criterion(gain=[GAIN], keep=[KEEP, GAIN]), []
    assert [found.name for found in both.collections] == ["a", "k"]
    one = encoder(a=2)
    embed = module.embed_collection
    monkeypatch.setattr(module, "embed_collection", lambda *a, **k: encoded.append(a[1].name) or embed(*a, **k))
    first = both.measure(one)
    assert encoded == ["a", "k"]
    monkeypatch.setattr(one, "encode_query", None)
    assert both.measure(one).means() == first.means()


def test_what_cannot_decide_is_refused() -> None:
    with pytest.raises(ConfigError, match="no collection to gain on"):
        Criterion(gain=[])
    with pytest.raises(DataError, match=r"^k: has one language, so that there is no pool of several to gain in"):
        Criterion(gain=[KEEP])
    with pytest.raises(ConfigError, match=r"margin must be at least 0, but is -0\.1"):
        Criterion(gain=[GAIN], margin=-0.1)
    with pytest.raises(ConfigError, match="must have different names, but got a, a"):
        Criterion(gain=[GAIN], keep=[collection("a", "de", "fr")])
    crossing = Collection.from_rows(
        "crossing",
        queries=[{"id": "q", "text": "one", "lang": "en"}],
        passages=[{"id": "p", "text": "eins", "lang": "de"}],
        relevant={("q", "p"): 1},
    )
    with pytest.raises(DataError, match=r"^crossing: no query has a relevant passage in its own language"):
        Criterion(gain=[GAIN], keep=[crossing])
