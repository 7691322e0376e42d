"""``isoglot score``: the measures of anybody's run, in tables."""

from pathlib import Path
from typing import Annotated

import typer

from isoglot.cli.document import AsJson
from isoglot.cli.options import Draws, KeepIdenticalIds, Measures, SaveResults, Seed, Verbose, measures_named
from isoglot.cli.saving import check_targets, saved_first
from isoglot.cli.screen import show
from isoglot.summary import command


def score(
    run: Annotated[
        Path, typer.Argument(metavar="RUN", help="Read this TREC run, of lines `query Q0 passage rank score tag`.")
    ],
    qrels: Annotated[Path, typer.Argument(metavar="QRELS", help="Read judgements in the format of TREC or BEIR.")],
    query_language: Annotated[
        str | None,
        typer.Option(
            metavar="LANG|FILE",
            help="State the language of all queries, or name a file that has it for each: lines of id and language, "
            "or BEIR's queries.jsonl.",
        ),
    ] = None,
    passage_language: Annotated[
        str | None, typer.Option(metavar="LANG|FILE", help="State the same for passages, or name BEIR's corpus.jsonl.")
    ] = None,
    measure: Measures = None,
    save: SaveResults = None,
    draws: Draws = 1_000,
    seed: Seed = 0,
    keep_identical_ids: KeepIdenticalIds = False,
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """Measure a TREC run of any system, and its language bias where languages are given."""
    from isoglot.evaluation.score import ScoreOptions
    from isoglot.evaluation.score import score as run_score
    from isoglot.report.evaluation import evaluation_summary

    measures = measures_named(measure)
    check_targets([save], inputs=[run, qrels])
    options = ScoreOptions(
        query_language=query_language,
        passage_language=passage_language,
        measures=measures,
        draws=draws,
        seed=seed,
        keep_identical_ids=keep_identical_ids,
    )
    result = run_score(run, qrels, options=options)
    with saved_first(save, result, what="results", as_json=as_json):
        then = "" if save is None else command("compare", str(save), "OTHER.json")
        (found,) = result.collections.values()
        show(evaluation_summary(run.name, found, then=then, why="to test another run against it"), verbose=verbose)
