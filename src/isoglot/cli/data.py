"""``isoglot data``: data sets by name, their files and what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from isoglot.cli.document import AsJson, described, write_document
from isoglot.cli.examples import EXAMPLES
from isoglot.cli.help import Command, group
from isoglot.cli.notices import say_left_out
from isoglot.cli.options import Verbose, data_argument, number_in, seed_of
from isoglot.cli.screen import say
from isoglot.limits import COUNTS
from isoglot.wording import counted, shortened

if TYPE_CHECKING:
    from isoglot.data.entry import Entry

data_app = group("data", "List, show and download the data sets that isoglot knows by name.")
_SOURCES = {
    "built in": "the package",
    "official": "its official source, pinned",
    "hub": "the Hugging Face hub; the lock file holds later runs to the first",
    "mirror": "a mirror (ISOGLOT_MIRROR), pinned",
}
_FEW = 24  # characters of language tags; of more languages the number is said


@data_app.command("list", cls=Command, epilog="\n".join(EXAMPLES["data list"]))
def data_list(
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """List the data sets that isoglot knows by name, one per line."""
    from isoglot.data import registry

    entries = registry.available()
    if as_json:
        facts = [{"name": entry.name, **_facts(entry)} for entry in entries]
        write_document(described("isoglot data list", {"data": facts}))
        return
    if verbose:
        say("\n\n".join("\n".join(_described(entry)) for entry in entries))
        return
    rows = [("name", "kind", "from", "parts", "languages"), *map(_row, entries)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        say("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())


@data_app.command("show", cls=Command, epilog="\n".join(EXAMPLES["data show"]))
def data_show(
    data: Annotated[
        str,
        data_argument("Show a data set of `isoglot data list`, or a file. Add @en,de to show only these languages."),
    ],
    items: Annotated[int, number_in(COUNTS, "Draw this many items at random.")] = 20,
    seed: Annotated[int, seed_of("the items")] = 0,
    characters: Annotated[int, number_in(COUNTS, "Cut texts at this length.")] = 200,
) -> None:
    """Print what is known of a data set, and random items of training data."""
    import numpy as np

    from isoglot.data import registry
    from isoglot.data.load import load_parallel

    name = data.partition("@")[0]
    known = next((entry for entry in registry.available() if name in entry.names), None)
    if known is not None:
        say("\n".join(_described(known)) + "\n")
        if known.kind == "collection":
            return
    loaded = load_parallel(data)
    say_left_out(data, loaded.left_out)
    drawn = np.random.default_rng(seed).permutation(len(loaded))[:items]
    for row in loaded.select(np.sort(drawn)):
        say("\n".join(_lines(row, characters)) + "\n")


@data_app.command("fetch", cls=Command, epilog="\n".join(EXAMPLES["data fetch"]))
def data_fetch(
    name: Annotated[
        str, data_argument("Download a data set of `isoglot data list`. Add @en,de to download only these languages.")
    ],
    accept_licence: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Accept the terms of this data set, once, as the lock file then says."),
    ] = None,
) -> None:
    """Download a data set, check it, and print where it is."""
    from isoglot.data import registry
    from isoglot.data.sources import split_languages

    plain, languages = split_languages(name)
    if accept_licence is not None:
        registry.accept(accept_licence)
    for path in registry.paths(plain, languages=languages):
        say(str(path))


def _row(entry: Entry) -> tuple[str, ...]:
    languages = " ".join(entry.languages)
    known = languages if len(languages) <= _FEW else counted(len(entry.languages), "languages")
    return entry.name, entry.kind, entry.source, " ".join(entry.parts), known


def _described(entry: Entry) -> Iterator[str]:
    """What is known of a data set, a fact a line."""
    yield entry.name
    for fact, value in _facts(entry).items():
        if value:
            yield f"  {fact:10}  {value if isinstance(value, str) else ' '.join(value)}"


def _facts(entry: Entry) -> dict[str, str | list[str]]:
    return {
        "title": entry.title,
        "kind": entry.kind,
        "parts": [f"{entry.name}/{part}" for part in entry.parts],
        "languages": list(entry.languages),
        "licence": entry.licence,
        "use": entry.use,
        "leaks into": list(entry.leaks),
        "homepage": entry.homepage,
        "from": _SOURCES[entry.source],
        "public": entry.public,
        "terms": entry.terms,
    }


def _lines(row: dict[str, Any], characters: int) -> list[str]:
    lines = [f"{row['id']} ({row['domain']}, group {row['group']})"]
    for side in ("query", "passage"):
        for language, text in row[side].items():
            shown = shortened(" ".join(text.split()), most=characters)
            lines.append(f"  {side:7} {language:5} {shown}")
    return lines
