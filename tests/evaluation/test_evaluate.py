import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from isoglot.data.collection import Collection
from isoglot.encoder.similarity import Similarity
from isoglot.errors import ConfigError, DataError, EncoderError
from isoglot.evaluation.embedded import Embedded
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate

LANGUAGES = ("de", "en", "zh")
TOPICS = 8
ROUNDING = 1e-12
Vectors = npt.NDArray[np.float32]


@pytest.fixture
def collection() -> Collection:
    return toy("toy")


def toy(name: str) -> Collection:
    """Eight questions in three languages; the text names language and topic: ``de 5``."""
    texts = [(f"{lang} {topic}", lang, topic) for lang in LANGUAGES for topic in range(TOPICS)]
    return Collection.from_rows(
        name,
        queries=[
            {"id": f"q/{text.replace(' ', '/')}", "text": text, "lang": lang, "cluster": f"c{topic // 2}"}
            for text, lang, topic in texts
        ],
        passages=[{"id": text.replace(" ", "/"), "text": text, "lang": lang} for text, lang, _ in texts],
        relevant={
            (f"q/{lang}/{topic}", f"{other}/{topic}"): 1
            for lang in LANGUAGES
            for other in LANGUAGES
            for topic in range(TOPICS)
        },
    )


class ToyEncoder:
    """A topic axis each and a language axis each, weighted: 0 sees no language, much sees little else."""

    def __init__(self, language: float, *, scale: Callable[[str], float] = lambda text: 1.0) -> None:
        self.language, self.scale = language, scale

    def encode_query(self, inputs: list[str], **options: Any) -> Vectors:
        vectors = np.zeros((len(inputs), TOPICS + len(LANGUAGES)), dtype=np.float32)
        for row, text in enumerate(inputs):
            language, topic = text.split()
            vectors[row, int(topic)] = 1
            vectors[row, TOPICS + LANGUAGES.index(language)] = self.language
            vectors[row] *= self.scale(text)
        return vectors

    encode_document = encode_query


class DotEncoder(ToyEncoder):
    similarity_fn_name = "dot"


class Planar:
    """q at (1, 0), near at (1, .5), far at (10, 0)."""

    def __init__(self, similarity: str | None) -> None:
        self.similarity_fn_name = similarity

    def encode_query(self, inputs: list[str], **_: Any) -> Vectors:
        return np.array([{"q": (1, 0), "near": (1, 0.5), "far": (10, 0)}[text] for text in inputs], dtype=np.float32)

    encode_document = encode_query


@pytest.mark.parametrize(
    ("similarity", "expected"), [("euclidean", 1), ("manhattan", 1), ("dot", 0.5), ("cosine", 0.5), (None, 0.5)]
)
def test_an_encoder_is_ranked_by_its_own_similarity(similarity: str | None, expected: float) -> None:
    collection = Collection.from_rows(
        "plane",
        queries=[{"id": "q", "text": "q", "lang": "en"}],
        passages=[{"id": name, "text": name, "lang": "en"} for name in ("near", "far")],
        relevant={("q", "near"): 1},
    )
    found = evaluate(Planar(similarity), [collection])
    assert found.collections["plane"].value("mono", "map") == expected
    assert found.to_dict()["similarity"] == (similarity or "cosine")


def test_an_encoder_blind_to_language_ranks_by_meaning_in_every_setting(collection: Collection) -> None:
    result = evaluate(ToyEncoder(0), [collection]).collections["toy"]
    assert [result.value(setting, "map") for setting in ("mono", "cross", "multi")] == [1, 1, 1]
    bias = {name: estimate.value for name, estimate in result.bias.items()}
    assert (bias["rank_distance"], bias["rank_distance_median"], bias["rank_distance_normalised"]) == (
        2,
        2,
        0,
    )
    assert bias["same_language@1"] == result.pool_share == pytest.approx(1 / 3)  # ids: always the Chinese one
    assert result.sizes == {"queries": 24, "passages": 24, "languages": 3, "clusters": 4}


def test_an_encoder_of_languages_is_perfect_in_mono_and_cross_and_fails_in_the_pool(
    collection: Collection,
) -> None:
    result = evaluate(ToyEncoder(2), [collection]).collections["toy"]
    assert result.value("mono", "map") == result.value("cross", "map") == 1
    # First hit; then the other seven of the language; then the two translations.
    assert result.value("multi", "map") == pytest.approx((1 + 2 / 9 + 3 / 10) / 3)
    assert result.bias["rank_distance"].value == 9
    assert result.bias["same_language@1"].value == 1
    assert result.bias["same_language@10"].value == pytest.approx(0.8)
    assert result.settings["cross"]["map"].cells.keys() == {f"{a}>{b}" for a in LANGUAGES for b in LANGUAGES if a != b}


def test_scores_are_cosines_unless_the_encoder_says_dot(collection: Collection) -> None:
    def loud(text: str) -> float:  # a wrong topic drowns the others by its length alone
        return 100.0 if text.endswith(" 7") else 1.0

    shared = 0.5  # every text has something of every language's text, so a long vector scores everywhere
    assert evaluate(ToyEncoder(shared, scale=loud), [collection]).collections["toy"].value("mono", "r@1") == 1
    found = evaluate(DotEncoder(shared, scale=loud), [collection]).collections["toy"]
    assert found.value("mono", "r@1") == 1 / TOPICS


def test_json_layout(collection: Collection, tmp_path: Path) -> None:
    options = EvaluationOptions(draws=50, seed=3)
    evaluation = evaluate(ToyEncoder(0.8), [collection, toy("other")], name="toy encoder", options=options)
    evaluation.save(tmp_path / "deep" / "results.json")
    assert {path.name for path in (tmp_path / "deep").iterdir()} == {"results.json", "results.topics.parquet"}
    content = json.loads((tmp_path / "deep" / "results.json").read_text(encoding="utf-8"))
    provenance = {"encoder_fingerprint", "similarity", "fitted_on", "options", "versions"}
    assert content.keys() == {"what", "schema", "encoder", "collections", *provenance}
    assert (content["encoder"], content["encoder_fingerprint"]) == ("toy encoder", None)
    names = ["map", "ndcg@10", "mrr", "r@1", "r@10", "r@100"]
    told = {"draws": 50, "seed": 3, "measures": names, "settings": ["mono", "cross", "multi"]}
    assert content["options"] == told
    assert {"python", "isoglot", "numpy"} <= content["versions"].keys()
    assert list(content["collections"]) == ["toy", "other"]
    found = content["collections"]["toy"]
    groups = {"mono": names, "cross": names, "multi": names, "single-gold": ["map"]}
    groups["bias"] = list(evaluation.collections["toy"].bias)
    assert found.keys() == {
        *groups,
        "intervals",
        "cells",
        "effects",
        "languages",
        "pool_share",
        "recall_ceiling",
        "sizes",
        "cluster_rule",
        "identical_ids",
        "faults",
        "fingerprint",
    }
    assert found["languages"]["passages"] == {language: TOPICS for language in LANGUAGES}
    for group, keys in groups.items():
        assert list(found[group]) == list(found["intervals"][group]) == list(found["cells"][group]) == keys
        for key in keys:
            low, high = found["intervals"][group][key]
            assert low - ROUNDING <= found[group][key] <= high + ROUNDING
            assert found[group][key] == pytest.approx(np.mean(list(found["cells"][group][key].values())))
    assert found["fingerprint"] == collection.fingerprint
    assert found["bias"]["rank_distance"] >= 2


def test_each_collection_has_its_own_run_file(collection: Collection, tmp_path: Path) -> None:
    options = EvaluationOptions(draws=20, run=str(tmp_path / "pool.trec"))
    evaluate(ToyEncoder(1), [collection], options=options)
    assert [path.name for path in tmp_path.iterdir()] == ["pool.trec"]
    alone = (tmp_path / "pool.trec").read_bytes()
    evaluate(ToyEncoder(1), [collection, toy("sample/test")], options=options)
    assert {path.name for path in tmp_path.iterdir()} == {
        "pool.trec",
        "pool.toy.trec",
        "pool.sample-test.trec",
    }
    assert (tmp_path / "pool.toy.trec").read_bytes() == alone


def test_progress_is_told_of_every_text_of_both_sides_and_every_score(collection: Collection) -> None:
    announced, done = [], []

    def progress(what: str, total: int, unit: str = "texts") -> Callable[[int], None]:
        announced.append((what, total, unit))
        return lambda count: done.append(count)

    evaluate(ToyEncoder(1), [collection], progress=progress)
    scores = 2 * 24 * 24
    assert announced == [("toy query", 24, "texts"), ("toy passage", 24, "texts"), ("toy ranking", scores, "scores")]
    assert sum(done) == 48 + scores


def test_a_collection_where_nothing_is_relevant_is_refused() -> None:
    rows = [{"id": f"{lang} 0", "text": f"{lang} 0", "lang": lang} for lang in LANGUAGES]
    empty = Collection.from_rows("empty", queries=rows, passages=rows, relevant={("de 0", "en 0"): 0})
    with pytest.raises(DataError, match="empty: no judgement has a grade above 0"):
        evaluate(ToyEncoder(0), [empty])


def test_collections_of_one_name_are_refused_before_any_work() -> None:
    with pytest.raises(ConfigError, match="different names, but got toy, toy"):
        evaluate(object(), [toy("toy"), toy("toy")])  # type: ignore[arg-type]


def test_an_empty_text_may_have_a_zero_vector_and_is_ranked_with_cosine_0() -> None:
    class Lengths:
        """Along one axis by the text's length, and nothing for no text."""

        def encode_query(self, inputs: list[str], **options: Any) -> Vectors:
            return np.array([[len(text), 0] for text in inputs], dtype=np.float32)

        encode_document = encode_query

    rows = [{"id": f"p{n}", "text": "x" * n, "lang": "en"} for n in range(3)]
    made = Collection.from_rows("one", queries=rows[2:], passages=rows, relevant={("p2", "p0"): 1}, strict=False)
    found = evaluate(Lengths(), [made], options=EvaluationOptions(cache=False, draws=20))
    assert found.collections["one"].value("multi", "map") == 1 / 2  # p2 is the query itself, p1 has cosine 1


def test_a_zero_vector_has_no_cosine(collection: Collection) -> None:
    silent = ToyEncoder(1, scale=lambda text: 0.0 if text == "zh 3" else 1.0)
    with pytest.raises(EncoderError, match="zero vector for the query 'zh 3'"):
        evaluate(silent, [collection])


class WidthOf(ToyEncoder):
    def __init__(self, width: Callable[[str, str], int]) -> None:
        self.width = width

    def encode_query(self, inputs: list[str], **options: Any) -> Vectors:
        return np.ones((len(inputs), self.width("query", inputs[0])), dtype=np.float32)

    def encode_document(self, inputs: list[str], **options: Any) -> Vectors:
        return np.ones((len(inputs), self.width("passage", inputs[0])), dtype=np.float32)


def test_widths_that_differ_are_refused(collection: Collection) -> None:
    by_side = WidthOf(lambda side, text: {"query": 4, "passage": 5}[side])
    with pytest.raises(EncoderError, match="query vectors are 4 wide, but passage vectors 5"):
        evaluate(by_side, [collection])


def test_vectors_that_do_not_fit_the_collection_are_refused(collection: Collection) -> None:
    good = np.ones((24, 3), dtype=np.float32)
    bad = good.copy()
    bad[5, 1] = np.nan
    many = np.ones((25, 3), dtype=np.float32)
    with pytest.raises(EncoderError, match=r"toy: the passage vectors have shape \(25, 3\), .* \(24, width\)"):
        Embedded(collection=collection, queries=good, passages=many, similarity=Similarity.DOT)
    with pytest.raises(EncoderError, match="toy: a query vector holds NaN"):
        Embedded(collection=collection, queries=bad, passages=good, similarity=Similarity.DOT)


def test_what_one_cluster_alone_has_is_a_number_without_an_interval(tmp_path: Path) -> None:
    """One query of six has relevant passages in two languages, two have any: most draws of clusters miss them."""
    single = toy("single")
    rows = single.queries.to_pylist()[:6]
    collection = Collection.from_rows(
        "single",
        queries=[{**row, "cluster": row["id"]} for row in rows],
        passages=single.passages.to_pylist(),
        relevant={("q/de/0", "de/0"): 1, ("q/de/0", "en/0"): 1, ("q/de/1", "de/1"): 1},
    )
    evaluation = evaluate(ToyEncoder(1), [collection], options=EvaluationOptions(draws=100))
    evaluation.save(tmp_path / "r.json")
    found = json.loads((tmp_path / "r.json").read_text())["collections"]["single"]
    for table, estimates in found["intervals"].items():
        for name, (low, high) in estimates.items():
            value = found[table][name]
            of_two = ("same_language", "english", "reach_same", "recall_all", "recall_own")
            if table in ("mono", "multi", "single-gold") or name.startswith(of_two):
                assert low - ROUNDING <= value <= high + ROUNDING, name  # two clusters or more
            else:
                assert (low, high) == (None, None), name
            assert value is not None, name
    assert "two clusters" in found["effects"]["refused"]["concordance"]
