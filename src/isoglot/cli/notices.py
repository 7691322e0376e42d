"""What a user should know beside the results, in a line each, on standard error."""

import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from isoglot.cli.screen import say, visible
from isoglot.cli.watch import WATCH
from isoglot.wording import amounts


def say_left_out(name: str, left_out: Mapping[str, int]) -> None:
    """``xnli: left out 830 neutral items, 1 negative item.``; nothing where nothing is left out."""
    if left_out:
        say_note(f"{name}: left out {amounts(left_out)}.")


def say_faults(name: str, faults: Mapping[str, int]) -> None:
    """``arguana: as published, 5 judgements of passages that are not in the corpus, never found.``"""
    from isoglot.data.published import described

    if faults:
        told = "; ".join(described(what, count) for what, count in faults.items())
        say_note(f"{name}: as published, {told}. --strict refuses this.")


def warn_of_seen(encoder: str, fitted_on: Collection[str], measured: Mapping[str, str]) -> None:
    """Warn where an encoder is measured on what it was trained on, or its repair made with.

    Args:
        encoder: its name.
        fitted_on: fingerprints of collections.
        measured: name -> fingerprint of the collections that it is measured on.
    """
    from isoglot.cards.record import trained_on
    from isoglot.encoder.files import model_place

    for name, fingerprint in measured.items():
        if fingerprint in fitted_on:
            seen = f"fitted or chosen on {name}"
        elif sources := trained_on(model_place(encoder), name):
            seen = f"trained on {', '.join(sources)}, with texts of {name}"
        else:
            continue
        say(f"warning: {encoder} was {seen}: its results there say nothing about other texts.", err=True)


@contextmanager
def warnings_in_a_line() -> Iterator[None]:
    """Show a warning for the user as ``warning: ...``, without the place in the code that it comes from."""
    usual = warnings.formatwarning

    def in_a_line(message: Warning | str, category: type[Warning], *place: Any, **line: Any) -> str:
        if category is UserWarning:
            return f"warning: {visible(str(message))}\n"
        return usual(message, category, *place, **line)

    warnings.formatwarning = in_a_line
    try:
        yield
    finally:
        warnings.formatwarning = usual


def say_note(sentence: str) -> None:
    """Say on standard error what changes no number: a note, which ``--quiet`` turns off; a warning it does not."""
    if not WATCH.quiet:
        say(sentence, err=True)
