"""``isoglot data``: data sets by name, their files and what is in them."""

from typing import Annotated, Any

import typer
from rich.table import Table

from isoglot.cli.notices import say_left_out
from isoglot.cli.options import OnlyLanguages, TrainingData, seed_of, split_commas
from isoglot.cli.screen import Screen, say
from isoglot.wording import shortened

data_app = typer.Typer(no_args_is_help=True, help="Data sets that isoglot knows by name.")


@data_app.command("list")
def data_list() -> None:
    """List the data sets that isoglot knows by name."""
    from isoglot.data import registry

    table = Table("name", "kind", "languages", "licence", "use", "leaks into", title=None)
    for entry in registry.available():
        languages, leaks = " ".join(entry.languages), " ".join(entry.leaks)
        table.add_row(entry.name, entry.kind, languages, entry.licence, entry.use, leaks)
    Screen().print(table)


@data_app.command("fetch")
def data_fetch(
    name: Annotated[str, typer.Argument(help="A name of `isoglot data list`.")],
    languages: OnlyLanguages = None,
) -> None:
    """Download a data set, check it, and say where it is."""
    from isoglot.data import registry

    wanted = None if languages is None else split_commas(languages)
    for path in registry.paths(name, languages=wanted):
        say(str(path))


@data_app.command("show")
def data_show(
    data: TrainingData,
    items: Annotated[int, typer.Option(min=1, help="How many, drawn at random.")] = 20,
    seed: Annotated[int, seed_of("the draw")] = 0,
    languages: OnlyLanguages = None,
    characters: Annotated[int, typer.Option(min=1, help="Of a text, at most.")] = 200,
) -> None:
    """Print random items of training data, to read what an encoder will learn from."""
    import numpy as np

    from isoglot.data.load import load_parallel

    loaded = load_parallel(data)
    say_left_out(data, loaded.left_out)
    if languages is not None:
        loaded = loaded.restrict(split_commas(languages))
    drawn = np.random.default_rng(seed).permutation(len(loaded))[:items]
    for row in loaded.select(np.sort(drawn)):
        say("\n".join(_lines(row, characters)) + "\n")


def _lines(row: dict[str, Any], characters: int) -> list[str]:
    lines = [f"{row['id']} ({row['domain']}, group {row['group']})"]
    for side in ("query", "passage"):
        for language, text in row[side].items():
            shown = shortened(" ".join(text.split()), most=characters)
            lines.append(f"  {side:7} {language:5} {shown}")
    return lines
