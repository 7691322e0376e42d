"""A mixed pool as a task of MTEB (Muennighoff et al. 2023, arXiv 2210.07316), for any model that the library runs.

The library encodes both sides, ranks, and computes its own metrics. The vectors that it got are ranked here once more,
to the end: mAP and language bias are over whole rankings, and the library keeps the first 1,000 hits alone.
"""

from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import torch

from isoglot.arrays import Vectors, distinct
from isoglot.data.collection import Collection
from isoglot.data.given import AnyCollection, given_collection
from isoglot.encoder.embeddings import Embeddings, scale
from isoglot.encoder.protocol import LOADED_AS
from isoglot.encoder.repair import fitted_on
from isoglot.encoder.similarity import Similarity
from isoglot.errors import ConfigError, EncoderError
from isoglot.evaluation.embedded import Embedded
from isoglot.evaluation.evaluate import EvaluationOptions, described, evaluate_embedded
from isoglot.evaluation.found import Averages
from isoglot.evaluation.results import Evaluation
from isoglot.evaluation.settings import settings_of
from isoglot.extras import need
from isoglot.languages import alpha3, script

_mteb = need("mteb", extra="mteb", what="isoglot.mteb needs")
_Retrieval: Any = _mteb.abstasks.AbsTaskRetrieval

_SPLIT = "test"
_FEW = 8  # texts of either side, by which a model's own scores are known again
_CLOSE = 1e-3  # what they may differ by, relative or absolute: models may score in half precision


class MixedPool(_Retrieval):  # type: ignore[misc]  # the library may not be there
    """A collection's pool of all languages, as a retrieval task.

    Its scores are the library's own on the pool (``ndcg_at_10``, ...), each query weighing the same, and isoglot's, as
    ``isoglot evaluate`` has them, each query language weighing the same: ``multi_map``, which is the main score,
    ``mono_map``, ``cross_map``, ``multi_ndcg_at_10``, ``bias_rank_distance``, ``bias_same_language_at_1``; see
    :func:`named_scores`.

    Example::

        >>> from isoglot.mteb import MixedPool
        >>> task = MixedPool("sample/test")
        >>> found = mteb.evaluate(isoglot.load_encoder("e5-small"), task, cache=None)
        >>> found.task_results[0].get_score() == task.evaluation.value("multi", "map")
        True

    Attributes:
        metadata: the library's, with the fingerprint of the collection as its revision: the library reads results
            from its cache where name, revision and model are the same.
        collection: what is ranked. A query without a relevant passage is not asked, which the library leaves out too.
        evaluation: isoglot's results of the last run, to be saved and compared; None before it.

    Args:
        collection: by object or by name (see :func:`isoglot.load_collection`), in two languages or more.
        options: see :class:`isoglot.EvaluationOptions`; embeddings are not cached.
        prompt: the instruction for models that take one, and that have none of their own for the task.

    Raises:
        DataError, FetchError: there is no such collection.
        ConfigError: the collection has one language, the options leave ``multi`` out, or mteb is not installed (when
            this module is imported).
    """

    _support_cross_encoder: ClassVar[bool] = False
    _support_search: ClassVar[bool] = False
    data_loaded: bool = False

    def __init__(
        self,
        collection: AnyCollection,
        *,
        options: EvaluationOptions | None = None,
        prompt: str = _Retrieval.abstask_prompt,
    ) -> None:
        self._options = options or EvaluationOptions()
        self.collection = _asked(given_collection(collection), self._options)
        self.evaluation: Evaluation | None = None
        self.metadata = _metadata(self.collection, prompt)
        self.ignore_identical_ids = bool((self.collection.query_passage >= 0).any())
        super().__init__()

    def load_data(self, num_proc: int | None = None, **_: Any) -> None:
        """Give the library the collection's texts and judgements; nothing is fetched."""
        from datasets import Dataset

        if self.data_loaded:
            return
        texts = {
            name: Dataset.from_dict({column: table[column].to_pylist() for column in ("id", "text")})
            for name, table in (("corpus", self.collection.passages), ("queries", self.collection.queries))
        }
        split = {**texts, "relevant_docs": _judged(self.collection), "top_ranked": None}
        self.dataset = {"default": {_SPLIT: split}}
        self.data_loaded = True

    def unload_data(self) -> None:
        """Let go of what :meth:`load_data` made; the library's own way would take the metadata with it."""
        self.dataset, self.data_loaded = {}, False

    def _evaluate_subset(self, model: Any, data_split: Any, **options: Any) -> dict[str, Any]:
        """The library's scores, and isoglot's of the same vectors."""
        kept = _Kept(model)
        scores: dict[str, Any] = super()._evaluate_subset(kept, data_split, **options)
        self.evaluation = _evaluated(kept, self.collection, self._options)
        return {**scores, **named_scores(self.evaluation.collections[self.collection.name].averages)}


def named_scores(averages: Averages) -> dict[str, float]:
    """Averages by the names that a task's scores have; NaN is left out.

    A name is ``SETTING_MEASURE`` or ``bias_NAME``, with ``_at_`` for ``@``, as MTEB writes it.

    Example::

        >>> from isoglot.mteb import named_scores
        >>> named_scores({"multi": {"ndcg@10": 0.5}, "bias": {"lpr": 0.75}})
        {'multi_ndcg_at_10': 0.5, 'bias_lpr': 0.75}
    """
    return {
        f"{table}_{name}".replace("@", "_at_").replace("-", "_"): value
        for table, values in averages.items()
        for name, value in values.items()
        if value is not None and not np.isnan(value)
    }


class _Kept:
    """A model of the library that keeps what it encodes; it has what the library's ``EncoderProtocol`` names."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._parts: dict[str, list[Any]] = {"query": [], "document": []}

    @property
    def mteb_model_meta(self) -> Any:
        return self._model.mteb_model_meta

    @property
    def wrapped(self) -> Any:
        """What the library's wrapper is about, such as a SentenceTransformer."""
        return getattr(self._model, "model", self._model)

    @property
    def name(self) -> str:
        """As isoglot loaded it; where it did not, as the library calls it."""
        return str(getattr(self.wrapped, LOADED_AS, None) or self.mteb_model_meta.name)

    def encode(self, inputs: Any, *, prompt_type: Any, **options: Any) -> Any:
        found = self._model.encode(inputs, prompt_type=prompt_type, **options)
        self._parts[prompt_type.value].append(found)
        return found

    def similarity(self, one: Any, other: Any) -> Any:
        return self._model.similarity(one, other)

    def similarity_pairwise(self, one: Any, other: Any) -> Any:
        return self._model.similarity_pairwise(one, other)

    def vectors(self, side: str) -> Vectors:
        """(texts, width) of the ``query`` or ``document`` side, as the model gave them.

        Raises:
            EncoderError: they are not dense, or not finite.
        """
        found = np.concatenate([_dense(part) for part in self._parts[side]])
        if not np.isfinite(found).all():
            raise EncoderError(f"{self.name} returned NaN or infinite values for a {side}.")
        return found


def _asked(collection: Collection, options: EvaluationOptions) -> Collection:
    """The queries that have a relevant passage, in the corpus or not."""
    if "multi" not in options.settings:
        raise ConfigError("a mixed pool is the setting multi: add it to the settings.")
    if "multi" not in settings_of(collection):
        raise ConfigError(
            f"{collection.name}: the passages are in one language, {', '.join(collection.languages)}, so the pool is "
            "not mixed: take a collection in two languages or more."
        )
    judged = collection.judgements
    answered = np.union1d(judged.query[judged.grade > 0], collection.never_found.query)
    if len(answered) < len(collection):
        collection = collection.of_queries(answered)
    return collection.with_identical_ids() if options.keep_identical_ids else collection


def _metadata(collection: Collection, prompt: str) -> Any:
    languages = sorted({f"{alpha3(tag)}-{script(tag)}" for tag in collection.languages})
    name = collection.name.replace("/", "-")
    return _mteb.TaskMetadata(
        name=f"MixedPool-{name}",
        description=f"One pool of all languages of {collection.name}: a query's relevant passages are in each of them.",
        dataset={"path": collection.name, "revision": collection.fingerprint},
        type="Retrieval",
        category="t2t",
        eval_splits=[_SPLIT],
        eval_langs=languages,
        main_score="multi_map",
        prompt=prompt,
    )


def _judged(collection: Collection) -> dict[str, dict[str, int]]:
    """Query id -> passage id -> grade; a relevant passage that the corpus does not have counts among the relevant."""
    queries, passages = collection.queries["id"].to_pylist(), collection.passages["id"].to_pylist()
    judged, lost = collection.judgements, collection.never_found
    found: dict[str, dict[str, int]] = {query: {} for query in queries}
    rows = zip(judged.query.tolist(), judged.passage.tolist(), judged.grade.tolist(), strict=True)
    for query, passage, grade in rows:
        found[queries[query]][passages[passage]] = grade
    for number, (query, grade) in enumerate(zip(lost.query.tolist(), lost.grade.tolist(), strict=True)):
        found[queries[query]][f"not in the corpus: {number}"] = grade
    return found


def _evaluated(kept: _Kept, collection: Collection, options: EvaluationOptions) -> Evaluation:
    queries, passages = kept.vectors("query"), kept.vectors("document")
    similarity = _similarity(kept, queries, passages)
    embedded = Embedded(
        collection=collection,
        queries=_ranked(queries, collection.queries["text"], similarity),
        passages=_ranked(passages, collection.passages["text"], similarity),
        similarity=similarity,
    )
    result = evaluate_embedded(embedded, options=options)
    return Evaluation(
        encoder=kept.name,
        encoder_fingerprint=None,
        collections={collection.name: result},
        options=described(options),
        similarity=str(similarity),
        fitted_on=fitted_on(kept.wrapped),
    )


def _ranked(vectors: Vectors, texts: pa.ChunkedArray, similarity: Similarity) -> Vectors:
    """(texts, width) as they are compared; equal texts have one vector, whatever batch the library had them in."""
    first, number = distinct(texts.combine_chunks().dictionary_encode().indices.to_numpy())
    found = Embeddings([vectors], first[number])
    return np.asarray(found.normalised() if similarity.unit else found)


def _similarity(model: _Kept, queries: Vectors, passages: Vectors) -> Similarity:
    """The one that gives the model's own scores on a few texts; the one that its metadata name comes first.

    Raises:
        EncoderError: none of them does.
    """
    few = queries[:_FEW].copy(), passages[:_FEW].copy()
    own = np.asarray(model.similarity(*map(torch.from_numpy, few)), dtype=np.float32)
    named = getattr(model.mteb_model_meta, "similarity_fn_name", None)
    for similarity in sorted(Similarity, key=lambda one: one != getattr(named, "value", named)):
        rows, columns = (side.copy() for side in few)
        if similarity.unit:
            scale(rows)
            scale(columns)
        if np.allclose(similarity.block(columns).scores(rows), own, rtol=_CLOSE, atol=_CLOSE):
            return similarity
    raise EncoderError(
        f"{model.name} scores its vectors by none of {', '.join(Similarity)}, by which isoglot ranks: its "
        "results would not be this model's."
    )


def _dense(found: Any) -> Vectors:
    if isinstance(found, torch.Tensor):
        if found.is_sparse:
            raise EncoderError(
                "the model's vectors are sparse, and a mixed pool is ranked by dense ones: `isoglot evaluate` takes it."
            )
        found = found.detach().cpu().float().numpy()
    vectors: Vectors = np.asarray(found, dtype=np.float32)
    return vectors
