"""The examples of public docstrings run, in the order of the face, in one folder with what they name.

A tiny encoder stands in for ``e5-small``, and an engine that labels texts for ``apertium``.
"""

import doctest
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

import isoglot

_CONFIG = """
output = "OUTPUT"
[encoder]
name = "ENCODER"
[data]
train = ["sample/train"]
[batch]
policy = "hybrid"
size = 4
[optimization]
steps = 2
"""
_STUDY = """
output = "study"
zero_shot = false
[train]
encoder = {name = "ENCODER"}
optimization = {steps = 2}
[arms.hybrid]
batch = {policy = "hybrid", size = 4}
[domains.sample]
train = ["sample/train"]
[tests]
sample = "sample/test"
"""
_PREPARE = """
output = "pairs.parquet"
clean = false
[[sources]]
data = "sample/train"
"""
_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

ENGINE = SimpleNamespace(
    name="labels",
    check=lambda source, target: None,
    translate=lambda texts, *, source, target: [f"{target}: {text}" for text in texts],
)


@pytest.fixture
def place(tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of the examples."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("config", _CONFIG), ("again", _CONFIG), ("study", _STUDY), ("prepare", _PREPARE)):
        output = "runs/again" if name == "again" else "runs/hybrid"
        Path(f"{name}.toml").write_text(text.replace("ENCODER", str(tiny_encoder)).replace("OUTPUT", output))
    Path("run.trec").write_text("q Q0 p 1 2.0 tag\n")
    Path("qrels.tsv").write_text("q 0 p 1\n")
    for language in ("en", "de"):
        Path("help", language).mkdir(parents=True)
        text = "A long enough text that says how this is done, and where." if language == "en" else "Ein Text, " * 9
        Path("help", language, "page.md").write_text(f"# {language} heading of it\n\n{text}\n")
    found = isoglot.evaluate(tiny_encoder, "sample/test", options=isoglot.EvaluationOptions(draws=20))
    found.save("a.json")
    shutil.copy("a.json", "b.json")
    shutil.copy("a.topics.parquet", "b.topics.parquet")
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
        for case in finder.find(public, name, globs={"isoglot": isoglot, "engine": ENGINE}):
            for example in case.examples:
                example.source = example.source.replace('"e5-small"', repr(str(tiny_encoder)))
                example.source = example.source.replace('"apertium"', "engine")
            runner.run(case, out=said.append)
    assert not runner.failures, "".join(said)
    assert runner.tries > len(names)
