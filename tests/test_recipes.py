"""The recipes of docs/recipes.md, as they stand there, against isoglot's own index under the same repair and policy."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import isoglot
from helpers.pages import RECIPE, ROOT, RUN, under
from isoglot.encoder.repair import taken_apart

pytest.importorskip("lancedb")

PAGE = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
DATA = "sample/test@de,en,es"
QUESTIONS = {"en": "How long is the river?", "de": "Wie reinige ich die Maschine?", "es": "¿Dónde está la isla?"}
POLICIES = ("fused", "balanced", "plain")
BY_LANGUAGE = pytest.mark.parametrize("place", ["centring-origin"], indirect=True, scope="module")
"""For what would show no more with a repair that is the same for all languages."""

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


def run(heading: str, names: dict[str, Any], *, tag: str = RECIPE, **stand_ins: str) -> dict[str, Any]:
    """The names after the recipe below a heading, which had these names, and those of stand-ins for parts of it."""
    code, found = under(PAGE, heading, tag).replace('"my-docs"', repr(DATA)), {"__name__": "recipe", **names}
    for name, part in stand_ins.items():
        assert part in code
        code = code.replace(part, name)
    exec(compile(code, heading, "exec"), found)
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


@pytest.fixture
def stored(place: Path, begun: dict[str, Any]) -> dict[str, Any]:
    """The names of the recipe in NumPy, with vectors that no repair has moved."""
    apart = taken_apart(begun["model"])
    assert apart is not None
    arrays = next((place / "repaired").rglob("transform.json")).parent
    names = run("### NumPy", {"arrays": arrays}, tag=RUN, arrays='"repaired/debias"')
    return names | {
        "vectors": apart.base.encode_document(begun["texts"], normalize_embeddings=True),
        "query_vector": apart.base.encode_query(QUESTIONS["de"], normalize_embeddings=True),
    }


@BY_LANGUAGE
def test_points_of_qdrant_are_moved_to_a_new_collection(
    stored: dict[str, Any], index: isoglot.Index, begun: dict[str, Any]
) -> None:
    qdrant = pytest.importorskip("qdrant_client")
    client = qdrant.QdrantClient(":memory:")
    size = qdrant.models.VectorParams(size=stored["vectors"].shape[1], distance=qdrant.models.Distance.COSINE)
    client.create_collection("passages", vectors_config=size)
    payload, numbers = [{"lang": tag} for tag in begun["languages"]], range(len(begun["ids"]))
    client.upload_collection("passages", vectors=stored["vectors"], payload=payload, ids=numbers, wait=True)
    hits = run("### In Qdrant", stored | {"given": client}, given='QdrantClient(url="http://localhost:6333")')["hits"]
    assert [begun["ids"][hit.id] for hit in hits] == plain_ids(index)


@BY_LANGUAGE
def test_rows_of_milvus_are_moved_to_a_new_collection(
    stored: dict[str, Any], index: isoglot.Index, begun: dict[str, Any], tmp_path: Path
) -> None:
    pytest.importorskip("milvus_lite")
    from pymilvus import DataType, MilvusClient

    client = MilvusClient(uri=str(tmp_path / "passages.db"))
    schema, how = client.create_schema(), client.prepare_index_params()
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("lang", DataType.VARCHAR, max_length=16)
    schema.add_field("embedding", DataType.FLOAT_VECTOR, dim=stored["vectors"].shape[1])
    how.add_index("embedding", index_type="FLAT", metric_type="IP")
    client.create_collection("passages", schema=schema, index_params=how)
    rows = zip(begun["languages"], stored["vectors"].tolist(), strict=True)
    client.insert("passages", [{"id": n, "lang": tag, "embedding": vector} for n, (tag, vector) in enumerate(rows)])
    hits = run("### In Milvus", stored | {"given": client}, given='MilvusClient(uri="http://localhost:19530")')["hits"]
    assert [begun["ids"][hit["id"]] for hit in hits[0]] == plain_ids(index)
    client.close()


def plain_ids(index: isoglot.Index) -> list[str]:
    return [hit.id for hit in index.search(QUESTIONS["de"], language="de", policy="plain")]


FRAMEWORKS = {
    "LangChain": ("langchain_core", "documents", lambda hit: (hit.id, hit.page_content, hit.metadata["lang"])),
    "LlamaIndex": ("llama_index.core", "nodes", lambda hit: (hit.node_id, hit.text, hit.metadata["lang"])),
    "Haystack": ("haystack", "documents", lambda hit: (hit.id, hit.content, hit.meta["lang"])),
}
"""Name -> its package, what the recipe calls hits, and what a hit is."""


@BY_LANGUAGE
@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_retriever_gives_what_the_index_gives(
    name: str, place: Path, index: isoglot.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HAYSTACK_TELEMETRY_ENABLED", "LANGSMITH_TRACING"):  # no test says anything to anybody
        monkeypatch.setenv(variable, "False")
    package, hits, seen = FRAMEWORKS[name]
    pytest.importorskip(package)
    monkeypatch.chdir(place)
    names = run(f"### {name}", {})
    found = names[hits]
    if name == "Haystack":  # a pipeline can be saved
        assert "place: help-index" in names["pipeline"].dumps()
    expected = index.search("Where do I change the margins?", policy="balanced")
    assert [seen(hit) for hit in found] == [(hit.id, hit.text, hit.lang) for hit in expected]
