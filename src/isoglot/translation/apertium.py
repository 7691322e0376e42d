"""Apertium, a rule-based translation engine, by the command-line programs that Debian has.

Forcada et al. 2011, "Apertium: a free/open-source platform for rule-based machine translation".
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import chain, pairwise
from pathlib import Path

import langcodes
import numpy as np

from isoglot.errors import TranslationError
from isoglot.languages import english_name, normalise
from isoglot.translation.pipeline import Pipeline, read_pipeline
from isoglot.translation.stream import clean, decode, encode, split

_INSTALL = "apt install apertium apertium-eng-spa (English and Spanish; apt search '^apertium-' lists the other pairs)"
_CHARACTERS = 200_000  # of a run of the programs, which take 0.2 s to start
_FORM = 1  # of what is done to texts before and after; part of the name


class Apertium:
    """The directions that are installed on this machine.

    Words that the dictionaries do not have stay as they are, without a mark. White space becomes single spaces.

    Raises:
        TranslationError: the programs are not installed.
    """

    def __init__(self) -> None:
        program = shutil.which("apertium")
        if program is None:
            raise TranslationError(f"Apertium is not installed: {_INSTALL}.")
        data = os.environ.get("APERTIUM_DATADIR") or Path(program).parent.parent / "share" / "apertium"
        self._modes = Path(data) / "modes"
        self._pipelines: dict[Path, Pipeline] = {}

    @cached_property
    def name(self) -> str:
        """With a digest of the programs and the language data installed: either may change a translation."""
        digest = hashlib.sha256()
        for path in sorted(path for path in self._modes.parent.rglob("*") if path.is_file()):
            digest.update(path.relative_to(self._modes.parent).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        version = subprocess.run(["apertium", "-V"], capture_output=True, text=True, check=False).stdout.split()
        return f"apertium {version[-1] if version else 'unknown'} {digest.hexdigest()[:16]} {_FORM}"

    def check(self, source: str, target: str) -> None:
        """Whether the direction is installed.

        Raises:
            TranslationError: it is not.
            DataError: a code is not of BCP 47.
        """
        self._mode(source, target)

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
        """Translate texts on all cores, many in one run of the programs; an empty text is its own translation.

        Raises:
            TranslationError: the direction is not installed, or a program failed or hangs.
            DataError: a code is not of BCP 47.
        """
        mode = self._mode(source, target)
        if mode not in self._pipelines:
            self._pipelines[mode] = read_pipeline(mode)
        pipeline = self._pipelines[mode]
        cleaned = [clean(text) for text in texts]
        full = [text for text in cleaned if text]
        cores = _cores()
        with ThreadPoolExecutor(cores) as pool:  # of threads that wait for programs
            chunks = pool.map(lambda chunk: _run(pipeline, chunk), list(_chunks(full, cores)))
            translations = chain.from_iterable(chunks)
            return [next(translations) if text else "" for text in cleaned]

    def _mode(self, source: str, target: str) -> Path:
        """The file of a direction; that of a region, such as spa-eng_US for en-US, before that of its language."""
        for one in _names(source):
            for other in _names(target):
                path = self._modes / f"{one}-{other}.mode"
                if path.is_file():
                    return path
        installed = ", ".join(sorted(path.stem for path in self._modes.glob("*.mode"))) or "none"
        raise TranslationError(
            f"Apertium has no direction from {english_name(normalise(source))} ({source}) to "
            f"{english_name(normalise(target))} ({target}) on this machine (installed: {installed}): {_INSTALL}."
        )


def _names(tag: str) -> list[str]:
    """What Apertium may call a language, best first: ISO 639-3 with a region, without, and the old two letters.

    Raises:
        DataError: not a code of BCP 47.
    """
    language = langcodes.Language.get(normalise(tag))
    try:
        code = language.to_alpha3()
    except LookupError:  # a family of languages
        return [str(language.language)]
    region = [f"{code}_{language.territory}"] if language.territory else []
    return [*region, code, str(language.language)]


def _run(pipeline: Pipeline, texts: Sequence[str]) -> list[str]:
    stream = pipeline.run(encode(texts), len(texts))
    return [decode(part) for part in split(stream, len(texts), program=f"apertium {pipeline.mode}")]


def _chunks(texts: Sequence[str], parts: int) -> Iterator[Sequence[str]]:
    """Consecutive texts, about as many characters in each of ``parts`` or more chunks."""
    ends = np.cumsum([len(text) for text in texts])
    total = int(ends[-1]) if len(ends) else 0
    number = max(min(parts, len(texts)), -(-total // _CHARACTERS))
    bounds = np.searchsorted(ends, np.linspace(0, total, number + 1)[1:-1], side="right").tolist()
    for start, stop in pairwise([0, *bounds, len(texts)]):
        if start < stop:
            yield texts[start:stop]


def _cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
