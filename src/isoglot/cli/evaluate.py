"""``isoglot evaluate``: the settings and the language bias of an encoder, in tables."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from isoglot.cli.collections import loaded_collection
from isoglot.cli.document import AsJson
from isoglot.cli.notices import warn_of_seen
from isoglot.cli.options import (
    Cache,
    Candidate,
    Draws,
    EncoderName,
    KeepIdenticalIds,
    Measures,
    MemoryMib,
    SaveResults,
    Seed,
    Settings,
    Strict,
    Verbose,
    data_arguments,
    measures_named,
)
from isoglot.cli.saving import check_targets, saved_first
from isoglot.cli.screen import show
from isoglot.summary import command

if TYPE_CHECKING:
    from isoglot.evaluation.results import CollectionResult


def evaluate(
    encoder: EncoderName,
    collections: Annotated[
        list[str],
        data_arguments(
            "Collections: names of `isoglot data list`, BEIR folders, files, or FORMAT:FOLDER. Add @en,de to one to "
            "take only these languages."
        ),
    ],
    save: SaveResults = None,
    run: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the rankings of the multilingual pool to this file, as a TREC run."),
    ] = None,
    measure: Measures = None,
    settings: Settings = None,
    candidate: Candidate = "sentence",
    memory_mib: MemoryMib = 512,
    draws: Draws = 1_000,
    seed: Seed = 0,
    cache: Cache = True,
    keep_identical_ids: KeepIdenticalIds = False,
    strict: Strict = False,
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """Measure an encoder within a language, across languages, in a pool of all languages, and its language bias."""
    from isoglot.cli.progress import embedding_progress
    from isoglot.encoder.lazy import LazyEncoder
    from isoglot.encoder.repair import fitted_on
    from isoglot.evaluation.evaluate import EvaluationOptions
    from isoglot.evaluation.evaluate import evaluate as run_evaluation
    from isoglot.evaluation.settings import SETTINGS
    from isoglot.report.evaluation import evaluation_summary

    options = EvaluationOptions(
        measures=measures_named(measure),
        draws=draws,
        seed=seed,
        memory_mib=memory_mib,
        cache=cache,
        settings=settings or SETTINGS,
        run=run,
    )
    check_targets([save, run])
    loaded = [
        loaded_collection(name, candidate=candidate, strict=strict, keep_identical_ids=keep_identical_ids)
        for name in collections
    ]
    model = LazyEncoder(encoder)
    warn_of_seen(encoder, fitted_on(model), {collection.name: collection.fingerprint for collection in loaded})
    with embedding_progress() as progress:
        result = run_evaluation(model, loaded, name=encoder, options=options, progress=progress)
    with saved_first(save, result, what="results", as_json=as_json):
        why = "to see where the bias is and what removes it"
        show(
            *(
                evaluation_summary(encoder, found, then=_audit(encoder, asked, found), why=why)
                for asked, found in zip(collections, result.collections.values(), strict=True)
            ),
            verbose=verbose,
        )


def _audit(encoder: str, asked: str, found: "CollectionResult") -> str:
    """The command that says more, where there is a choice between languages."""
    return command("audit", encoder, asked) if len(found.passages) > 1 else ""
