"""The ``isoglot`` command, and what a user sees when something goes wrong."""

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import typer

from isoglot.cli.app import app
from isoglot.cli.asking import YES, asked
from isoglot.cli.document import FLAG, error_line, kept_apart
from isoglot.cli.help import ANYWHERE
from isoglot.cli.notices import warnings_in_a_line
from isoglot.cli.screen import Screen, let_go, marked, say, show_what_can_be_shown
from isoglot.cli.startup import leave_out_what_is_not_used
from isoglot.cli.watch import watched
from isoglot.errors import IsoglotError, TrainingInterrupted, without_logins

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; exits with a status of :data:`isoglot.cli.help.EXIT_CODES`."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug, quiet, as_json = ("--debug" in given, "--quiet" in given, FLAG in given)
    words = [_from_home(word) for word in given if word not in ANYWHERE]
    command = " ".join(["isoglot", *words[:1]])
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # busy waiting costs much on a shared machine
    show_what_can_be_shown()
    if arguments is None:
        leave_out_what_is_not_used(words)
    try:
        with (
            watched(command, quiet=quiet),
            asked(yes=YES in given),
            warnings_in_a_line(),
            kept_apart() if as_json else nullcontext(),
        ):
            code = app(words, prog_name="isoglot", standalone_mode=False)
        if code == _INTERRUPTED:  # typer's way to report Ctrl-C
            raise KeyboardInterrupt
        sys.stdout.flush()  # a full device is told here, not by the interpreter at its end
    except BaseException as error:
        if debug:
            traceback.print_exc()
        code, sentence = _explained(error)
        if sentence:
            sentence = without_logins(sentence)
            say(error_line(command, error, sentence, code=code), err=True) if as_json else _say(sentence)
        let_go()
    sys.exit(code if isinstance(code, int) else 0)


def _from_home(word: str) -> str:
    """A path that begins with ``~``, in full: shells leave it as it is in ``--save=~/x``, and between quotes."""
    option, equals, value = word.partition("=")
    if equals and option.startswith("--"):
        return f"{option}={os.path.expanduser(value)}"
    return os.path.expanduser(word)


def _explained(error: BaseException) -> tuple[int, str]:
    """The exit status, and what went wrong in one sentence; none where there is nothing to say."""
    if isinstance(error, BrokenPipeError) or isinstance(error.__context__, BrokenPipeError):  # typer makes it an exit
        return 0, ""  # whoever read standard output has seen enough
    if isinstance(error, SystemExit):
        return (error.code if isinstance(error.code, int) else 1), ""
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return _INTERRUPTED, "stopped by Ctrl-C; downloads and embeddings that were done are kept."
    if isinstance(error, IsoglotError):
        return (_INTERRUPTED if isinstance(error, TrainingInterrupted) else 1), str(error)
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):  # the parser's own: a usage error
        context: Any = getattr(error, "ctx", None)
        where = context.command_path if context else "isoglot"
        return int(error.exit_code), f"{error.format_message().rstrip('.')}. See {where} --help."
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return 1, f"{where}{error.strerror}."
    if isinstance(error, MemoryError):
        return 1, "this needs more memory than there is; make batches, resamples or the data smaller."
    told = f"unexpected {type(error).__name__}: {error}."
    return 1, f"{told} Run it again with --debug and report the traceback."


def _say(sentence: str) -> None:
    Screen(stderr=True, soft_wrap=True).print(marked("[bold red]error:[/]"), sentence)
