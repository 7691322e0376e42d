"""The recipes of docs/recipes.md, as they stand there, against isoglot's own index under the same repair and policy."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import isoglot
from helpers.pages import RECIPE, ROOT, under

pytest.importorskip("lancedb")

PAGE = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
DATA = "sample/test@de,en,es"
QUESTIONS = {"en": "How long is the river?", "de": "Wie reinige ich die Maschine?", "es": "¿Dónde está la isla?"}
POLICIES = ("fused", "balanced", "plain")

Search = Callable[..., list[str]]


@pytest.fixture(scope="module", params=["leace-origin", "centring-origin"])  # for all languages alike, and for each
def place(request: pytest.FixtureRequest, tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a repaired encoder, and an index that is searched through the repair."""
    folder = tmp_path_factory.mktemp("recipes")
    options = isoglot.DebiasOptions(choice=isoglot.Choice(kind=request.param), least=10)
    isoglot.debias(str(tiny_encoder), DATA, options=options).save(folder / "repaired")
    isoglot.Index.create(folder / "help-index", DATA, str(folder / "repaired"))
    return folder


@pytest.fixture(scope="module")
def index(place: Path) -> isoglot.Index:
    return isoglot.Index(place / "help-index").still()


@pytest.fixture(scope="module")
def begun(place: Path) -> dict[str, Any]:
    """The names that the recipes for stores begin with."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        return run("## A store", {})


def run(heading: str, names: dict[str, Any]) -> dict[str, Any]:
    """The names after the recipe below a heading, which had these."""
    found = {"__name__": "recipe", **names}
    exec(compile(under(PAGE, heading, RECIPE).replace('"my-docs"', repr(DATA)), heading, "exec"), found)
    return found


def agree(search: Search, index: isoglot.Index) -> None:
    for language, question in QUESTIONS.items():
        for policy in POLICIES:
            expected = index.search(question, language=language, k=20, policy=policy)
            assert search(question, language, k=20, policy=policy) == [hit.id for hit in expected], policy


@pytest.mark.parametrize(("heading", "package"), [("### FAISS", "faiss"), ("### Qdrant", "qdrant_client")])
def test_a_store_finds_what_an_index_finds(
    heading: str, package: str, index: isoglot.Index, begun: dict[str, Any]
) -> None:
    pytest.importorskip(package)
    agree(run(heading, begun)["search"], index)


def test_pgvector_is_given_the_vectors_to_the_bit_and_its_rows_are_ranked(
    index: isoglot.Index, begun: dict[str, Any]
) -> None:
    vector = pytest.importorskip("pgvector").Vector
    names = run("### pgvector", begun)
    stored = np.stack([vector.from_text(row[3]).to_numpy() for row in names["passages"]])
    np.testing.assert_array_equal(stored, begun["vectors"])
    assert names["schema"].count("PARTITION OF") == 3

    def execute(sql: str, arguments: list[Any]) -> SimpleNamespace:
        assert (sql, sql.count("%s")) == (names["best"], len(arguments))
        distances = 1 - stored @ vector.from_text(arguments[1]).to_numpy()
        rows = [(row[0], row[1], distance) for row, distance in zip(names["passages"], distances, strict=True)]
        best = [sorted((row for row in rows if row[1] == tag), key=lambda row: row[2]) for tag in arguments[0]]
        return SimpleNamespace(fetchall=lambda: [row for found in best for row in found[:100]])

    connection = SimpleNamespace(execute=execute)
    agree(lambda *arguments, **options: names["search"](connection, *arguments, **options), index)


def test_opensearch_is_given_the_vectors_to_the_bit_and_its_answer_is_ranked(
    index: isoglot.Index, begun: dict[str, Any]
) -> None:
    names = run("### OpenSearch", begun)
    field = names["index_body"]["mappings"]["properties"]["embedding"]
    assert (field["type"], field["dimension"]) == ("knn_vector", begun["vectors"].shape[1])
    lines = [json.loads(line) for line in names["bulk_body"].splitlines()]
    assert [line["index"]["_id"] for line in lines[::2]] == begun["ids"]
    stored = np.array([line["embedding"] for line in lines[1::2]], dtype=np.float32)
    np.testing.assert_array_equal(stored, begun["vectors"])

    def search(question: str, language: str, **options: Any) -> list[str]:
        body = [json.loads(line) for line in names["search_body"](question, language).splitlines()]
        assert body[::2] == [{"index": "passages"}] * 3
        responses = [_answered(line, lines[1::2], begun["ids"], stored) for line in body[1::2]]
        return list(names["ranked"]({"responses": responses}, **options))

    agree(search, index)


def _answered(body: dict[str, Any], documents: list[Any], ids: list[str], stored: np.ndarray) -> dict[str, Any]:
    """As OpenSearch answers a search for the nearest within a filter."""
    knn = body["query"]["knn"]["embedding"]
    scores = (1 + stored @ np.array(knn["vector"], dtype=np.float32)) / 2
    hits = [
        {"_id": identity, "_score": float(score), "_source": {"lang": document["lang"]}}
        for identity, score, document in zip(ids, scores, documents, strict=True)
        if document["lang"] == knn["filter"]["term"]["lang"]
    ]
    return {"hits": {"hits": sorted(hits, key=lambda hit: -hit["_score"])[: body["size"]]}}


FRAMEWORKS = {
    "LangChain": ("langchain_core", "documents", lambda hit: (hit.id, hit.page_content, hit.metadata["lang"])),
    "LlamaIndex": ("llama_index.core", "nodes", lambda hit: (hit.node_id, hit.text, hit.metadata["lang"])),
    "Haystack": ("haystack", "documents", lambda hit: (hit.id, hit.content, hit.meta["lang"])),
}
"""Name -> its package, what the recipe calls hits, and what a hit is."""


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_retriever_gives_what_the_index_gives(
    name: str, place: Path, index: isoglot.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HAYSTACK_TELEMETRY_ENABLED", "LANGSMITH_TRACING"):  # no test says anything to anybody
        monkeypatch.setenv(variable, "False")
    package, hits, seen = FRAMEWORKS[name]
    pytest.importorskip(package)
    monkeypatch.chdir(place)
    found = run(f"### {name}", {})[hits]
    expected = index.search("Where do I change the margins?", policy="balanced")
    assert [seen(hit) for hit in found] == [(hit.id, hit.text, hit.lang) for hit in expected]
