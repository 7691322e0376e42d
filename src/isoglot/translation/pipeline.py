"""One translation direction of Apertium: its programs, run over streams of texts.

The ``apertium`` command is a shell script that joins the programs of a mode. They are joined here instead for the sake
of one of them: at a word whose set of possible tags it was not trained on, the hidden Markov tagger of Apertium 3.8.3
overwrites the tags that it considers for unknown words, and keeps that until it ends (``tagger_utils.cc``, in
``find_similar_ambiguity_class``). NUL does not reset it, so a text's translation would depend on the texts before it.
With ``-d`` the tagger names such words; the texts that have one get a tagger of their own.
"""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from isoglot.errors import TranslationError
from isoglot.translation.stream import split

# To be over this is to hang: a core does 100,000 characters a second.
_SECONDS, _CHARACTERS_A_SECOND = 60.0, 1_000
_NEW_TAGS = re.compile(rb"A new ambiguity class was found.*\n.*\nWord '(.*)'\.$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """The programs of a direction, as commands of a shell: up to the tagger, the tagger, and after it.

    Attributes:
        mode: the direction's name.
        before, tagger, after: ``tagger`` and ``after`` are empty in a direction without Apertium's tagger.
    """

    mode: str
    before: str
    tagger: str
    after: str

    def run(self, stream: bytes, count: int) -> bytes:
        """Translate a stream of so many texts.

        Raises:
            TranslationError: a program failed or hangs.
        """
        found, _ = self._shell(self.before, stream)
        if not self.tagger:
            return found
        tagged = self._tag(split(found, count, program=f"apertium {self.mode}"))
        found, _ = self._shell(self.after, _joined(tagged))
        return found

    def _tag(self, texts: Sequence[bytes]) -> list[bytes]:
        """Tag analysed texts, each as if it were the only one."""
        stream, messages = self._shell(self.tagger, _joined(texts))
        tagged = split(stream, len(texts), program="apertium-tagger")
        words = {b"^" + word + b"/" for word in _NEW_TAGS.findall(messages)}
        if not words or len(texts) == 1:
            return tagged
        # A word that is written differently in the message is in no text: then every text is tagged alone.
        alone = [any(word in text for word in words) for text in texts]
        alone = alone if any(alone) else [True] * len(texts)
        rest = [text for text, found in zip(texts, alone, strict=True) if not found]
        others = iter(self._tag(rest) if rest else [])
        return [self._tag([text])[0] if found else next(others) for text, found in zip(texts, alone, strict=True)]

    def _shell(self, command: str, stream: bytes) -> tuple[bytes, bytes]:
        """(Standard output, standard error) of a pipeline of programs."""
        # What a mode file calls $1 and $2 is the option of the generator, here "no marks", and one for the tagger.
        arguments = ["bash", "-c", f"set -o pipefail; {command}", "apertium", "-n", ""]
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        with subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        ) as process:
            try:
                seconds = _SECONDS + len(stream) / _CHARACTERS_A_SECOND
                found, messages = process.communicate(stream, timeout=seconds)
            except subprocess.TimeoutExpired as error:
                raise TranslationError(f"apertium {self.mode} did not finish in {seconds:.0f} s: stopped.") from error
            finally:
                if process.poll() is None:  # the shell's programs would go on without it
                    os.killpg(process.pid, signal.SIGKILL)
        if process.returncode:
            first = messages.decode(errors="replace").strip().partition("\n")[0]
            raise TranslationError(
                f"apertium {self.mode} failed with status {process.returncode}: {first or 'no message'}"
            )
        return found, messages


def read_pipeline(mode: Path) -> Pipeline:
    """The pipeline of a mode file, its programs told to handle a text each time a NUL arrives.

    Raises:
        TranslationError: Apertium cannot read the file, or is too old.
    """
    if shutil.which("apertium-wblank-mode") is None:
        raise TranslationError(
            "Apertium is older than 3.8, where its programs learned to keep texts apart: upgrade it."
        )
    made = subprocess.run(["apertium-wblank-mode", "-z", str(mode)], capture_output=True, text=True, check=False)
    stages = [stage.strip() for stage in made.stdout.split("|")]
    if made.returncode or not all(stages):
        raise TranslationError(f"{mode}: not a mode file that Apertium can run; install its package again.")
    place = next((n for n, stage in enumerate(stages) if stage.startswith("apertium-tagger ")), None)
    if place is None:
        return Pipeline(mode=mode.stem, before=" | ".join(stages), tagger="", after="")
    return Pipeline(
        mode=mode.stem,
        before=" | ".join(stages[:place]),
        tagger=stages[place].replace("apertium-tagger ", "apertium-tagger -d ", 1),
        after=" | ".join(stages[place + 1 :]),
    )


def _joined(texts: Sequence[bytes]) -> bytes:
    return b"".join(text + b"\0" for text in texts)
