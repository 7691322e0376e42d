"""``isoglot search``: the best passages of an index for a query."""

from pathlib import Path
from typing import Annotated

import typer

from isoglot.cli.document import AsJson
from isoglot.cli.options import Dial, Policy, several
from isoglot.cli.screen import show


def search(
    index: Annotated[str, typer.Argument(metavar="INDEX", help="What isoglot index made.")],
    query: Annotated[str, typer.Argument(metavar="QUERY", help="What you look for, in any language.")],
    language: Annotated[
        str | None, typer.Option(metavar="LANG", help="Language of the query. Default: told from its text.")
    ] = None,
    only: Annotated[
        list[str] | None, several("--only", "Find passages in these languages alone.", metavar="LANG")
    ] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1_000, metavar="N", help="Hits on a page.")] = 10,
    page: Annotated[int, typer.Option(min=1, max=100, metavar="N", help="Which page.")] = 1,
    policy: Policy = None,
    dial: Dial = None,
    collapse: Annotated[
        bool,
        typer.Option("--collapse", help="Show one of an item's translations, in the query's language if there is one."),
    ] = False,
    passing: Annotated[
        bool, typer.Option("--passing", help="Leave out hits below the thresholds of isoglot calibrate.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Search an index of passages in several languages, by meaning."""
    from isoglot.cli.document import write_document
    from isoglot.report.searching import hits_summary
    from isoglot.search.index import Index
    from isoglot.search.policies import DEFAULT

    place = index if "://" in index else str(Path(index).expanduser())
    found = Index(place).search(
        query,
        language=language,
        languages=only,
        k=k,
        page=page,
        policy=policy or DEFAULT,
        dial=dial,
        collapse=collapse,
        passing=passing,
    )
    if as_json:
        write_document(found.to_dict())
    else:
        show(hits_summary(found))
