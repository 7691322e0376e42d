"""``isoglot serve``: an index as a service on HTTP, with a page to try it."""

from typing import TYPE_CHECKING, Annotated

import typer

from isoglot.cli.options import MemoryMib, number_in
from isoglot.cli.screen import say
from isoglot.cli.watch import WATCH
from isoglot.limits import COUNTS, Range

if TYPE_CHECKING:
    from isoglot.search.index import Index

_PORTS = Range(0, 65_535)


def serve(
    index: Annotated[str, typer.Argument(metavar="INDEX", help="What isoglot index made.")],
    host: Annotated[
        str, typer.Option(metavar="HOST", help="Address to listen on. One that others reach needs a key.")
    ] = "127.0.0.1",
    port: Annotated[int, number_in(_PORTS, "Port to listen on; 0 takes any that is free.")] = 8000,
    memory_mib: MemoryMib = 512,
    max_characters: Annotated[int, number_in(COUNTS, "Longest query, in characters.")] = 2_000,
    max_hits: Annotated[int, number_in(COUNTS, "Most hits on a page.")] = 100,
    max_page: Annotated[int, number_in(COUNTS, "Last page that may be asked for.")] = 100,
    max_body_kib: Annotated[int, number_in(COUNTS, "Largest body of a request, in KiB.", metavar="KIB")] = 64,
    max_requests: Annotated[int, number_in(COUNTS, "Requests answered at once; one more is refused.")] = 64,
    max_seconds: Annotated[float, typer.Option(min=0.1, metavar="S", help="Longest time for a request.")] = 10.0,
    open_to_all: Annotated[
        bool, typer.Option("--open-to-all", help="Let anybody who reaches HOST search, without a key.")
    ] = False,
    log_texts: Annotated[bool, typer.Option("--log-texts", help="Write queries to the log.")] = False,
) -> None:
    """Serve an index on HTTP, with a page to try it in a browser.

    The environment variable ISOGLOT_API_KEY holds the key that requests must have.
    """
    from isoglot.extras import need

    for package in ("fastapi", "uvicorn", "prometheus_client"):
        need(package, extra="serve", what="a service needs")
    from isoglot.search.service.limits import Limits
    from isoglot.search.service.run import serve as run

    def started(address: str, opened: "Index") -> None:
        count = sum(opened.counts.values())
        say(f"{address} searches {count:,} passages in {', '.join(opened.languages)}. Ctrl-C ends it.", err=True)
        WATCH.quiet = True  # a service says nothing until it is asked

    run(
        index,
        host=host,
        port=port,
        memory_mib=memory_mib,
        limits=Limits(
            characters=max_characters,
            k=max_hits,
            page=max_page,
            body_bytes=max_body_kib << 10,
            concurrency=max_requests,
            connections=max(256, 2 * max_requests),
            seconds=max_seconds,
        ),
        open_to_all=open_to_all,
        log_texts=log_texts,
        started=started,
    )
