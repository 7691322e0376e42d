"""Files that commands write: refused before the work where they cannot be, named on the screen once they are."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from isoglot.cli.screen import say


class Saved(Protocol):
    """What can write itself to a file."""

    def save(self, path: Path) -> None: ...


def check_targets(targets: Sequence[Path | None], *, inputs: Sequence[Path] = ()) -> None:
    """Refuse what cannot be written, or would be written over something of this command, before any work is done."""
    from isoglot.errors import ConfigError
    from isoglot.files import check_target

    taken = {path.absolute() for path in inputs}
    for path in (target for target in targets if target is not None):
        check_target(path)
        if path.absolute() in taken:
            raise ConfigError(f"{path} would be written over: give every file a name of its own.")
        taken.add(path.absolute())


@contextmanager
def saved_first(path: Path | None, found: Saved, *, what: str) -> Iterator[None]:
    """Write what was found where a file was asked for, show it in the block, then say where it is.

    A screen that is full, gone or of another encoding then loses nothing.
    """
    if path is not None:
        found.save(path)
    yield
    if path is not None:
        say(f"{what}: {path}")
