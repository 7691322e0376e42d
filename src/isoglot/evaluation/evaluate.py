"""Evaluate an encoder on collections: embed once, rank once, then every setting, measure and bias."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from isoglot.arguments import Count, Resamples, Seed, accepted_by, checked, option_record
from isoglot.data.given import AnyCollection, given_collections
from isoglot.data.trec.runs import write_run
from isoglot.encoder.embed import announce
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.given import AnyEncoder, encoder_name, given_encoder
from isoglot.encoder.protocol import Encoder
from isoglot.encoder.repair import fitted_on
from isoglot.encoder.similarity import scoring_of
from isoglot.errors import ConfigError
from isoglot.evaluation.embedded import encode_collection, sides_of
from isoglot.evaluation.encoded import Encoded
from isoglot.evaluation.measures import MEASURES, Measures, given_measures
from isoglot.evaluation.results import CollectionResult, Evaluation
from isoglot.evaluation.settings import SETTINGS, Settings, given_settings
from isoglot.evaluation.summarise import summarise
from isoglot.evaluation.tiles import Rescore
from isoglot.evaluation.within import rank_within_languages
from isoglot.files import given_path
from isoglot.progress import StartProgress

_DEPTH, _RUN_DEPTH = 100, 1_000  # hits kept of a query: for the bias measures, and for a run file


@option_record
class EvaluationOptions:
    """How to evaluate.

    Example::

        >>> options = isoglot.EvaluationOptions(measures=["nDCG@10"], draws=100)

    Attributes:
        measures: computed in every setting; by name, such as ``"nDCG@10"``.
        draws: bootstrap resamples for the intervals.
        seed: of the bootstrap.
        memory_mib: budget for a tile of scores, in MiB.
        cache: keep embeddings on disk and read them from there.
        keep_identical_ids: a passage that has a query's id and is not judged relevant to it is a candidate too
            (:mod:`isoglot.data.identical`).
        settings: which to compute, by name; language bias comes with ``multi``, whose pool it is seen in. Where only
            ``mono`` is asked for, no scores across languages are computed.
        run: write the multilingual pool's first 1,000 hits a query to this TREC run file; with several
            collections the collection's name goes before the suffix.

    Raises:
        ConfigError: a value that the option cannot have, or a run without ``multi``.
    """

    measures: Measures = MEASURES
    draws: Resamples = 1_000
    seed: Seed = 0
    memory_mib: Count = 512
    cache: bool = True
    keep_identical_ids: bool = False
    settings: Settings = SETTINGS
    run: Annotated[str | Path, accepted_by(given_path)] | None = None

    def __post_init__(self) -> None:
        if self.run is not None and "multi" not in self.settings:
            raise ConfigError("a run has the rankings of the pool of all languages: add multi to the settings.")


@checked
def evaluate(
    encoder: AnyEncoder,
    collections: AnyCollection | Sequence[AnyCollection],
    *,
    name: str | None = None,
    options: EvaluationOptions | None = None,
    progress: StartProgress | None = None,
) -> Evaluation:
    """Evaluate an encoder in the settings mono, cross and multi, with its language bias.

    Example::

        >>> options = isoglot.EvaluationOptions(measures=["AP", "nDCG@10"])
        >>> found = isoglot.evaluate("e5-small", "sample/test", options=options)
        >>> found.value("multi", "nDCG@10") < found.value("mono", "nDCG@10")
        True
        >>> table = found.to_frame(per_query=True)

    Args:
        encoder: anything with ``encode_query`` and ``encode_document``, or the name of such a one (see
            :func:`isoglot.load_encoder`), or any other that docs/encoders.md names, such as ``bm25``; scores of dense
            vectors are by the similarity that it says (``similarity_fn_name``), by cosine where it says none.
        collections: one or several, by object or by name (see :func:`isoglot.load_collection`), under different names.
        name: what the encoder is called in the results; if left out, as it was loaded or named.
        options: see :class:`EvaluationOptions`.
        progress: begins the encoding of either side, and the ranking.

    Raises:
        EncoderError: there is no such encoder, or it does not return finite vectors of one width, or (for cosine) a
            zero vector.
        DataError, FetchError: there is no such collection; or a run file is wanted, but an id has a space in it.
        ConfigError: no collection, or two of one name.
    """
    options = options or EvaluationOptions()
    loaded = given_collections(collections)
    name, encoder = name or encoder_name(encoder), given_encoder(encoder)
    fingerprint = encoder_fingerprint(encoder)
    announce(encoder, (side for collection in loaded for side in sides_of(collection)), cache=options.cache)
    results = {}
    for collection in loaded:
        kept = fingerprint if options.cache else None
        embedded = encode_collection(encoder, collection, fingerprint=kept, progress=progress)
        run = _run_path(options.run, collection.name) if len(loaded) > 1 else options.run
        results[collection.name] = evaluate_embedded(embedded, options=replace(options, run=run), progress=progress)
    return filed(results, encoder, name=name, fingerprint=fingerprint, options=options)


def filed(
    results: Mapping[str, CollectionResult],
    encoder: Encoder,
    *,
    name: str,
    fingerprint: str | None,
    options: EvaluationOptions,
) -> Evaluation:
    """Results of :func:`evaluate_embedded` as an evaluation, to be saved and compared.

    Args:
        encoder: whose vectors they are of.
        name: what it is called.
        fingerprint: of the encoder.
        options: that the results were made with.
    """
    return Evaluation(
        encoder=name,
        encoder_fingerprint=fingerprint,
        collections=dict(results),
        options=described(options),
        similarity=str(scoring_of(encoder)),
        fitted_on=fitted_on(encoder),
    )


def described(options: EvaluationOptions) -> dict[str, object]:
    """What an evaluation says of the options that its values depend on."""
    return {
        "draws": options.draws,
        "seed": options.seed,
        "measures": [measure.mean for measure in given_measures(options.measures)],
        "settings": list(given_settings(options.settings)),
    }


def evaluate_embedded(
    embedded: Encoded,
    *,
    options: EvaluationOptions | None = None,
    rescore: Rescore | None = None,
    progress: StartProgress | None = None,
) -> CollectionResult:
    """Evaluate rows that are there already.

    Args:
        embedded: a collection with its rows.
        options: see :class:`EvaluationOptions`.
        rescore: see :func:`isoglot.evaluation.ranks.rank_relevant`.
        progress: begins the ranking.

    Raises:
        DataError: a run file is wanted, but an id has a space in it.
        ConfigError: ``rescore`` returns another shape, or NaN.
    """
    options = options or EvaluationOptions()
    if options.keep_identical_ids:
        embedded = replace(embedded, collection=embedded.collection.with_identical_ids())
    collection = embedded.collection
    budget, settings = options.memory_mib << 20, given_settings(options.settings)
    if settings == ("mono",):
        ranks = rank_within_languages(embedded, budget=budget, rescore=rescore, progress=progress)
    else:
        depth = _DEPTH if options.run is None else _RUN_DEPTH
        ranks = embedded.ranks(depth=depth, budget=budget, rescore=rescore, progress=embedded.ranking_bar(progress))
    if options.run is not None:
        write_run(collection, given_path(options.run), passages=ranks.top_passage, scores=ranks.top_score)
    measures = given_measures(options.measures)
    return summarise(ranks, collection, measures=measures, draws=options.draws, seed=options.seed, settings=settings)


def _run_path(run: str | Path | None, collection: str) -> Path | None:
    """``scores.trec`` -> ``scores.mlqa-r.trec``."""
    if run is None:
        return None
    run = given_path(run)
    return run.with_name(f"{run.stem}.{collection.replace('/', '-')}{run.suffix}")
