"""Questions to the person at the terminal; ``--yes`` takes yes for an answer."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from isoglot.cli.notices import say_note
from isoglot.cli.watch import silent
from isoglot.encoder.consent import answering
from isoglot.errors import ConfigError

if TYPE_CHECKING:
    from isoglot.encoder.consent import Sending

YES = "--yes"


class _Asking:
    """What the user said of questions beforehand."""

    def __init__(self) -> None:
        self.yes = False


_ASKING = _Asking()


@contextmanager
def asked(*, yes: bool) -> Iterator[None]:
    """Ask before texts are sent to a public host, in the block; with ``yes`` nothing is asked."""
    _ASKING.yes = yes
    try:
        with answering(_before_sending):
            yield
    finally:
        _ASKING.yes = False


def confirm(question: str, *, otherwise: str) -> None:
    """Ask, unless the user said ``--yes``.

    Args:
        question: that yes or no answers.
        otherwise: what is so after no, ``nothing was removed``.

    Raises:
        ConfigError: the answer is no, or nobody can be asked.
    """
    if _ASKING.yes:
        return
    if not sys.stdin.isatty():
        raise ConfigError(f"nobody can be asked here, and {otherwise}: {question} Add {YES} to agree.")
    from isoglot.cli.progress import bars_away

    with silent(), bars_away():
        agreed = typer.confirm(question, err=True)
    if not agreed:
        raise ConfigError(f"{otherwise}.")


def _before_sending(sending: "Sending") -> None:
    if sending.agreed:
        say_note(f"{sending.encoder}: sends {sending}.")
    else:
        confirm(f"{sending.encoder}: send {sending}?", otherwise="nothing was sent")
