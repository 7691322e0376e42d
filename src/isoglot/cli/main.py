"""The ``isoglot`` command, and what a user sees when something goes wrong."""

import os
import sys
import traceback
from collections.abc import Sequence

import typer

from isoglot.cli.app import app
from isoglot.cli.help import ANYWHERE
from isoglot.cli.notices import warnings_in_a_line
from isoglot.cli.screen import Screen, let_go, marked, show_what_can_be_shown
from isoglot.cli.startup import leave_out_what_is_not_used
from isoglot.cli.watch import watched
from isoglot.errors import IsoglotError, TrainingInterrupted, without_logins

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; exits with 0, 1 (an error), 2 (usage) or 130 (Ctrl-C)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug, quiet = "--debug" in given, "--quiet" in given
    words = [_from_home(word) for word in given if word not in ANYWHERE]
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # busy waiting costs much on a shared machine
    show_what_can_be_shown()
    if arguments is None:
        leave_out_what_is_not_used(words)
    try:
        with watched(" ".join(["isoglot", *words[:1]]), quiet=quiet), warnings_in_a_line():
            code = app(words, prog_name="isoglot", standalone_mode=False)
        if code == _INTERRUPTED:  # typer's way to report Ctrl-C
            raise KeyboardInterrupt
        sys.stdout.flush()  # a full device is told here, not by the interpreter at its end
    except BaseException as error:
        if debug:
            traceback.print_exc()
        code = _explain(error)
        let_go()
    sys.exit(code if isinstance(code, int) else 0)


def _from_home(word: str) -> str:
    """A path that begins with ``~``, in full: shells leave it as it is in ``--save=~/x``, and between quotes."""
    option, equals, value = word.partition("=")
    if equals and option.startswith("--"):
        return f"{option}={os.path.expanduser(value)}"
    return os.path.expanduser(word)


def _explain(error: BaseException) -> int:
    """Say in one sentence what went wrong; the exit status."""
    if isinstance(error, BrokenPipeError):  # whoever read standard output has seen enough
        return 0
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else 1
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        _say("stopped by Ctrl-C; downloads and embeddings that were done are kept.")
        return _INTERRUPTED
    if isinstance(error, IsoglotError):
        _say(str(error))
        return _INTERRUPTED if isinstance(error, TrainingInterrupted) else 1
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):  # the parser's own: a usage error
        if error.format_message():  # empty where no command was given: the help has been printed
            _say(f"{error.format_message()} See isoglot --help.")
        return int(error.exit_code)
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        _say(f"{where}{error.strerror}.")
        return 1
    if isinstance(error, MemoryError):
        _say("this needs more memory than there is; make batches, resamples or the data smaller.")
        return 1
    _say(f"unexpected {type(error).__name__}: {error}. Run it again with --debug and report the traceback.")
    return 1


def _say(sentence: str) -> None:
    Screen(stderr=True, soft_wrap=True).print(marked("[bold red]error:[/]"), without_logins(sentence))
