"""Numbers and lists as sentences, tables and pages write them: one notation for a thing, whatever the room."""

import math
import re
import reprlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Protocol

Form = Callable[[float], str]
"""How a number is written, such as ``"{:.2f}".format``."""

_ROOTED = re.compile(r"(?:^|(?<=:))(?:~|/(?!/)|[A-Za-z]:[/\\]).*", re.DOTALL)
"""A path from a root or a home directory, alone or behind the format of a data set."""

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 80


class Bounds(Protocol):
    """The ends of an interval, NaN where there is none."""

    @property
    def low(self) -> float: ...

    @property
    def high(self) -> float: ...


class Estimated(Bounds, Protocol):
    """A value with its interval."""

    @property
    def value(self) -> float: ...


def decimal(value: float) -> str:
    """Three decimals: ``.052``, ``-.052``, ``1.000``. Below 1 the 0 before the point says nothing."""
    return _bare(f"{value:z.3f}")


def signed(value: float) -> str:
    """A difference: ``+.052``, ``−.003``. What is rounded to 0 keeps the sign it has."""
    return with_minus(_bare(f"{value:+.3f}"))


def last_part(name: str) -> str:
    """``hybrid`` of ``runs/hybrid``: what an encoder is called without its folder, or its owner on the hub."""
    return PurePath(name).name or name


def short_path(name: str) -> str:
    """``hybrid`` of ``/home/me/runs/hybrid``, ``miracl@ar:miracl`` of ``miracl@ar:/data/miracl``; for pages and cards.

    What begins in no root is left whole: ``runs/hybrid``, ``intfloat/multilingual-e5-small``, an address.
    """
    found = _ROOTED.search(name)
    return name if found is None else name[: found.start()] + re.split(r"[/\\]", found[0].rstrip("/\\"))[-1]


def with_minus(number: str) -> str:
    """A number as text with the sign for minus, ``−.003``, where Python writes a hyphen."""
    return number.replace("-", "−")


def probability(p: float) -> str:
    """``.012``, and ``1`` for what is rounded to 1."""
    return "1" if p >= 0.9995 else decimal(p)


def p_value(p: float, form: Form = probability) -> str:
    """``= .012`` or ``< .001``, to stand behind a ``p``."""
    return "< .001" if p < 0.001 else f"= {form(p)}"


def interval(bounds: Bounds, form: Form, notation: str = "[{}, {}]") -> str:
    """``[.052, .066]``; empty where there is no interval.

    Args:
        notation: has a place for each end.
    """
    return "" if math.isnan(bounds.low) else notation.format(form(bounds.low), form(bounds.high))


def with_interval(estimate: Estimated, form: Form, notation: str = " [{}, {}]") -> str:
    """``.059 [.052, .066]``; the value alone where it has no interval, a dash where there is no value.

    Args:
        notation: of the interval, with what stands between it and the value.
    """
    return "–" if math.isnan(estimate.value) else f"{form(estimate.value)}{interval(estimate, form, notation)}"


def counted(count: int, things: str) -> str:
    """``1,190 queries``, ``1 query``; ``things`` in the plural, its last word a regular one."""
    return f"{count:,} {_singular(things) if count == 1 else things}"


def amounts(counts: Mapping[str, int]) -> str:
    """Things, in the plural, -> how many: ``64 queries, 1 cluster``."""
    return ", ".join(counted(count, things) for things, count in counts.items())


def tally(counts: Mapping[str, int]) -> str:
    """Name -> how many of it: ``en 1,190, de 64``."""
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def size(count: float) -> str:
    """Bytes: ``512 B``, ``94.1 MB``; a kilobyte has 1,000."""
    for unit in ("B", "kB", "MB"):
        if count < 999.5:
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1_000
    return f"{count:.1f} GB"


def ago(seconds: float) -> str:
    """``just now``, ``1 hour ago``, ``3 weeks ago``."""
    for length, units in ((604_800, "weeks"), (86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= length:
            return f"{counted(int(seconds // length), units)} ago"
    return "just now"


def listed(names: Iterable[str], *, most: int = 6, things: str = "") -> str:
    """``a, b, c``; of many the first: ``a, b and 5 more``, or with what they are, ``a, b and 5 more languages``."""
    known = list(names)
    rest = len(known) - most
    if rest <= 0:
        return ", ".join(known)
    return f"{', '.join(known[:most])} and {counted(rest, f'more {things}'.rstrip())}"


def enumerated(names: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def shortened(text: str, *, most: int) -> str:
    """The text, or as much of it as makes ``most`` characters with an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def shown(value: object) -> str:
    """A value in a message: a plain one as it is written, cut where it is long, any other by its type."""
    if value is None or isinstance(value, str | int | float | PurePath | list | tuple | dict):
        return _SHORT.repr(value)
    kind = type(value)
    return f"of type {kind.__module__}.{kind.__qualname__}".replace("builtins.", "")


def _bare(number: str) -> str:
    """Without a 0 that has nothing before it but a sign and nothing behind it but the point."""
    return re.sub(r"^([+-]?)0\.", r"\1.", number)


def _singular(things: str) -> str:
    return f"{things[:-3]}y" if things.endswith("ies") else things.removesuffix("s")
