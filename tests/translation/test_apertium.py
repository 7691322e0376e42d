"""Apertium: a translation for each text, whatever is in it and whatever stands around it."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from isoglot.errors import ConfigError, TranslationError
from isoglot.translation import pipeline
from isoglot.translation.load import translator

needs_apertium = pytest.mark.skipif(
    shutil.which("apertium") is None or "eng-spa" not in subprocess.getoutput("apertium -l"),
    reason="needs Apertium: apt install apertium apertium-eng-spa",
)

# The tagger of English lacks the tags of "known" and forgets those of unknown words, such as Xyzzy, when it meets it.
_ODD = [
    "😀",
    "👨‍👩‍👧",
    "\0",
    "\ufeff",
    "\uffff",
    "\ud800",
    "\u200f",
    "שלום",
    "مرحبا",
    "中文",
    "[]",
    ".[]",
    "[[t:b:1]]",
    "^a<n>$",
]
_WORDS = ["known", "I", "Xyzzy taught something like it", "the red house", "won't", "e.g. ", "2015"]
_PIECES = st.sampled_from([*"\t\n ^$[]{}<>\\@/~*#+&|_=.;:!?'\"0", *_ODD, *_WORDS])
_TEXTS = st.lists(st.lists(_PIECES | st.characters(), max_size=8).map("".join), min_size=1, max_size=6)
_SHIFTED = "Thomas Aquinas and Xyzzy taught something like it."


def _translate(texts: list[str]) -> list[str]:
    return translator("apertium").translate(texts, source="en", target="es")


@needs_apertium
@given(texts=_TEXTS)
@example(texts=["It is known.", _SHIFTED] * 4)
@settings(deadline=None, max_examples=4)
def test_a_translation_depends_on_its_text_alone(texts: list[str]) -> None:
    together = _translate(texts)
    assert together == _translate(texts[::-1])[::-1]
    assert together[-1:] == _translate(texts[-1:])
    assert all(found or not any(c.isalnum() for c in text) for text, found in zip(texts, together, strict=True))


@needs_apertium
def test_what_is_no_word_comes_through() -> None:
    kept = "^ $ [ ] { } < > \\ @ / ~ * # 😀 שלום [] ^Xyzzy<n>$"
    assert _translate([kept, "", " \t\n", "The red\nhouse\0", "Xyzzy"]) == [kept, "", "", "La casa roja", "Xyzzy"]
    (long,) = _translate(["the house " * 8_000])
    assert long.casefold() == " ".join(["la casa"] * 8_000)


@needs_apertium
def test_thousands_of_texts_are_a_few_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    begin = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *given, **named: started.append(given) or begin(*given, **named))
    found = _translate([f"{number} houses" for number in range(3_000)])
    assert found == [f"{number} casas" for number in range(3_000)]
    assert len(started) < 150


@needs_apertium
def test_directions() -> None:
    engine = translator("apertium")
    assert engine.name.startswith("apertium 3.")
    engine.check("en", "es")
    engine.check("es", "en-US")
    with pytest.raises(TranslationError, match=r"from English \(en\) to German \(de\).*eng-spa.*apt install"):
        engine.check("en", "de")


def test_without_the_programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TranslationError, match="not installed: apt install apertium apertium-eng-spa"):
        translator("apertium")


def test_an_engine_that_is_none() -> None:
    with pytest.raises(ConfigError, match="unknown 'babelfish'; known: apertium"):
        translator("babelfish")


def _pipeline(before: str) -> pipeline.Pipeline:
    return pipeline.Pipeline(mode="eng-spa", before=before, tagger="", after="")


def test_a_program_that_dies() -> None:
    with pytest.raises(TranslationError, match=r"apertium eng-spa failed with status 3: no dictionary$"):
        _pipeline("(echo no dictionary >&2; echo more >&2; exit 3) | cat").run(b"a\0", 1)


def test_a_program_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pipeline, "_SECONDS", 0.2)
    with pytest.raises(TranslationError, match="did not finish"):
        _pipeline(f"(sleep 1; touch {tmp_path}/alive) | cat").run(b"a\0", 1)
    subprocess.run(["sleep", "1.2"], check=True)
    assert not (tmp_path / "alive").exists()
