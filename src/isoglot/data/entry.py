"""``Entry``: what is known of a named data set."""

from dataclasses import dataclass
from typing import Any, Literal

from isoglot.data.fetch import RemoteFile
from isoglot.languages import check_there


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A fixed part of a large collection, for many measurements on a small machine.

    Attributes:
        by: what is sampled apart: each language, or each domain.
        questions: of each, at most.
        passages: of each, at most, the relevant ones among them.
    """

    by: Literal["lang", "domain"]
    questions: int
    passages: int


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One named data set.

    Attributes:
        name: what `registry.find` takes.
        title: one line for a reader.
        kind: "collection" (queries, passages, relevance: to evaluate on) or "parallel" (pairs: to train on).
        languages: ISO 639-1 codes.
        licence: of the texts; several where they differ.
        use: what it may be used for, and what not.
        homepage: where it comes from.
        files: one for each of `languages`, in that order, or a single one that holds them all; none where the
            data set comes with the package.
        parts: parts with a name of their own, `name/part`, that share no doc and no group.
        held_out: share of the docs that is in the part `dev`.
        apart: whether the part `train` is without items that share a text with `dev`.
        packaged: files of the package that hold the data set, relative to this folder.
        answers: whether the data says which sentence of a passage holds the answer.
        leaks: test sets whose texts, or questions, the data holds; not to train on where one of them is scored.
        members: data sets that this one is made of, in place of files.
        sample: what a collection made of the part `dev` has of it; all if None.
    """

    name: str
    title: str
    kind: Literal["collection", "parallel"]
    languages: tuple[str, ...]
    licence: str
    use: str
    homepage: str
    files: tuple[RemoteFile, ...] = ()
    parts: tuple[str, ...] = ()
    held_out: float = 0.05
    apart: bool = False
    packaged: tuple[str, ...] = ()
    answers: bool = False
    leaks: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    sample: Sample | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The name of the whole, then those of its parts."""
        return (self.name, *(f"{self.name}/{part}" for part in self.parts))

    def file(self, language: str) -> RemoteFile:
        """The file that holds `language`; DataError if the data set does not have it."""
        check_there(self.name, [language], self.languages)
        return self.files[0] if len(self.files) == 1 else self.files[self.languages.index(language)]


def mirrored_pairs(name: str, *, path: str, size: int, sha256: str, **facts: Any) -> Entry:
    """Parallel data in one file, from a mirror only.

    Args:
        name: of the entry.
        path, size, sha256: of the file, below the mirror's root.
        facts: the entry's other attributes.
    """
    file = RemoteFile(path=path, size=size, sha256=sha256, url=None)
    return Entry(name=name, kind="parallel", files=(file,), **facts)
