"""What a user should know beside the results, in a line each, on standard error."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from isoglot.cli.screen import say
from isoglot.cli.watch import WATCH
from isoglot.wording import amounts

if TYPE_CHECKING:
    from isoglot.data.collection import Collection


def say_left_out(name: str, left_out: Mapping[str, int]) -> None:
    """``xnli: left out 830 neutral items, 1 negative item.``; nothing where nothing is left out."""
    if left_out:
        _note(f"{name}: left out {amounts(left_out)}.")


def say_faults(name: str, faults: Mapping[str, int]) -> None:
    """``arguana: as published, 5 judgements of passages that are not in the corpus, never found.``"""
    from isoglot.data.published import described

    if faults:
        told = "; ".join(described(what, count) for what, count in faults.items())
        _note(f"{name}: as published, {told}. --strict refuses this.")


def warn_of_fitted(encoder: str, collections: Sequence["Collection"]) -> None:
    """Warn where a repaired encoder is measured on the texts that its transform was fitted on."""
    from isoglot.encoder.repaired import saved_fit

    folder = Path(encoder).expanduser()
    fitted = saved_fit(folder) if folder.is_dir() else None
    if fitted is None:
        return
    known = {text.get("fingerprint") for text in fitted.on.get("data", [])}
    for collection in collections:
        if collection.fingerprint in known:
            say(
                f"warning: {encoder} was fitted on the texts of {collection.name}: its results there say nothing "
                "about other texts.",
                err=True,
            )


def _note(sentence: str) -> None:
    """What changes no number is a note, which ``--quiet`` turns off; a warning it does not."""
    if not WATCH.quiet:
        say(sentence, err=True)
