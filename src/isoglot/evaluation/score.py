"""Score anybody's run: any list of hits with judgements, and the same results as for an encoder."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from isoglot.arguments import Resamples, Seed, checked, option_record
from isoglot.arrays import Bools, Ints, Similarities
from isoglot.data.collection import Collection
from isoglot.data.judgements import Judgements
from isoglot.data.lines import digest_files
from isoglot.data.tables import PASSAGES, QUERIES, places
from isoglot.data.trec.qrels import Qrels, read_qrels
from isoglot.data.trec.runs import Run, read_run
from isoglot.errors import ConfigError, DataError
from isoglot.evaluation.bias.summary import BIAS_DEPTH
from isoglot.evaluation.hitlists import Lists
from isoglot.evaluation.measures import MEASURES, Measures, Rankings, given_measures
from isoglot.evaluation.ranks import Ranks
from isoglot.evaluation.results import CollectionResult, Evaluation
from isoglot.evaluation.summarise import summarise
from isoglot.evaluation.tagged import file_of, tagged
from isoglot.files import given_path
from isoglot.languages import normalise

_Sources = tuple[str | Path, str | Path]  # of the queries' and the passages' languages
_UNKNOWN = "und"  # BCP 47's undetermined language


def rank_run(run: Run, qrels: Qrels) -> Rankings:
    """The ranks of the relevant passages in a run, a topic for each judged query, in the order of ``qrels.queries``.

    A query that the run does not have, and a passage that it does not have for a query, is not found: its rank is
    infinite. Queries that are not judged are left out. As in trec_eval, a hit with its query's id counts as any other.
    """
    relevant = qrels.grade > 0
    query, passage = qrels.query[relevant], qrels.passage[relevant]
    lists = Lists(start=run.start, passage=run.passage, score=run.score, ids=run.passages)
    rank = lists.ranks(places(run.queries, qrels.queries)[query], places(run.passages, qrels.passages)[passage])
    return Rankings.build(query, rank, qrels.grade[relevant], topics=len(qrels.queries))


@option_record
class ScoreOptions:
    """How to score a run.

    Example::

        >>> options = isoglot.ScoreOptions(query_language="en", passage_language="de")
        >>> found = isoglot.score("run.trec", "qrels.tsv", options=options)

    Attributes:
        query_language: a BCP 47 tag, or a file (see :func:`~isoglot.evaluation.tagged.tagged`) of each query's
            language, cluster and group. Without a file every query is a group of its own. Where no cluster
            is stated, queries that share a relevant passage are one.
        passage_language: the same for passages. The pool, whose size some biases are relative to, is all passages
            of the file; without a file those of the run and the qrels. Without languages there is only the
            setting ``multi``, under the language ``und``, and no bias.
        measures: computed in every setting; by name, such as ``"nDCG@10"``.
        draws: bootstrap resamples for the intervals.
        seed: of the bootstrap.
        keep_identical_ids: keep the hits that have their query's id and are not judged relevant to it, which are
            dropped otherwise (:mod:`isoglot.data.identical`).

    Raises:
        ConfigError: a value that the option cannot have, or one of the languages without the other.
    """

    query_language: str | Path | None = None
    passage_language: str | Path | None = None
    measures: Measures = MEASURES
    draws: Resamples = 1_000
    seed: Seed = 0
    keep_identical_ids: bool = False

    def __post_init__(self) -> None:
        _sources(self.query_language, self.passage_language)


@checked
def score(run: str | Path, qrels: str | Path, *, options: ScoreOptions | None = None) -> Evaluation:
    """Score a TREC run as an encoder's ranking of a collection is scored.

    Example::

        >>> isoglot.score("run.trec", "qrels.tsv").value("multi", "RR")
        1.0

    Averages are over the queries that have a relevant passage. One that the run does not have counts with 0 in
    every measure (trec_eval's ``-c``); a query of the run that is not judged does not count. The sizes say how many
    there are of each: ``missing queries``, ``ignored queries``. Ranks are those among the run's hits, in mono and
    cross those among its hits of the language, and a relevant passage that is no hit is not found.

    Args:
        run: the TREC run; results call the encoder by its file.
        qrels: TREC's or BEIR's judgements; the collection takes its name from this file.
        options: see :class:`ScoreOptions`.

    Raises:
        DataError: a file that cannot be used, a query or passage without a language, or nothing that is relevant.
    """
    options, run, qrels = options or ScoreOptions(), given_path(run), given_path(qrels)
    found = _scored(run, qrels, options)
    measures = [measure.mean for measure in given_measures(options.measures)]
    shown = {"draws": options.draws, "seed": options.seed, "measures": measures}
    return Evaluation(encoder=run.name, encoder_fingerprint=None, collections={found.name: found}, options=shown)


def _scored(run: Path, qrels: Path, options: ScoreOptions) -> CollectionResult:
    sources = _sources(options.query_language, options.passage_language)
    judged, hits = read_qrels(qrels), read_run(run)
    if not (judged.grade > 0).any():
        raise DataError(f"{qrels}: no grade is above 0, so no passage is relevant.")
    row = places(hits.queries, judged.queries)
    if (row < 0).all():
        raise DataError(
            f"{run} has none of the queries of {qrels}: its first is {str(hits.queries[0])!r}, theirs "
            f"{str(judged.queries[0])!r}."
        )
    lists = _lists(hits, row)
    pool = _pool(lists, judged, sources[1], named_in=f"{run} or {qrels}")
    collection = _collection(pool, judged, sources[0], qrels=qrels)
    if options.keep_identical_ids:
        collection = collection.with_identical_ids()
    collection.fingerprint = _fingerprint(qrels, sources, options.keep_identical_ids)
    known = options.query_language is not None
    ranks = _ranks(replace(lists, passage=pool.of_hit[lists.passage], ids=pool.ids), collection, bias=known)
    measures = given_measures(options.measures)
    result = summarise(ranks, collection, measures=measures, draws=options.draws, seed=options.seed, languages=known)
    found = int((row >= 0).sum())
    extra = {"missing queries": len(row) - found, "ignored queries": len(hits.queries) - found}
    return replace(result, sizes={**result.sizes, **extra})


def _sources(query: str | Path | None, passage: str | Path | None) -> _Sources:
    if query is not None and passage is not None:
        return query, passage
    if query is not passage:
        raise ConfigError("a run is scored with the languages of both queries and passages, or of neither.")
    return _UNKNOWN, _UNKNOWN


def _lists(run: Run, row: Ints) -> Lists:
    """A list for each query: the hits of the run's query ``row``, none where that is -1."""
    length = np.where(row >= 0, np.diff(run.start)[row], 0)
    start = np.concatenate([[0], np.cumsum(length)])
    hit = np.repeat(run.start[row] - start[:-1], length) + np.arange(start[-1])
    return Lists(start=start, passage=run.passage[hit], score=run.score[hit], ids=run.passages)


@dataclass(frozen=True, eq=False)
class _Pool:
    """Attributes:
    table: the passages, as :func:`~isoglot.evaluation.tagged.tagged` gives them.
    of_hit: (passages of the run,) int64, position in the table; undefined for one that is no hit.
    of_judged: (passages of the qrels,) int64, position in the table.
    """

    table: pa.Table
    of_hit: Ints
    of_judged: Ints

    @property
    def ids(self) -> pa.StringArray:
        """(passages,) of the table."""
        return self.table["id"].combine_chunks()


def _pool(lists: Lists, judged: Qrels, source: str | Path, *, named_in: str) -> _Pool:
    """All passages of a file of languages; without one the hits, and behind them what is judged besides."""
    hit = np.bincount(lists.passage, minlength=len(lists.ids)) > 0
    known = places(lists.ids, judged.passages)
    unseen = (known < 0) | ~hit[known]
    ids = pa.concat_arrays([_where(lists.ids, hit), _where(judged.passages, unseen)])
    table = tagged(source, ids, what="passage", named_in=named_in, whole=True)
    if file_of(source) is not None:
        return _Pool(table, places(table["id"], lists.ids), places(table["id"], judged.passages))
    of_hit = np.cumsum(hit) - 1
    return _Pool(table, of_hit, np.where(unseen, hit.sum() + np.cumsum(unseen) - 1, of_hit[known]))


def _where(ids: pa.StringArray, keep: Bools) -> pa.StringArray:
    return ids if keep.all() else ids.take(pa.array(np.flatnonzero(keep)))


def _collection(pool: _Pool, judged: Qrels, source: str | Path, *, qrels: Path) -> Collection:
    """The judged queries and the passages, without texts."""
    queries = tagged(source, judged.queries, what="query", named_in=str(qrels))
    name = qrels.name.removesuffix(".gz").rpartition(".")[0] or qrels.name
    return Collection(
        name,
        queries=_filled(queries, QUERIES, domain=name),
        passages=_filled(pool.table, PASSAGES),
        judgements=Judgements(query=judged.query, passage=pool.of_judged[judged.passage], grade=judged.grade),
    )


def _filled(table: pa.Table, schema: pa.Schema, domain: str = "") -> pa.Table:
    constants = {"text": pa.repeat("", len(table)), "domain": pa.repeat(domain, len(table))}
    return pa.table({name: constants[name] if name in constants else table[name] for name in schema.names}, schema)


def _ranks(lists: Lists, collection: Collection, *, bias: bool) -> Ranks:
    """The ranks of the relevant passages; the hits themselves only where biases will look at them."""
    lists = lists.without(collection.query_passage)
    judged = collection.judgements.where(collection.judgements.grade > 0)
    pool_rank = lists.ranks(judged.query, judged.passage)
    languages = len(collection.languages)
    if languages == 1:
        language_rank = pool_rank
    else:
        own = judged.query * languages + collection.passage_language[judged.passage]
        language_rank = lists.split(collection.passage_language, languages).ranks(own, judged.passage)
    top_passage, top_score = _hits(lists, collection) if bias else _no_hits(collection)
    return Ranks(
        query=judged.query,
        passage=judged.passage,
        grade=judged.grade,
        pool_rank=pool_rank,
        language_rank=language_rank,
        top_passage=top_passage,
        top_score=top_score,
    )


def _hits(lists: Lists, collection: Collection) -> tuple[Ints, Similarities]:
    """As wide as the longest list, however few hits the biases look at: Ranks counts a run's hits by it."""
    return lists.best(collection.passage_order, max(BIAS_DEPTH, int(np.diff(lists.start).max())))


def _no_hits(collection: Collection) -> tuple[Ints, Similarities]:
    shape = len(collection.queries), 0
    return np.empty(shape, dtype=np.int64), np.empty(shape, dtype=np.float32)


def _fingerprint(qrels: Path, sources: _Sources, keep_identical_ids: bool) -> str:
    """SHA-256 over the qrels and the languages: that of all runs on them, whatever passages a run has."""
    parts = [digest_files(qrels), *(["identical ids"] if keep_identical_ids else [])]
    for source in sources:
        path = file_of(source)
        parts.append(normalise(str(source)) if path is None else digest_files(path))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
