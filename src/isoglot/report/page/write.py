"""``write_page`` and ``plot``: results of any verb as a page, or as charts."""

from collections.abc import Sequence
from pathlib import Path

from isoglot.data.collection import Collection
from isoglot.data.given import AnyCollection, given_collections
from isoglot.files import given_path
from isoglot.report.charts.chart import Chart, Charts
from isoglot.report.page.blocks import Block, Panels, Switch
from isoglot.report.page.compose import AnyResults, PageOptions, page_of


def write_page(
    results: AnyResults,
    path: str | Path,
    *,
    title: str = "",
    texts: AnyCollection | Sequence[AnyCollection] = (),
) -> None:
    """Write a page of what results say, with charts: one HTML file that needs nothing from elsewhere.

    Example::

        >>> found = isoglot.evaluate("e5-small", "sample/test")
        >>> isoglot.write_page(found, "page.html", texts="sample/test")

    Args:
        results: of evaluations and audits, which become the arms of the page, and of other verbs; by object, or paths
            of saved evaluations; one or several, or a dict that names them.
        path: of the page. It appears whole or not at all.
        title: its heading; if left out, what the results are about.
        texts: collections that were evaluated on, whose queries and passages the page may show: the worst queries with
            their hits, where the results were not read from files. If left out, it shows no text.

    Raises:
        DataError, FetchError: a file cannot be read, or there is no such collection.
        ConfigError: there is no result, or there is nothing to show of one, or collections of one name have
            different texts.
        StorageError: the page cannot be written.
    """
    known = given_collections(texts) if isinstance(texts, str | Path | Collection) or len(texts) else []
    page_of(results, options=PageOptions(title=title, texts=known)).save(given_path(path))


def plot(results: AnyResults) -> Charts:
    """The charts of a page, for a notebook: each is a picture, and has ``data()``, ``csv()`` and ``svg()``.

    A function and not a method of results: what measures is below what draws, and knows no pictures.

    Example::

        >>> charts = isoglot.plot(isoglot.evaluate("e5-small", "sample/test"))
        >>> charts[0].title
        'One language (mono)'

    Args:
        results: as for :func:`write_page`.

    Raises:
        DataError, ConfigError: see :func:`write_page`.
    """
    blocks = (block for section in page_of(results).sections for block in section.blocks)
    return Charts(chart for block in blocks for chart in _charts(block))


def _charts(block: Block) -> Sequence[Chart]:
    if isinstance(block, Panels):
        return block.charts
    return list(block.charts.values()) if isinstance(block, Switch) else ()
