"""``isoglot push``: an encoder on the hub."""

from pathlib import Path
from typing import Annotated

import typer

from isoglot.cli.options import Verbose
from isoglot.cli.screen import show
from isoglot.summary import Summary, TextTable


def push(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="Name the encoder's folder.")],
    repository: Annotated[str, typer.Argument(metavar="OWNER/NAME", help="Send it to this repository of the hub.")],
    public: Annotated[bool, typer.Option("--public", help="Let everybody see it.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Send nothing and say what would be sent.")] = False,
    verbose: Verbose = False,
) -> None:
    """Send an encoder with its card to the Hugging Face hub, private by default."""
    from isoglot.cards.push import push as sent
    from isoglot.wording import counted, size

    found = sent(model, repository, public=public, dry_run=dry_run)
    files = f"{counted(len(found.files), 'files')}, {size(sum(found.files.values()))}"
    seen = "private" if found.private else "public"
    finding = f"{files}, would be sent to {repository} ({seen})." if found.url is None else f"{files}: {found.url}"
    rows = [(path, size(length)) for path, length in found.files.items()]
    show(Summary(finding=(finding,), details=(TextTable(("file", "size"), rows),)), verbose=verbose or dry_run)
