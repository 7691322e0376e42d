"""Options that several commands have: what means the same is declared once."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from isoglot.limits import LARGEST_SEED

if TYPE_CHECKING:
    from isoglot.evaluation.measures import Measure


_MOST_DRAWS = 1_000_000  # more change no digit that is shown


def seed_of(what: str) -> Any:
    """``--seed`` of what is drawn."""
    return typer.Option(min=0, max=LARGEST_SEED, help=f"Of {what}.")


def draws_for(what: str) -> Any:
    """``--draws``: how often something is drawn anew; fewer than 20 say nothing."""
    return typer.Option(min=20, max=_MOST_DRAWS, help=what)


def save_as_json(what: str) -> Any:
    """``--save`` of what a command found."""
    return typer.Option(help=f"Write {what} to this JSON file.")


def set_such_as(example: str) -> Any:
    """``--set`` for a command that reads a configuration."""
    return typer.Option("--set", metavar="KEY=VALUE", help=f"Override a key, such as {example}.")


KeepIdenticalIds = Annotated[
    bool,
    typer.Option(
        "--keep-identical-ids", help="Rank passages that have the query's id, though not judged relevant to it, too."
    ),
]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Refuse empty texts and judgements of what is not there; they are counted else."),
]
EncoderName = Annotated[str, typer.Argument(help="e5-small, a sentence-transformers folder, or a hub model id.")]
TrainingData = Annotated[str, typer.Argument(help="Training data: a name of `isoglot data list` or a file.")]
OnlyLanguages = Annotated[str | None, typer.Option(help="Only these, such as en,de.")]
Candidate = Annotated[
    Literal["sentence", "sentence+paragraph"], typer.Option(help="XQuAD-R, MLQA-R: a candidate's text.")
]
Measures = Annotated[
    list[str] | None, typer.Option("--measure", help="Such as AP, nDCG@10, RR@10, R@100, Success@1, P@5; repeat it.")
]
MemoryMib = Annotated[int, typer.Option(min=1, help="Memory for ranking, in MiB.")]
Cache = Annotated[bool, typer.Option(help="Keep embeddings on disk and read them from there.")]
Draws = Annotated[int, draws_for("Resamples for intervals and tests.")]
Seed = Annotated[int, seed_of("the resamples")]
SaveResults = Annotated[
    Path | None, typer.Option(help="Write the results to this JSON file, per-query values beside it.")
]
Verbose = Annotated[
    bool, typer.Option("--verbose", help="Print every value that was found, not only those that matter most.")
]
SaveReport = Annotated[Path | None, save_as_json("the report")]
TrainOverrides = Annotated[list[str] | None, set_such_as("batch.policy=mono")]


def split_commas(text: str) -> list[str]:
    """``"en, de"`` -> ``["en", "de"]``."""
    return [word.strip() for word in text.split(",")]


def measures_named(names: Sequence[str] | None) -> "tuple[Measure, ...]":
    """The measures of ``--measure``, or those that are computed where none is named."""
    from isoglot.evaluation.measures import MEASURES, parse_measure

    return tuple(parse_measure(name) for name in names) if names else MEASURES
