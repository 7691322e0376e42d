"""What an evaluation says of a page is what a search shows."""

from pathlib import Path

import numpy as np
import pytest

from isoglot.data.collection import Collection
from isoglot.data.load import load_collection
from isoglot.errors import ConfigError
from isoglot.evaluation.evaluate import EvaluationOptions
from isoglot.search import build
from isoglot.search.evaluating import evaluate_index
from isoglot.search.index import Index
from isoglot.search.page import Asked, Query

pytest.importorskip("lancedb")

OPTIONS = EvaluationOptions(draws=20)


@pytest.fixture(scope="module")
def pool() -> Collection:
    """Some of the sample's queries; one item is in two languages alone, so that a hit does not count for all."""
    whole = load_collection("sample/test")
    passages = whole.passages.to_pylist()
    kept = [row for row in passages if row["group"] != passages[0]["group"] or row["lang"] in ("de", "zh")]
    queries = whole.queries.to_pylist()[:40]
    judged = {
        (whole.queries["id"][int(query)].as_py(), passages[passage]["id"]): 1
        for query, passage in zip(whole.judgements.query, whole.judgements.passage, strict=True)
        if query < 40 and passages[passage] in kept
    }
    return Collection.from_rows("some", queries=queries, passages=kept, relevant=judged)


@pytest.fixture(scope="module")
def index(pool: Collection, tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Index:
    return Index.create(tmp_path_factory.mktemp("of") / "index", pool, str(tiny_encoder))


@pytest.mark.parametrize("policy", ["plain", "balanced"])
def test_a_collapsed_hit_counts_for_the_languages_that_it_lists(pool: Collection, index: Index, policy: str) -> None:
    result = evaluate_index(index, [pool], policy=policy, collapse=True, options=OPTIONS).collections["some"]
    tags, texts = pool.queries["lang"].to_pylist(), pool.queries["text"].to_pylist()
    rows = pool.passages.to_pylist()
    expected: dict[str, list[float]] = {"item": [], "all": [], "own": [], "other": []}
    for number, vector in enumerate(index.encode(texts, tags)):
        asked = Query(text=texts[number], vector=vector, language=tags[number])
        page = index.rank(asked, Asked(policy=policy, collapse=True))
        shown = {(hit.group, tag) for hit in page for tag in (hit.lang, *hit.also)}
        relevant = {
            (rows[each]["group"], rows[each]["lang"])
            for each in pool.judgements.passage[pool.judgements.query == number]
        }
        own = {pair for pair in relevant if pair[1] == tags[number]}
        items = {group for group, _ in relevant}
        expected["item"].append(len(items & {group for group, _ in shown}) / len(items))
        for name, part in (("all", relevant), ("own", own), ("other", relevant - own)):
            expected[name].append(len(part & shown) / len(part) if part else np.nan)
    values = result.topics.tables["bias"].values
    for name, every in expected.items():
        np.testing.assert_allclose(values[f"recall_{name}@10"], every)
    assert 0 < result.value("bias", "recall_item@10") < 1
    single = evaluate_index(index, [pool], policy=policy, options=OPTIONS).collections["some"]
    assert single.settings == result.settings
    assert single.value("bias", "recall_all@10") < result.value("bias", "recall_all@10")


def test_where_nothing_is_a_translation_there_is_nothing_to_collapse(tiny_encoder: Path, tmp_path: Path) -> None:
    rows = [{"id": tag, "text": f"river {tag}", "lang": tag} for tag in ("de", "en")]
    query = {"id": "q", "text": "river", "lang": "en"}
    alone = Collection.from_rows("alone", queries=[query], passages=rows, relevant={("q", "de"): 1, ("q", "en"): 1})
    build.put(tmp_path / "index", alone, str(tiny_encoder))
    with pytest.raises(ConfigError, match="alone: no two passages are translations of each other"):
        evaluate_index(Index(tmp_path / "index"), [alone], policy="plain", collapse=True, options=OPTIONS)


def test_a_pool_that_no_policy_ranks_at_once_is_named(
    pool: Collection, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("isoglot.search.evaluating.WIDEST_BLOCK", 100)
    with pytest.raises(
        ConfigError, match=r"up to 100 passages, but some has 331: evaluate the policy plain, or some lang"
    ):
        evaluate_index(index, [pool], policy="balanced", options=OPTIONS)
