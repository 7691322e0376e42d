"""Collections as commands load them: what is not as it should be is said, and one rule about ids holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isoglot.cli.notices import say_faults, say_left_out

if TYPE_CHECKING:
    from isoglot.data.collection import Collection
    from isoglot.data.formats.lareqa import CandidateText


def loaded_collection(
    name: str,
    *,
    candidate: CandidateText = "sentence",
    strict: bool,
    keep_identical_ids: bool,
    judged: bool = True,
) -> Collection:
    """What the user names, to be ranked; ``judged`` as of :func:`isoglot.data.load.load_collection`."""
    from isoglot.data.load import load_collection

    found = load_collection(name, candidate=candidate, strict=strict, judged=judged)
    say_left_out(found.name, found.left_out)
    say_faults(found.name, found.faults)
    return found.with_identical_ids() if keep_identical_ids else found
