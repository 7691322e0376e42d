"""A mixed pool as a task of MTEB: the library runs it, and isoglot's numbers are those of ``isoglot evaluate``."""

import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding

import isoglot
from helpers.embedding import drawn
from isoglot.data.collection import Collection
from isoglot.errors import ConfigError, EncoderError

mteb = pytest.importorskip("mteb")

from isoglot.mteb import MixedPool, named_scores  # noqa: E402  # which needs the library

FAST = isoglot.EvaluationOptions(draws=20, cache=False)


@dataclass
class Model:
    """What the library's ``EncoderProtocol`` names, and isoglot's: vectors of texts that no batch decides."""

    similarity_fn_name: str = "dot"
    scale: float = 3.0
    sparse: bool = False

    @property
    def mteb_model_meta(self) -> Any:
        return mteb.models.ModelMeta.create_empty(overwrites={"name": "a/model", "revision": "1"})

    def encode_query(self, inputs: list[str], **_: Any) -> Any:
        return self.scale * drawn(inputs)

    encode_document = encode_query

    def encode(self, inputs: Any, **_: Any) -> Any:
        found = torch.from_numpy(self.encode_query([text for batch in inputs for text in batch["text"]]))
        return found.to_sparse() if self.sparse else found

    def similarity(self, one: Any, other: Any) -> Any:
        if self.similarity_fn_name == "own":
            return (one @ other.T) ** 2
        return one.to_dense() @ other.to_dense().T

    similarity_pairwise = similarity


def static(encoder: Path) -> SentenceTransformer:
    """Its pieces with a random vector each: no batch decides what a text has."""
    return SentenceTransformer(modules=[StaticEmbedding(isoglot.load_encoder(encoder).tokenizer, embedding_dim=8)])


def scores(task: MixedPool, model: Any) -> dict[str, Any]:
    found = mteb.evaluate(model, task, cache=None, show_progress_bar=False).task_results[0]
    assert (found.task_name, found.dataset_revision) == (task.metadata.name, task.collection.fingerprint)
    return dict(found.scores["test"][0])


def assert_equal(found: dict[str, Any], evaluated: isoglot.Evaluation) -> None:
    (result,) = evaluated.collections.values()
    wanted = named_scores(result.averages)
    assert {name: found[name] for name in wanted} == pytest.approx(wanted, abs=1e-6)
    assert {"mono_map", "cross_map", "multi_ndcg_at_10", "bias_rank_distance", "bias_same_language_at_1"} < set(wanted)
    assert found["main_score"] == found["multi_map"]


def test_a_task_has_the_numbers_of_evaluate(tiny_encoder: Path) -> None:
    task = MixedPool("sample/test@de,en,es", options=FAST)
    assert task.metadata.eval_langs == ["deu-Latn", "eng-Latn", "spa-Latn"]
    encoder = static(tiny_encoder)
    encoder.loaded_as = "a name"
    found = scores(task, encoder)
    assert_equal(found, isoglot.evaluate(encoder, "sample/test@de,en,es", options=FAST))
    assert found["ndcg_at_10"] == pytest.approx(found["multi_ndcg_at_10"], abs=1e-5)  # the library rounds
    assert task.evaluation is not None
    assert task.evaluation.encoder == "a name"
    assert task.evaluation.value("multi", "map") == found["multi_map"]


def test_what_collections_have_besides() -> None:
    """A query without an answer, one whose answer the corpus lacks, one that has a passage's id; equal texts."""
    both = ("de", "en")
    queries = [(f"{item}/{tag}", tag) for item in range(9) for tag in both]
    passages = [(f"6/{tag}" if item == 6 else f"p{item}/{tag}", tag) for item in range(1, 9) for tag in both]
    answers = {f"{item}/{tag}": [f"p{item}/{other}" for other in both] for item in range(6) for tag in both}
    answers |= {"6/de": ["6/en"], "6/en": ["6/de"], "7/de": ["p7/de", "p7/en"], "7/en": ["p7/en"]}
    made = Collection.from_rows(
        "part/one",
        queries=[{"id": name, "text": name, "lang": tag} for name, tag in queries],
        passages=[{"id": name, "text": name.removesuffix("7/de"), "lang": tag} for name, tag in passages],
        relevant={(query, passage): 1 + len(passage) % 2 for query, found in answers.items() for passage in found},
        strict=False,
    )
    task = MixedPool(made, options=FAST)
    assert (len(made), len(task.collection), task.metadata.name) == (18, 16, "MixedPool-part-one")
    model = Model()
    found = scores(task, model)
    assert_equal(found, isoglot.evaluate(model, task.collection, options=FAST))
    assert found["multi_map"] == pytest.approx(found["map_at_1000"], abs=1e-5)
    assert task.evaluation is not None
    assert task.evaluation.similarity == "dot"


def test_what_cannot_be_ranked_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    task = MixedPool("sample/test@en,de", options=FAST)
    for model, message in (
        (Model("own"), r"a/model scores its vectors by none of cosine, dot, euclidean, manhattan"),
        (Model(sparse=True), r"the model's vectors are sparse, .* `isoglot evaluate` takes it"),
        (Model(scale=np.nan), "a/model returned NaN or infinite values for a query"),
    ):
        with pytest.raises(EncoderError, match=message):
            task.evaluate(model, encode_kwargs={})
    without_vectors = SimpleNamespace(index=print, search=print, mteb_model_meta=None)
    with pytest.raises(TypeError, match=r"MixedPool-sample-test.* does not support Search"):
        task.evaluate(without_vectors, encode_kwargs={})
    with pytest.raises(ConfigError, match="the passages are in one language, en, so the pool is not mixed"):
        MixedPool("sample/test@en")
    with pytest.raises(ConfigError, match="a mixed pool is the setting multi: add it"):
        MixedPool("sample/test", options=isoglot.EvaluationOptions(settings=["mono"]))
    monkeypatch.delitem(sys.modules, "isoglot.mteb")
    monkeypatch.setitem(sys.modules, "mteb", None)
    with pytest.raises(ConfigError, match=r"isoglot\.mteb needs the package mteb: pip install 'isoglot\[mteb\]'"):
        import_module("isoglot.mteb")


@pytest.mark.reproduction
def test_xquad_r_to_a_millionth(mirror: Path, tiny_encoder: Path) -> None:
    encoder = static(tiny_encoder)
    assert_equal(
        scores(MixedPool("xquad-r", options=FAST), encoder), isoglot.evaluate(encoder, "xquad-r", options=FAST)
    )
