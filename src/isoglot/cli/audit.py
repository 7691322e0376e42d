"""The audit on the screen."""

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding

from isoglot.report.audit import Section


def print_audit(encoder: str, collection: str, sections: Sequence[Section]) -> None:
    """Print headings and, under each, its sentences as paragraphs."""
    console = Console(highlight=False)
    console.print(f"\n[bold]{encoder}[/] on [bold]{collection}[/]")
    for section in sections:
        console.print(f"\n[bold]{section.title}[/]")
        for line in section.lines:
            console.print(Padding(line, (0, 0, 0, 2)), markup=False)
