"""Files that commands write: refused before the work where they cannot be, named on the screen once they are."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import typer


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


def save_to(path: Path | None, found: Saved, *, what: str) -> None:
    """Write what was found where a file was asked for, and say where it is."""
    if path is not None:
        found.save(path)
        typer.echo(f"{what}: {path}")
