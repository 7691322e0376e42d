"""The command that audits training data: ``leaks``."""

from pathlib import Path
from typing import Annotated

import typer

from isoglot.cli.app import app


@app.command()
def leaks(
    train: Annotated[list[str], typer.Argument(help="Training data: names of `isoglot data list` or files.")],
    against: Annotated[list[str], typer.Option(help="A test collection; give the option once for each.")],
    near: Annotated[float, typer.Option(min=0.0, max=1.0, help="Least Jaccard index of a near duplicate.")] = 0.7,
    no_near: Annotated[bool, typer.Option("--no-near", help="Leave near duplicates out.")] = False,
    overlap: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of a passage's 13-grams above which it leaks.")
    ] = 0.1,
    examples: Annotated[int, typer.Option(min=0, help="Examples of each kind to show.")] = 3,
    save: Annotated[Path | None, typer.Option(help="Write the report to this JSON file.")] = None,
    drop: Annotated[
        Path | None, typer.Option(help="Write the training data without the groups that leak to this Parquet file.")
    ] = None,
) -> None:
    """Look for test texts in training data: copies, near copies, long shared passages, translations by id."""
    from isoglot.cli.leaks import print_leaks
    from isoglot.cli.progress import embedding_progress
    from isoglot.data.load import load_parallel
    from isoglot.data.parallel import ParallelDataset
    from isoglot.leakage.collections import load_audited
    from isoglot.leakage.find import find_leaks
    from isoglot.leakage.report import without_leaks

    data = [load_parallel(source) for source in train]
    tests = [load_audited(source) for source in against]
    with embedding_progress() as progress:
        report = find_leaks(
            data,
            tests,
            names=train,
            near=None if no_near else near,
            overlap=overlap,
            examples=examples,
            progress=progress,
        )
    print_leaks(report)
    if save is not None:
        report.save(save)
        typer.echo(f"report: {save}")
    if drop is not None:
        kept = ParallelDataset.concatenate([without_leaks(dataset, report) for dataset in data])
        kept.save(drop)
        typer.echo(f"{len(kept):,} items without the leaking groups: {drop}")
