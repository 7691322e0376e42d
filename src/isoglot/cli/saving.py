"""Files that commands write: refused before the work where they cannot be, named on the screen once they are."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from isoglot.cli.document import write_document
from isoglot.cli.screen import say
from isoglot.result import Result
from isoglot.wording import enumerated

if TYPE_CHECKING:
    from isoglot.data.collection import Collection
    from isoglot.report.page.compose import AnyResults
    from isoglot.report.page.page import Page


def check_targets(targets: Sequence[Path | None], *, inputs: Sequence[str | Path] = ()) -> None:
    """Refuse what cannot be written, or would be written over something of this command, before any work is done.

    Args:
        targets: the files that the command writes; None for one that was not asked for.
        inputs: what it reads: files, or data and encoders as the user names them.
    """
    from isoglot.files import check_target

    taken = [each if isinstance(each, Path) else _place(each) for each in inputs]
    for path in (target for target in targets if target is not None):
        check_target(path, taken=taken)
        taken.append(path)


def _place(name: str) -> Path:
    """Where data or an encoder would lie if the name is one of a file."""
    from isoglot.data.sources import parse, split_languages

    source = parse(name)
    return Path(split_languages(name)[0] if source is None else source.place)


def check_data_output(output: Path, *, save: Path | None, sources: Sequence[str]) -> None:
    """Refuse what training data cannot be written to, before any work is done.

    Args:
        output: the file.
        save: another that the command writes.
        sources: data that it reads, as the user names it.
    """
    from isoglot.errors import ConfigError

    if output.suffix != ".parquet":
        raise ConfigError(f"{output}: the name must end in .parquet, which training data is read from.")
    check_targets([output, save], inputs=sources)


def page_of_results(
    results: "AnyResults", *, title: str = "", texts: "Sequence[Collection]" = ()
) -> "Callable[[], Page]":
    """What makes the page of ``--html``, once; nothing of pages is imported before it is called.

    Args:
        results: that it shows.
        title: its heading, if it is not what they are about.
        texts: collections whose queries and passages may be shown.
    """

    def make() -> "Page":
        from isoglot.report.page.compose import PageOptions, page_of

        return page_of(results, options=PageOptions(title=title, texts=texts))

    return cache(make)


@contextmanager
def saved_first(
    path: Path | None,
    found: Result,
    *,
    what: str,
    as_json: bool = False,
    html: Path | None = None,
    page: "Callable[[], Page] | None" = None,
    before: "Mapping[str, Path | None] | None" = None,
) -> Iterator[None]:
    """Write what was found where a file was asked for, show it in the block, say where it is, then write the page.

    A screen that is full, gone or of another encoding then loses nothing, and neither does a page that fails.

    Args:
        path: the file, if any.
        found: what is written.
        what: the file has, such as ``results``.
        as_json: print the document, and nothing of the block.
        html: the page's file, if any.
        page: makes the page.
        before: what the command has written already, by what it is; named where the page fails.
    """
    if path is not None:
        found.save(path)
    try:
        with redirect_stdout(StringIO()) if as_json else nullcontext():
            yield
        if as_json:
            write_document(found.to_dict())
        if path is not None:
            say(f"{what}: {path}")
    finally:
        if html is not None and page is not None:
            _save_page(page, html, written={what: path, **(before or {})})
    if html is not None:
        say(f"page: {html}")


def _save_page(page: "Callable[[], Page]", html: Path, *, written: Mapping[str, Path | None]) -> None:
    """Write a page, the last file of a command, whose error says that the others are there."""
    from isoglot.errors import IsoglotError

    try:
        page().save(html)
    except IsoglotError as error:
        there = enumerated([f"{name} ({file})" for name, file in written.items() if file is not None])
        kept = f" Only the page is missing; already written: {there}." if there else ""
        raise type(error)(f"{error}{kept}") from error
