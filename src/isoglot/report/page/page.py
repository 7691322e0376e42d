"""A page as HTML: the template filled, the style sheet hashed for the policy, the file whole or not there."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from isoglot.files import whole_file
from isoglot.report.charts.chart import Chart
from isoglot.report.drawing.marks import swatch
from isoglot.report.drawing.svg import isolated, style_sheet
from isoglot.report.page.blocks import Section, Switch, links
from isoglot.report.values import arrow

_POLICY = "default-src 'none'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, kw_only=True)
class Page:
    """A title, what was found in a few sentences, and sections.

    Attributes:
        title: of the page.
        lead: the finding.
        facts: what it was found on, in small print.
        sections: in their order.
        footer: in small print at the end.
    """

    title: str
    lead: Sequence[str] = ()
    facts: str = ""
    sections: Sequence[Section] = ()
    footer: str = ""

    def html(self) -> str:
        """The page as text."""
        style = f"{style_sheet()}{_page_style()}{''.join(_rules(self.sections))}"
        content: str = (
            _environment()
            .get_template("page.html.j2")
            .render(
                page=self,
                links=links(self.sections),
                policy=_POLICY.format(base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()),
                style=Markup(style),
            )
        )
        return content

    def save(self, path: Path) -> None:
        """Write the page; the file appears whole or not at all.

        Raises:
            StorageError: it cannot be written there.
        """
        with whole_file(path) as part:
            # A file name that is no text, as an arm may be called, has no letters in UTF-8.
            part.write_bytes(self.html().encode("utf-8", "replace"))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("isoglot", "report/page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["svg"] = lambda chart: Markup(chart.svg())
    environment.filters["swatch"] = lambda series: Markup(swatch(series))
    environment.filters["arrow"] = arrow
    environment.filters["csv"] = _csv_link
    environment.filters["isolated"] = isolated
    return environment


@cache
def _page_style() -> str:
    return files("isoglot.report.page").joinpath("page.css").read_text(encoding="utf-8")


def _csv_link(chart: Chart) -> str:
    return f"data:text/csv;charset=utf-8,{quote(chart.csv().encode('utf-8', 'replace'))}"


def _rules(sections: Sequence[Section]) -> Iterator[str]:
    """What a switch hides. A browser that cannot tell what is chosen (before 2023) shows all."""
    switches = [block for section in sections for block in section.blocks if isinstance(block, Switch)]
    lists = [len(switch.lists) for switch in switches]
    most = [
        max((len(list(switch.lists.values())[place]) for switch in switches if len(switch.lists) > place), default=0)
        for place in range(max(lists, default=0))
    ]
    for place, count in enumerate(most):
        for number in range(count):
            name = f"choice{place}-{number}"
            yield f".switch:has(input.{name}:checked) .panel:not(.{name}) {{ display: none; }}\n"
