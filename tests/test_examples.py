"""The examples of public docstrings run, in the order of the face, in one folder with what they name.

A tiny encoder stands in for ``e5-small``, and an engine that labels texts for ``apertium``.
"""

import doctest
import shutil
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

import isoglot
from helpers.given import write_given

_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

_NEED = {"export": "optimum", "Exported": "optimum"}  # packages that dev does not have

ENGINE = SimpleNamespace(
    name="labels",
    check=lambda source, target: None,
    translate=lambda texts, *, source, target: [f"{target}: {text}" for text in texts],
)


@pytest.fixture
def place(tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of the examples."""
    monkeypatch.chdir(tmp_path)
    write_given(tmp_path, str(tiny_encoder))
    return tmp_path


def test_every_exported_docstring_has_an_example_that_runs(place: Path, tiny_encoder: Path) -> None:
    finder, runner = doctest.DocTestFinder(recurse=False), doctest.DocTestRunner(optionflags=_FLAGS)
    said: list[str] = []
    names = [name for name in isoglot.__all__ if name != "__version__"]
    for name in sorted(names, key=lambda name: (name != "train", name in ("lint", "LintReport"), name)):
        if name == "lint":
            shutil.rmtree("runs")  # training would refuse to write over it
        public = getattr(isoglot, name)
        assert "Example::" in (public.__doc__ or ""), name
        if name in _NEED and find_spec(_NEED[name]) is None:
            continue
        for case in finder.find(public, name, globs={"isoglot": isoglot, "engine": ENGINE}):
            for example in case.examples:
                example.source = example.source.replace('"e5-small"', repr(str(tiny_encoder)))
                example.source = example.source.replace('"apertium"', "engine")
            runner.run(case, out=said.append)
    assert not runner.failures, "".join(said)
    assert runner.tries > len(names)
