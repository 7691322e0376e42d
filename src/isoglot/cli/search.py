"""``isoglot search``: the best passages of an index for a query."""

from typing import Annotated

import typer

from isoglot.cli.document import AsJson
from isoglot.cli.options import Collapse, Dial, Policy, number_in, several
from isoglot.cli.screen import show
from isoglot.limits import HITS, PAGES


def search(
    index: Annotated[str, typer.Argument(metavar="INDEX", help="What isoglot index made.")],
    query: Annotated[str, typer.Argument(metavar="QUERY", help="What you look for, in any language.")],
    language: Annotated[
        str | None, typer.Option(metavar="LANG", help="Language of the query. Default: told from its text.")
    ] = None,
    only: Annotated[
        list[str] | None, several("--only", "Find passages in these languages alone.", metavar="LANG")
    ] = None,
    k: Annotated[int, number_in(HITS, "Hits on a page.", name="-k")] = 10,
    page: Annotated[int, number_in(PAGES, "Which page.")] = 1,
    policy: Policy = None,
    dial: Dial = None,
    collapse: Collapse = False,
    passing: Annotated[
        bool, typer.Option("--passing", help="Leave out hits below the thresholds of isoglot calibrate.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Search an index of passages in several languages, by meaning."""
    from isoglot.cli.document import write_document
    from isoglot.report.searching import hits_summary
    from isoglot.search.index import Index

    found = Index(index).search(
        query,
        language=language,
        languages=only,
        k=k,
        page=page,
        policy=policy,
        dial=dial,
        collapse=collapse,
        passing=passing,
    )
    if as_json:
        write_document(found.to_dict())
    else:
        show(hits_summary(found))
