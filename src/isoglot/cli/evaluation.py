"""Commands that measure: ``audit``, ``evaluate``, ``score`` and ``compare``."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from isoglot.cli.app import app

if TYPE_CHECKING:
    from isoglot.evaluation.results import Evaluation

_EncoderName = Annotated[str, typer.Argument(help="e5-small, a sentence-transformers folder, or a hub model id.")]
_Candidate = Annotated[
    Literal["sentence", "sentence+paragraph"], typer.Option(help="XQuAD-R, MLQA-R: a candidate's text.")
]
_Memory = Annotated[int, typer.Option(min=1, help="Memory for ranking, in MiB.")]
_Draws = Annotated[int, typer.Option(min=20, help="Resamples for intervals and tests.")]
_Seed = Annotated[int, typer.Option(min=0, help="Of the resamples.")]
_Cache = Annotated[bool, typer.Option(help="Keep embeddings on disk and read them from there.")]
_Save = Annotated[Path | None, typer.Option(help="Write the results to this JSON file, per-query values beside it.")]
_Measures = Annotated[
    list[str] | None, typer.Option("--measure", help="Such as AP, nDCG@10, RR@10, R@100, Success@1, P@5; repeat it.")
]


@app.command()
def audit(
    encoder: _EncoderName,
    collection: Annotated[
        str,
        typer.Argument(help="As for evaluate, or a folder with corpus.jsonl alone whose rows carry lang and group."),
    ],
    save: _Save = None,
    candidate: _Candidate = "sentence",
    memory_mib: _Memory = 512,
    draws: _Draws = 1_000,
    seed: _Seed = 0,
    cache: _Cache = True,
) -> None:
    """Say in words what an encoder does in a pool of several languages, where it is biased, and what to try."""
    from isoglot.cli.audit import print_audit
    from isoglot.cli.progress import embedding_progress
    from isoglot.data.load import load_collection
    from isoglot.debiasing.model import load_model
    from isoglot.encoder.fingerprint import encoder_fingerprint
    from isoglot.evaluation.embedded import embed_collection
    from isoglot.evaluation.evaluate import EvaluationOptions, evaluate_embedded, filed
    from isoglot.evaluation.measures import MEASURES, parse_measure
    from isoglot.report.audit import audit_sections
    from isoglot.report.debiasing import debiasing_section

    _check_targets([save])
    loaded = load_collection(collection, candidate=candidate)
    measures = (*MEASURES, parse_measure("Success@1"))
    options = EvaluationOptions(measures=measures, draws=draws, seed=seed, memory_mib=memory_mib, cache=cache)
    model = load_model(encoder)
    fingerprint = encoder_fingerprint(model)
    with embedding_progress() as progress:
        embedded = embed_collection(model, loaded, fingerprint=fingerprint if cache else None, progress=progress)
        result = evaluate_embedded(embedded, options=options, progress=progress)
        would = debiasing_section(embedded, progress=progress)
    print_audit(encoder, loaded.name, [*audit_sections(result), *([] if would is None else [would])])
    _save_results(filed({loaded.name: result}, encoder=encoder, fingerprint=fingerprint, options=options), save)


@app.command()
def evaluate(
    encoder: _EncoderName,
    collections: Annotated[
        list[str],
        typer.Argument(help="Names of `isoglot data list`, BEIR folders, files, or FORMAT:FOLDER (docs/data.md)."),
    ],
    save: _Save = None,
    run: Annotated[Path | None, typer.Option(help="Write the multilingual pool's rankings as a TREC run.")] = None,
    measure: _Measures = None,
    candidate: _Candidate = "sentence",
    memory_mib: _Memory = 512,
    draws: _Draws = 1_000,
    seed: _Seed = 0,
    cache: _Cache = True,
) -> None:
    """Evaluate an encoder: one language, across languages, all languages in one pool, and the language bias."""
    from isoglot.cli.progress import embedding_progress
    from isoglot.cli.tables import print_evaluation
    from isoglot.data.load import load_collection
    from isoglot.debiasing.model import load_model
    from isoglot.evaluation.evaluate import EvaluationOptions
    from isoglot.evaluation.evaluate import evaluate as run_evaluation
    from isoglot.evaluation.measures import MEASURES, parse_measure

    measures = tuple(parse_measure(name) for name in measure) if measure else MEASURES
    _check_targets([save, run])
    loaded = [load_collection(name, candidate=candidate) for name in collections]
    options = EvaluationOptions(measures=measures, draws=draws, seed=seed, memory_mib=memory_mib, cache=cache, run=run)
    with embedding_progress() as progress:
        result = run_evaluation(load_model(encoder), loaded, name=encoder, options=options, progress=progress)
    print_evaluation(result)
    _save_results(result, save)


@app.command()
def score(
    run: Annotated[Path, typer.Argument(help="A TREC run: query Q0 passage rank score tag.")],
    qrels: Annotated[Path, typer.Argument(help="TREC or BEIR judgements.")],
    query_language: Annotated[
        str | None, typer.Option(help="The language of all queries, or a file: id and language, or BEIR JSON lines.")
    ] = None,
    passage_language: Annotated[str | None, typer.Option(help="The same for passages.")] = None,
    measure: _Measures = None,
    save: _Save = None,
    draws: _Draws = 1_000,
    seed: _Seed = 0,
) -> None:
    """Score anybody's run: plain measures, and with languages the settings and the language bias."""
    from isoglot.cli.tables import print_evaluation
    from isoglot.evaluation.measures import MEASURES, parse_measure
    from isoglot.evaluation.results import Evaluation
    from isoglot.evaluation.score import score_run

    measures = tuple(parse_measure(name) for name in measure) if measure else MEASURES
    _check_targets([save], inputs=[run, qrels])
    found = score_run(
        run,
        qrels,
        query_language=query_language,
        passage_language=passage_language,
        measures=measures,
        draws=draws,
        seed=seed,
    )
    shown = {"draws": draws, "seed": seed, "measures": [m.mean for m in measures]}
    result = Evaluation(encoder=run.name, encoder_fingerprint=None, collections={found.name: found}, options=shown)
    print_evaluation(result)
    _save_results(result, save)


@app.command()
def compare(
    a: Annotated[str, typer.Argument(help="Results of A: a file of --save, or several of other seeds with commas.")],
    b: Annotated[str, typer.Argument(help="Results of B, likewise. Differences are B minus A.")],
    margin: Annotated[
        float | None, typer.Option(help="Test whether B is no worse, and equivalent, by this much (.01 of a mAP).")
    ] = None,
    confirm: Annotated[
        list[str] | None,
        typer.Option(help="TABLE/NAME that claims are made of, corrected together; default: map of the settings."),
    ] = None,
    save: Annotated[Path | None, typer.Option(help="Write the comparison to this JSON file.")] = None,
    draws: Annotated[int, typer.Option(min=20, help="Sign flips, and bootstrap resamples.")] = 10_000,
    seed: _Seed = 0,
) -> None:
    """Compare two encoders on the collections that both were evaluated on, question by question."""
    from isoglot.cli.comparison import print_comparison
    from isoglot.evaluation.comparison.compare import CompareOptions, compare_files
    from isoglot.files import write_json

    options = CompareOptions(margin=margin, confirmatory=confirm, draws=draws, seed=seed)
    sides = [[Path(word.strip()) for word in side.split(",")] for side in (a, b)]
    _check_targets([save], inputs=[path for side in sides for path in side])
    found = compare_files(*sides, options=options)
    print_comparison(found)
    if save is not None:
        write_json(found.to_json(), save)
        typer.echo(f"comparison: {save}")


def _check_targets(targets: Sequence[Path | None], *, inputs: Sequence[Path] = ()) -> None:
    """Refuse what cannot be written, or would be written over something of this command, before any work is done."""
    from isoglot.errors import ConfigError
    from isoglot.files import check_target

    taken = {path.absolute() for path in inputs}
    for path in (target for target in targets if target is not None):
        check_target(path)
        if path.absolute() in taken:
            raise ConfigError(f"{path} would be written over: give every file a name of its own.")
        taken.add(path.absolute())


def _save_results(result: "Evaluation", save: Path | None) -> None:
    if save is not None:
        result.save(save)
        typer.echo(f"results: {save}")
