"""How a user names an evaluation collection in one of the formats that a path alone does not tell apart.

``FORMAT[/SPLIT][@LANGUAGE,LANGUAGE]:PATH``, such as ``miracl/dev@ar,sw:/data/miracl``. It needs no quotes in a shell
and is a plain string in TOML.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from isoglot.errors import DataError

# A format has two letters or more, so that the drive of a Windows path is none.
_FORM = re.compile(r"(?P<format>\w[\w-]+)(?:/(?P<split>[^/@:]+))?(?:@(?P<languages>[^/@:]+))?:(?P<place>.+)", re.DOTALL)

HUB = "hf"
"""The format of data sets of the hub, to train and to evaluate on; an ``@`` in their place is a revision."""

ON_HUB = (HUB, "mteb")
"""The formats whose files are fetched from the hub."""

_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")  # a language behind "@", not the next source

_ROWS = "#rows="

_TAGS = re.compile(r"[\w-]+(,\s*[\w-]+)*")


@dataclass(frozen=True, kw_only=True)
class Source:
    """What to read.

    Attributes:
        format: the format's name.
        place: the folder, or what else the format is found by.
        split: None for the format's default.
        languages: as written; None for those that are there.
    """

    format: str
    place: str
    split: str | None = None
    languages: tuple[str, ...] | None = None

    @property
    def label(self) -> str:
        """The source without its place, which results are filed under."""
        split = f"/{self.split}" if self.split else ""
        languages = f"@{','.join(self.languages)}" if self.languages else ""
        return f"{self.format}{split}{languages}"

    def told(self, *, language: str | Sequence[str] | None, split: str | None) -> "Source":
        """The same with a language or split that was told beside it.

        Raises:
            DataError: the source says it too.
        """
        if (language is not None and self.languages) or (split is not None and self.split):
            raise DataError(f"{self.label}:{self.place}: the source says its language or split; do not say it again.")
        languages = (language,) if isinstance(language, str) else language
        return Source(
            format=self.format,
            place=self.place,
            split=split or self.split,
            languages=tuple(languages) if languages else self.languages,
        )


def parse(text: str) -> Source | None:
    """The source that a text names; None where it does not begin with a format and a colon."""
    match = _FORM.fullmatch(text)
    if match is None:
        return None
    languages = match["languages"]
    return Source(
        format=match["format"],
        place=match["place"],
        split=match["split"],
        languages=tuple(word.strip() for word in languages.split(",")) if languages else None,
    )


def hub_source(text: str) -> Source | None:
    """The data set of the hub that a text names, ``hf[/SPLIT][@LANGUAGE]:OWNER/NAME``; None where it names another."""
    named = parse(text)
    return named if named is not None and named.format == HUB else None


def split_languages(source: str) -> tuple[str, tuple[str, ...] | None]:
    """``"my-docs@en,de"`` -> ``("my-docs", ("en", "de"))``; None where a source takes all languages.

    What is the path of a file or folder is that path, and a source with a format keeps its languages
    (:func:`parse`).
    """
    if hub_source(source) is not None:
        return source, None
    if _ROWS in source:
        plain, _, rows = source.partition(_ROWS)
        plain, wanted = split_languages(plain)
        return f"{plain}{_ROWS}{rows}", wanted
    name, at, languages = source.rpartition("@")
    if not at or not name or not _TAGS.fullmatch(languages) or Path(source).expanduser().exists():
        return source, None
    return name, tuple(word.strip() for word in languages.split(","))


def split_rows(name: str) -> tuple[str, int | None]:
    """``"mmarco#rows=100"`` -> ``("mmarco", 100)``, the first rows of a data set of the hub; None for all.

    Raises:
        DataError: it is no number above 0.
    """
    plain, mark, count = name.partition(_ROWS)
    if mark and (not count.isascii() or not count.isdigit() or not int(count)):
        raise DataError(f"{name}: rows must be a whole number above 0, but is {count!r}.")
    return plain, int(count) if mark else None


def split_sources(text: str) -> list[str]:
    """Sources with commas between them: ``"xquad-r@en,de,mlqa-r"`` -> ``["xquad-r@en,de", "mlqa-r"]``.

    A language behind ``@`` and a comma belongs to the source before it; what is the path of a file or folder is one
    source, whatever commas it has.
    """
    if Path(text).expanduser().exists():
        return [text]
    found: list[str] = []
    for word in (part.strip() for part in text.split(",")):
        languages = found[-1].rpartition("@")[2].split(",") if found and "@" in found[-1] else []
        if languages and all(map(_TAG.fullmatch, [*languages, re.split("[:#]", word)[0]])):
            found[-1] += f",{word}"
        else:
            found.append(word)
    return found
