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
    Collapse,
    Dial,
    Draws,
    EncoderName,
    Html,
    KeepIdenticalIds,
    Measures,
    MemoryMib,
    NoTexts,
    Policy,
    SaveResults,
    Seed,
    Settings,
    Strict,
    Verbose,
    data_arguments,
    measures_named,
)
from isoglot.cli.saving import check_targets, page_of_results, saved_first
from isoglot.cli.screen import show
from isoglot.summary import command

if TYPE_CHECKING:
    from isoglot.evaluation.results import CollectionResult


def evaluate(
    encoder: EncoderName,
    collections: Annotated[
        list[str] | None,
        data_arguments(
            "Rank these collections: names of `isoglot data list`, BEIR folders, files, FORMAT:FOLDER, or "
            "hf:OWNER/NAME of the hub. Add @en,de to one to take only these languages."
        ),
    ] = None,
    index: Annotated[
        str | None,
        typer.Option(
            metavar="INDEX",
            help="Evaluate what this index gives under --policy. It stands for ENCODER: all arguments are collections.",
        ),
    ] = None,
    policy: Policy = None,
    dial: Dial = None,
    collapse: Collapse = False,
    save: SaveResults = None,
    html: Html = None,
    no_texts: NoTexts = False,
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
    """Measure an encoder in one language, across languages and in a pool of all, and measure its language bias."""
    from isoglot.cli.progress import embedding_progress
    from isoglot.encoder.given import given_encoder
    from isoglot.encoder.repair import fitted_on
    from isoglot.errors import ConfigError
    from isoglot.evaluation.evaluate import EvaluationOptions
    from isoglot.evaluation.evaluate import evaluate as run_evaluation
    from isoglot.evaluation.settings import SETTINGS
    from isoglot.report.evaluation import evaluation_summary
    from isoglot.search.evaluating import evaluate_index
    from isoglot.search.index import Index
    from isoglot.search.policies import policy_or_default

    options = EvaluationOptions(
        measures=measures_named(measure),
        draws=draws,
        seed=seed,
        memory_mib=memory_mib,
        cache=cache,
        settings=settings or SETTINGS,
        run=run,
    )
    named = [*([] if index is None else [encoder]), *(collections or [])]
    if not named:
        raise typer.BadParameter("there is no collection: name one behind the encoder.")
    if index is None and (policy is not None or dial is not None or collapse):
        raise ConfigError("--policy, --dial and --collapse are of an index: name it by --index.")
    check_targets([save, html, run], inputs=[encoder, *named])
    loaded = [
        loaded_collection(name, candidate=candidate, strict=strict, keep_identical_ids=keep_identical_ids)
        for name in named
    ]
    searched = None if index is None else Index(index)
    name = encoder if searched is None else searched.manifest.encoder
    model = given_encoder(name)
    warn_of_seen(name, fitted_on(model), {collection.name: collection.fingerprint for collection in loaded})
    with embedding_progress() as progress:
        if searched is None:
            result = run_evaluation(model, loaded, name=name, options=options, progress=progress)
        else:
            result = evaluate_index(
                searched,
                loaded,
                policy=policy_or_default(policy, dial),
                dial=dial,
                collapse=collapse,
                options=options,
                progress=progress,
            )
    page = page_of_results(result, texts=[] if no_texts else loaded)
    with saved_first(save, result, what="results", as_json=as_json, html=html, page=page):
        why = "to see where the bias is and what removes it"
        show(
            *(
                evaluation_summary(result.encoder, found, then=_audit(name, asked, found), why=why)
                for asked, found in zip(named, result.collections.values(), strict=True)
            ),
            verbose=verbose,
        )


def _audit(encoder: str, asked: str, found: "CollectionResult") -> str:
    """The command that says more, where there is a choice between languages."""
    return command("audit", encoder, asked) if len(found.passages) > 1 else ""
