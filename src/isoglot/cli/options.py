"""Options that several commands have: what means the same is declared once, and a flag has one meaning."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from isoglot.limits import COUNTS, DRAWS, SEEDS, SHARES, Range

if TYPE_CHECKING:
    from isoglot.evaluation.measures import Measure


def split_commas(text: str) -> list[str]:
    """``"en, de"`` -> ``["en", "de"]``."""
    return _full([word.strip() for word in text.split(",")], text)


def _sources(text: str) -> list[str]:
    from isoglot.data.sources import split_sources

    return [os.path.expanduser(source) for source in _full(split_sources(text), text)]


def _full(items: list[str], text: str) -> list[str]:
    """The items, none of which is empty: an empty path would be the folder that the command is run in."""
    if "" in items:
        raise typer.BadParameter(f"{text!r} has an empty item; write one comma between two items and none at the ends.")
    return items


def _each(split: Callable[[str], list[str]]) -> Callable[[list[str] | None], list[str] | None]:
    """What makes one list of an option's values, each of which may be a list with commas."""

    def parts(values: list[str] | None) -> list[str] | None:
        return [part for value in values for part in split(value)] if values else values

    return parts


def data_names(incomplete: str) -> list[str]:
    """Names of data sets that begin so, for the shell."""
    from isoglot.data import registry

    return [name for entry in registry.available() for name in entry.names if name.startswith(incomplete)]


def several(name: str, what: str, *, metavar: str) -> Any:
    """An option that takes a list: it is repeated, or its values have commas between them."""
    return typer.Option(name, metavar=f"{metavar},...", help=what, callback=_each(split_commas))


def several_data(name: str, what: str) -> Any:
    """The same for names of data, whose ``@en,de`` has a comma of its own."""
    return typer.Option(name, metavar="DATA,...", help=what, callback=_each(_sources), autocompletion=data_names)


def data_argument(what: str) -> Any:
    """The name of data as an argument."""
    return typer.Argument(metavar="DATA", help=what, autocompletion=data_names)


def data_arguments(what: str) -> Any:
    """Names of data as arguments, with spaces or commas between them."""
    return typer.Argument(metavar="DATA", help=what, callback=_each(_sources), autocompletion=data_names)


def number_in(allowed: Range, what: str, *, name: str | None = None, metavar: str = "N") -> Any:
    """An option that is a number within bounds, those of the option record that it is put into."""
    return typer.Option(*filter(None, [name]), min=allowed.least, max=allowed.most, metavar=metavar, help=what)


def seed_of(what: str) -> Any:
    """``--seed`` of what is drawn."""
    return number_in(SEEDS, f"Draw {what} from this seed.")


def draws_for(what: str) -> Any:
    """``--draws``: how often something is drawn anew."""
    return number_in(DRAWS, what)


def save_as_json(what: str) -> Any:
    """``--save`` of what a command found."""
    return typer.Option(metavar="FILE", help=f"Write {what} to this JSON file.")


def output_to(what: str) -> Any:
    """``--output`` of what a command makes."""
    return typer.Option("--output", "-o", metavar="PATH", help=what)


def encode_by() -> Any:
    """``--encoder`` of a command that keeps vectors."""
    return typer.Option(
        "--encoder",
        metavar="ENCODER",
        help="Encode by this encoder, which has one dense vector a text.",
    )


def no_loss_margin(what: str) -> Any:
    """``--margin``: the largest loss that counts as none, in a measure's units."""
    return typer.Option(metavar="LOSS", help=what)


def set_such_as(example: str) -> Any:
    """``--set`` for a command that reads a configuration."""
    return typer.Option("--set", metavar="KEY=VALUE", help=f"Override a key, such as {example}; repeat it for more.")


Policy = Annotated[
    str | None,
    typer.Option(
        metavar="POLICY",
        help="How languages share a page: fused (the default), plain, balanced, calibrated or lexical.",
    ),
]
Dial = Annotated[
    float | None,
    number_in(
        SHARES,
        "By the policy calibrated: 0 puts the query's own language first, 1 leaves it to the scores.",
        metavar="X",
    ),
]
Collapse = Annotated[
    bool,
    typer.Option("--collapse", help="Show one of an item's translations, in the query's language if there is one."),
]
KeepIdenticalIds = Annotated[
    bool,
    typer.Option(
        "--keep-identical-ids",
        help="Also rank a passage that has the query's id and is not judged relevant to it.",
    ),
]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Refuse empty texts and judgements of absent passages instead of counting them."),
]
ModelName = Annotated[
    str,
    typer.Argument(
        metavar="ENCODER",
        help="Load e5-small, a sentence-transformers folder, a hub model id, openai:MODEL of a server, or a .toml file "
        "that describes one.",
    ),
]
EncoderName = Annotated[
    str,
    typer.Argument(
        metavar="ENCODER",
        help="Load e5-small, a sentence-transformers folder, a hub model id, openai:MODEL of a server, a .toml file "
        "that describes one, bm25, or vectors:FOLDER.",
    ),
]
CollectionName = Annotated[
    str,
    data_argument(
        "Rank this collection: a name of `isoglot data list`, a BEIR folder, a file, FORMAT:FOLDER, or hf:OWNER/NAME "
        "of the hub. Add @en,de to take only these languages."
    ),
]
TrainingData = Annotated[
    str,
    data_argument(
        "Read this training data: a name of `isoglot data list`, a file, or hf:OWNER/NAME of the hub. Add @en,de to "
        "take only these languages."
    ),
]
Candidate = Annotated[
    Literal["sentence", "sentence+paragraph", "paragraph"],
    typer.Option(
        metavar="TEXT", help="Rank these texts of XQuAD-R and MLQA-R: sentence, sentence+paragraph or paragraph."
    ),
]
Measures = Annotated[
    list[str] | None,
    several(
        "--measure", "Compute these measures, such as AP, nDCG@10, RR@10, R@100, Success@1 or P@5.", metavar="MEASURE"
    ),
]
Settings = Annotated[
    list[str] | None,
    several("--settings", "Compute only these settings: mono, cross, multi.", metavar="SETTING"),
]
MemoryMib = Annotated[int, number_in(COUNTS, "Use this much memory for ranking, in MiB.", metavar="MIB")]
Cache = Annotated[bool, typer.Option(help="Keep embeddings on disk and read them from there.")]
Draws = Annotated[int, draws_for("Draw this many resamples for intervals and tests.")]
Seed = Annotated[int, seed_of("the resamples")]
SaveResults = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write the results to this JSON file and per-query values beside it."),
]
Html = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write a page with charts to this HTML file, which needs nothing else."),
]
NoTexts = Annotated[bool, typer.Option("--no-texts", help="Show no queries and passages on the page of --html.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Print every value and detail, not only what matters most.")]
SaveReport = Annotated[Path | None, save_as_json("the report")]
TrainOverrides = Annotated[list[str] | None, set_such_as("batch.policy=mono")]


def measures_named(names: Sequence[str] | None) -> "tuple[Measure, ...]":
    """The measures of ``--measure``, or those that are computed where none is named."""
    from isoglot.evaluation.measures import MEASURES, parse_measure

    return tuple(parse_measure(name) for name in names) if names else MEASURES
