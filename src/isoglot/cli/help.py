"""How ``--help`` is laid out: commands under headings, examples at the end, in plain text of 80 columns."""

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from isoglot.cli.examples import EXAMPLES
from isoglot.cli.screen import say

_NO_COMMAND = 2  # of EXIT_CODES
EXIT_CODES = {
    0: "The command did what it was asked to do.",
    1: "It could not do it, or its answer is no: lint finds an error, debias or merge finds nothing better, a study's "
    "cell fails.",
    2: "The command line is wrong: an option is unknown, an argument is missing.",
    130: "Ctrl-C stopped it.",
}
"""Exit status -> what it means, for every command."""

ANYWHERE = {
    "--quiet": "Show no progress and no notes.",
    "--yes": "Ask nothing: agree to what would be asked about, such as sending texts to a public server.",
    "--debug": "Show the traceback of an error.",
}
"""Options of every command, before or behind its name -> what they do."""


class Command(TyperCommand):
    """A command whose epilog is its examples, one a line."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples as they are typed."""
        with formatter.section("Examples"):
            for example in (self.epilog or "").splitlines():
                formatter.write(f"{'':{formatter.current_indent}}{example}\n")

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Arguments without braces, which a shell would expand; one that is several words says itself what repeats."""
        pieces = (piece.replace("{", "").replace("}", "") for piece in super().collect_usage_pieces(ctx))
        return [piece.removesuffix("...") if " " in piece else piece for piece in pieces]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments by name, whose type the text says, then options with what they take."""
        rows: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for param in self.get_params(ctx):
            if record := param.get_help_record(ctx):
                name, what = record
                if param.param_type_name == "argument":
                    rows["Arguments"].append((name.partition(" <")[0], what.removesuffix("  [required]")))
                else:
                    rows["Options"].append((name, what))
        for heading, records in rows.items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)


class Commands(TyperGroup):
    """Commands under the headings that they were registered with (``rich_help_panel``), none cut short."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Show the help where no command is named."""
        if not args and not ctx.resilient_parsing:
            say(ctx.get_help())
            ctx.exit(_NO_COMMAND)
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write a section for each heading."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command = self.commands[name]
            heading = getattr(command, "rich_help_panel", None)
            groups.setdefault(heading if isinstance(heading, str) else "Commands", []).append((name, _first(command)))
        for heading, rows in groups.items():
            with formatter.section(heading):
                formatter.write_dl(rows)


class Root(Commands):
    """All commands, and what holds for every one."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse empty words: an empty path would be the folder that the command is run in."""
        for before, word in zip(["", *args], args, strict=False):
            option, equals, value = word.partition("=")
            if not word.strip() or (option.startswith("--") and equals and not value.strip()):
                named = option if equals else before if before.startswith("-") else "an argument"
                raise typer.BadParameter("it is empty; give it a value or leave it out.", param_hint=named)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:
        """The order of the examples; typer puts groups of commands last."""
        order = list(dict.fromkeys(name.split()[0] for name in EXAMPLES))
        return sorted(super().list_commands(ctx), key=order.index)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the options of every command and the exit status."""
        with formatter.section("Every command also takes"):
            formatter.write_dl(list(ANYWHERE.items()))
        with formatter.section("Exit status"):
            formatter.write_dl([(str(code), what) for code, what in EXIT_CODES.items()])


def group(name: str, about: str) -> typer.Typer:
    """A command that has commands of its own."""
    return typer.Typer(name=name, cls=Commands, rich_markup_mode=None, help=about)


def _first(command: Any) -> str:
    """The first paragraph of a command's help, in one line."""
    return " ".join((command.help or "").split("\n\n")[0].split())
