"""Files that commands write: refused before the work where they cannot be, named on the screen once they are."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from isoglot.cli.document import write_document
from isoglot.cli.screen import say
from isoglot.result import Result

if TYPE_CHECKING:
    from isoglot.data.collection import Collection
    from isoglot.report.page.compose import AnyResults
    from isoglot.report.page.page import Page


def check_targets(targets: Sequence[Path | None], *, inputs: Sequence[Path] = ()) -> None:
    """Refuse what cannot be written, or would be written over something of this command, before any work is done."""
    from isoglot.files import check_target

    taken = [*inputs]
    for path in (target for target in targets if target is not None):
        check_target(path, taken=taken)
        taken.append(path)


def check_data_output(output: Path, *, save: Path | None, sources: Sequence[str]) -> None:
    """Refuse what training data cannot be written to, before any work is done.

    Args:
        output: the file.
        save: another that the command writes.
        sources: data that it reads, as the user names it.
    """
    from isoglot.data.sources import split_languages
    from isoglot.errors import ConfigError

    if output.suffix != ".parquet":
        raise ConfigError(f"{output}: the name must end in .parquet, which training data is read from.")
    check_targets([output, save], inputs=[Path(split_languages(source)[0]) for source in sources])


def page_of_results(
    results: "AnyResults", *, title: str = "", texts: "Sequence[Collection]" = ()
) -> "Callable[[], Page]":
    """What makes the page of ``--html``, of which nothing is imported before it is wanted.

    Args:
        results: that it shows.
        title: its heading, if it is not what they are about.
        texts: collections whose queries and passages may be shown.
    """

    def make() -> "Page":
        from isoglot.report.page.compose import Extras, page_of

        return page_of(results, extras=Extras(title=title, texts=texts))

    return make


@contextmanager
def saved_first(
    path: Path | None,
    found: Result,
    *,
    what: str,
    as_json: bool = False,
    html: Path | None = None,
    page: "Callable[[], Page] | None" = None,
) -> Iterator[None]:
    """Write what was found where a file was asked for, show it in the block, then say where the files are.

    A screen that is full, gone or of another encoding then loses nothing.

    Args:
        path: the file, if any.
        found: what is written.
        what: the file has, such as ``results``.
        as_json: print the document, and nothing of the block.
        html: the page's file, if any; written after the results, which a page that fails then leaves.
        page: makes the page.
    """
    if path is not None:
        found.save(path)
    if html is not None and page is not None:
        page().save(html)
    with redirect_stdout(StringIO()) if as_json else nullcontext():
        yield
    if as_json:
        write_document(found.to_dict())
    for name, file in ((what, path), ("page", html)):
        if file is not None:
            say(f"{name}: {file}")
