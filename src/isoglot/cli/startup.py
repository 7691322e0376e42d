"""What a process that runs one command and ends may leave undone so as to be there sooner."""

import sys
from collections.abc import Sequence

_NO_ROWS_OF_PANDAS = {"score", "compare", "evaluate", "audit"}  # nothing in them is turned into a table of pandas


def leave_out_what_is_not_used(arguments: Sequence[str]) -> None:
    """Let Arrow take pandas for absent where nothing uses it.

    Arrow imports pandas at its first array, to tell pandas' objects from others; that is a fifth of the time in which a
    run of two million hits is scored. It looks once in the life of a process: this is not for tests and notebooks.
    """
    command = next((word for word in arguments if not word.startswith("-")), None)
    if command not in _NO_ROWS_OF_PANDAS or "pandas" in sys.modules:
        return
    import pyarrow as pa

    absent = _Absent()
    sys.meta_path.insert(0, absent)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(absent)


class _Absent:
    """Finds nothing to import, and pandas nowhere."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
