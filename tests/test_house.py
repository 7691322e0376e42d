"""The house: rooms import one way, and no room takes the name of what users call."""

import pkgutil
import types
from importlib import import_module
from importlib.util import find_spec

import isoglot

VERBS = [
    "audit",
    "clean",
    "compare",
    "debias",
    "encode",
    "evaluate",
    "leaks",
    "lint",
    "merge",
    "mine",
    "prepare",
    "robustness",
    "score",
    "study",
    "train",
    "translate",
]


def test_no_room_takes_the_name_of_a_verb() -> None:
    """A submodule becomes an attribute of its package when it is imported, and would hide the function."""
    for module in pkgutil.walk_packages(isoglot.__path__, "isoglot."):
        if module.name != "isoglot.mteb" or find_spec("mteb"):  # its classes are the library's
            import_module(module.name)
    assert [verb for verb in VERBS if isinstance(vars(isoglot).get(verb), types.ModuleType)] == []
    assert [name for name in dir(isoglot) if not callable(getattr(isoglot, name)) and name != "__version__"] == []
    assert set(VERBS) < set(dir(isoglot))
