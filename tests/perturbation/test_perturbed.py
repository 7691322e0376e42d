"""A collection perturbed: what changes, what stays, who is left out."""

from typing import Any

import pytest

from isoglot.data.collection import Collection
from isoglot.errors import ConfigError
from isoglot.perturbation.perturbed import applicable, perturb

QUERIES = [
    {"id": "1/en", "text": "How long is the river Nile?", "lang": "en", "group": "1", "cluster": "a"},
    {"id": "1/de", "text": "Wie lang ist der Fluss Nil?", "lang": "de", "group": "1", "cluster": "a"},
    {"id": "1/zh", "text": "尼罗河有多长？", "lang": "zh", "group": "1", "cluster": "a"},
    {"id": "2/de", "text": "Wer schrieb über Ägypten?", "lang": "de", "group": "2", "cluster": "b"},
    {"id": "3/en", "text": "Who wrote about Egypt?", "lang": "en", "group": "3", "cluster": "b"},
]
PASSAGES = [{"id": f"p{n}", "text": f"passage {n}", "lang": lang} for n, lang in enumerate(("en", "de", "zh"))]
RELEVANT = {("1/en", "p0"): 1, ("1/de", "p1"): 2, ("1/zh", "p2"): 1, ("2/de", "p1"): 1, ("3/en", "p0"): 1}


def collection(queries: list[dict[str, Any]] = QUERIES) -> Collection:
    relevant = {pair: grade for pair, grade in RELEVANT.items() if pair[0] in {query["id"] for query in queries}}
    return Collection.from_rows("nile", queries=queries, passages=PASSAGES, relevant=relevant)


def texts(found: Collection) -> dict[str, str]:
    return dict(zip(found.queries["id"].to_pylist(), found.queries["text"].to_pylist(), strict=True))


def judged(found: Collection) -> dict[tuple[str, str], int]:
    queries, passages = found.queries["id"].to_pylist(), found.passages["id"].to_pylist()
    rows = zip(found.judgements.query, found.judgements.passage, found.judgements.grade, strict=True)
    return {(queries[query], passages[passage]): grade for query, passage, grade in rows}


def test_only_texts_change_and_languages_without_it_are_left_out() -> None:
    before = collection()
    after = perturb(before, "keyboard", strength=1.0, seed=0)
    assert after.passages is before.passages
    assert set(texts(after)) == {"1/en", "1/de", "2/de", "3/en"}
    assert all(text != texts(before)[query] for query, text in texts(after).items())
    assert judged(after) == {pair: grade for pair, grade in RELEVANT.items() if pair[0] != "1/zh"}
    kept = [n for n, query in enumerate(QUERIES) if query["lang"] != "zh"]
    for column in ("id", "lang", "cluster", "domain", "group"):
        assert after.queries[column].to_pylist() == before.queries[column].take(kept).to_pylist()
    assert after.left_out == {"query in 'zh', for which 'keyboard' is not defined": 1}


def test_strength_0_has_the_same_queries_unchanged() -> None:
    before, after = collection(), perturb(collection(), "spaces", strength=0.0, seed=3)
    assert texts(after) == {query: text for query, text in texts(before).items() if query != "1/zh"}


@pytest.mark.parametrize("name", ["keyboard", "code-switch"])
def test_neither_order_nor_company_of_queries_counts(name: str) -> None:
    whole = texts(perturb(collection(), name, strength=0.5, seed=7))
    turned = texts(perturb(collection(QUERIES[::-1]), name, strength=0.5, seed=7))
    assert turned == whole
    some = texts(perturb(collection(QUERIES[:2]), name, strength=0.5, seed=7))
    assert some.items() <= whole.items()


def test_queries_of_one_text_are_perturbed_each_in_its_own_way() -> None:
    same = [{**query, "text": QUERIES[0]["text"]} for query in QUERIES if query["lang"] == "en"]
    assert len(set(texts(perturb(collection(same), "keyboard", strength=0.5, seed=0)).values())) == 2


def test_seeds_differ() -> None:
    drawn = {tuple(texts(perturb(collection(), "keyboard", strength=0.5, seed=seed)).values()) for seed in range(5)}
    assert len(drawn) == 5


def test_code_switching_takes_the_query_of_the_group() -> None:
    after = perturb(collection(), "code-switch", strength=1.0, seed=0)
    assert texts(after) == {"1/de": "How long is the river Nile?", "1/zh": "How long is the river Nile?"}
    assert after.left_out == {
        "query in 'de' without a translation to switch to": 1,
        "query in 'en', for which 'code-switch' is not defined": 2,
    }


def test_what_no_query_can_have_is_refused() -> None:
    with pytest.raises(
        ConfigError, match=r"nile: .*'tones' is not defined for any .* \(de, en, zh\): there is keyboard"
    ):
        perturb(collection(), "tones", strength=0.5, seed=0)
    with pytest.raises(ConfigError, match="needs queries of one group in 'th'"):
        perturb(collection(), "code-switch:th", strength=0.5, seed=0)
    with pytest.raises(ConfigError, match="seed"):
        perturb(collection(), "keyboard", strength=0.5, seed=-1)


def test_applicable_to_some_language() -> None:
    assert "homophone" in applicable(collection())
    assert "tones" not in applicable(collection())
