"""``isoglot cache``: what is kept on disk, and how it is removed."""

import re
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from isoglot.cli.asking import confirm
from isoglot.cli.examples import EXAMPLES
from isoglot.cli.help import Command, group
from isoglot.cli.screen import say, show
from isoglot.summary import Summary, TextTable
from isoglot.wording import ago, counted, listed, size

if TYPE_CHECKING:
    from isoglot.cache import Entry

cache_app = group("cache", "List and clear what isoglot keeps on disk: downloads, embeddings, translations.")

_AGE = re.compile(r"(\d{1,5})([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


@cache_app.command("list", cls=Command, epilog="\n".join(EXAMPLES["cache list"]))
def cache_list() -> None:
    """List what is in the cache, how large it is, and when it was last used."""
    from isoglot.cache import cache_dir, entries

    found = entries()
    rows = []
    for kind, what, holds, those in _rows(found):
        used = max(one.used for one in those)
        rows.append((f"{kind} {what}".rstrip(), holds, size(sum(one.size for one in those)), ago(time.time() - used)))
    table = TextTable(("what", "holds", "size", "last used"), rows) if rows else None
    show(Summary(finding=(f"{cache_dir()} holds {_sizes(found)}.",), table=table))


@cache_app.command("clear", cls=Command, epilog="\n".join(EXAMPLES["cache clear"]))
def cache_clear(
    kinds: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="KIND",
            help="Remove these kinds, such as embeddings. Default: all but translations, which may have cost money.",
        ),
    ] = None,
    older_than: Annotated[
        str | None, typer.Option(metavar="TIME", help="Remove only what was not used for this long: 30d, 12h or 2w.")
    ] = None,
) -> None:
    """Remove what is in the cache, except what a running process uses."""
    from isoglot.cache import cache_dir, clear

    chosen = _chosen(kinds, older_than)
    if not chosen:
        say(f"nothing to remove in {cache_dir()}")
        return
    confirm(f"Remove {_sizes(chosen)} from {cache_dir()}?", otherwise="nothing was removed")
    removed = [entry for entry in chosen if clear(entry)]
    say(f"removed {_sizes(removed)} from {cache_dir()}")
    if kept := [entry.path.name for entry in chosen if entry not in removed]:
        say(f"still there, because it is in use or may not be removed: {listed(kept)}", err=True)


def _chosen(kinds: Sequence[str] | None, older_than: str | None) -> "list[Entry]":
    from isoglot.cache import KINDS, TRANSLATIONS, entries
    from isoglot.errors import ConfigError

    for kind in kinds or ():
        if kind not in KINDS:
            raise ConfigError(f"{kind!r} is no kind of file in the cache; the kinds are {', '.join(KINDS)}.")
    wanted = kinds or [kind for kind in KINDS if kind != TRANSLATIONS]
    latest = time.time() - _seconds(older_than) if older_than is not None else float("inf")
    return [entry for entry in entries() if entry.kind in wanted and entry.used < latest]


def _seconds(age: str) -> float:
    from isoglot.errors import ConfigError

    match = _AGE.fullmatch(age.strip())
    if match is None:
        raise ConfigError(f"--older-than: {age!r} is not a time such as 30d (days), 12h (hours) or 2w (weeks).")
    return timedelta(**{_UNITS[match[2]]: int(match[1])}).total_seconds()


def _rows(found: "Sequence[Entry]") -> "list[tuple[str, str, str, list[Entry]]]":
    """Kind, what it is, what it holds, and the entries: files whose names say nothing are a row together."""
    from isoglot.encoder.states import PREFIXES, described_prefix
    from isoglot.encoder.store import described

    rows: list[tuple[str, str, str, list[Entry]]] = []
    together: dict[str, list[Entry]] = {}
    for entry in found:
        if entry.path.suffix == ".partial":
            rows.append((entry.kind, "unfinished", counted(entry.files, "files"), [entry]))
        elif entry.kind == "embeddings":
            name, vectors = described(entry.path)
            rows.append((entry.kind, name, counted(vectors, "texts") if vectors else "", [entry]))
        elif entry.kind == PREFIXES:
            name, texts = described_prefix(entry.path)
            rows.append((entry.kind, name, counted(texts, "texts"), [entry]))
        elif entry.path.is_dir():
            rows.append((entry.kind, entry.path.name, counted(entry.files, "files"), [entry]))
        else:
            together.setdefault(entry.kind, []).append(entry)
    rows += [(kind, "", counted(len(those), "files"), those) for kind, those in together.items()]
    return sorted(rows, key=lambda row: row[:2])


def _sizes(found: "Sequence[Entry]") -> str:
    """``606.2 MB (embeddings 94.1 MB, encoders 512.1 MB)``."""
    if not found:
        return "nothing"
    kinds = list(dict.fromkeys(entry.kind for entry in found))
    each = ", ".join(f"{kind} {size(sum(one.size for one in found if one.kind == kind))}" for kind in kinds)
    return f"{size(sum(entry.size for entry in found))} ({each})"
