"""Commands that measure: ``evaluate``."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from isoglot.cli.app import app


@app.command()
def evaluate(
    encoder: Annotated[str, typer.Argument(help="e5-small, a sentence-transformers folder, or a hub model id.")],
    collections: Annotated[list[str], typer.Argument(help="Names of `isoglot data list`, BEIR folders or files.")],
    save: Annotated[Path | None, typer.Option(help="Write the results to this JSON file.")] = None,
    run: Annotated[Path | None, typer.Option(help="Write the multilingual pool's rankings as a TREC run.")] = None,
    candidate: Annotated[
        Literal["sentence", "sentence+paragraph"], typer.Option(help="XQuAD-R, MLQA-R: a candidate's text.")
    ] = "sentence",
    memory_mib: Annotated[int, typer.Option(min=1, help="Memory for ranking, in MiB.")] = 512,
    draws: Annotated[int, typer.Option(min=1, help="Bootstrap resamples for the intervals.")] = 1_000,
    cache: Annotated[bool, typer.Option(help="Keep embeddings on disk and read them from there.")] = True,
) -> None:
    """Evaluate an encoder: one language, across languages, all languages in one pool, and the language bias."""
    from isoglot.cli.progress import embedding_progress
    from isoglot.cli.tables import print_evaluation
    from isoglot.data.load import load_collection
    from isoglot.encoder.load import load_encoder
    from isoglot.evaluation.evaluate import EvaluationOptions
    from isoglot.evaluation.evaluate import evaluate as run_evaluation

    loaded = [load_collection(name, candidate=candidate) for name in collections]
    model = load_encoder(encoder)
    options = EvaluationOptions(draws=draws, memory_mib=memory_mib, cache=cache, run=run)
    with embedding_progress() as progress:
        result = run_evaluation(model, loaded, name=encoder, options=options, progress=progress)
    print_evaluation(result)
    if save is not None:
        result.save(save)
        typer.echo(f"results: {save}")
