"""The screen: what a person is shown, whatever stands in data and whatever the console can show.

A name, a text or a path is never markup, and its control characters are shown, not sent: they could rewrite the line
above or the terminal's title. A console that lacks a character gets its number (``\\u0915``), and a reader that has
gone, as ``head`` goes, is no failure.
"""

import os
import shutil
import sys
import unicodedata
from contextlib import suppress
from typing import Any

from rich.console import Console
from rich.text import Text

from isoglot.cli.watch import WATCH
from isoglot.columns import left_to_right
from isoglot.summary import WIDTH, Summary

_LINES = "\n\t"
_NARROWEST = 20  # columns; a narrower terminal breaks the lines itself


class Screen(Console):
    """A console for what stands in data: a string is text, and markup is asked for by :func:`marked`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**({"markup": False, "emoji": False, "highlight": False} | options))

    def render_str(self, text: str, **options: Any) -> Text:
        """Text of a string, its control characters made visible."""
        return super().render_str(visible(text), **options)

    def on_broken_pipe(self) -> None:
        """Leave it to the command, which ends without an error."""
        raise BrokenPipeError


def marked(text: str) -> Text:
    """Text in rich's markup, in which data has been escaped; its control characters are made visible."""
    return Text.from_markup(visible(text), emoji=False)


def say(*sentences: str, err: bool = False) -> None:
    """Print lines as they are, on standard output or standard error."""
    WATCH.heard()
    stream = sys.stderr if err else sys.stdout
    for sentence in sentences:
        print("\n".join(map(left_to_right, visible(sentence).split("\n"))), file=stream)


def show(*summaries: Summary, verbose: bool = False) -> None:
    """Print what was found on standard output: of each result the finding, a short table and the next command.

    Args:
        verbose: with the details.
    """
    width = max(_NARROWEST, min(WIDTH, shutil.get_terminal_size(fallback=(WIDTH, 0)).columns))
    say("\n\n".join(summary.text(details=verbose, width=width) for summary in summaries))


def visible(text: str) -> str:
    """The text with control characters (general category Cc) but line feeds and tabs as ``\\x1b``."""
    if text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in _LINES or unicodedata.category(character) != "Cc":
        return character
    return f"\\x{ord(character):02x}"


def show_what_can_be_shown() -> None:
    """Let standard output and standard error write a character that their encoding lacks as its number.

    One that was closed before the start (``>&-``) is None in Python: it is opened on nothing, so that no file gets its
    descriptor, and no line for one of them goes to the other.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
        with suppress(AttributeError, ValueError):  # a stand-in of the caller's, which has its own ways
            getattr(sys, name).reconfigure(errors="backslashreplace")


def let_go() -> None:
    """Send what standard output cannot take nowhere: the interpreter would try again at its end, and complain."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
