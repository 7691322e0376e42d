"""``Entry``: what is known of a named data set."""

from collections.abc import Mapping
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
class HubRows:
    """Rows of the Hugging Face hub as the source of a data set.

    Attributes:
        sources: language -> what stands behind ``hf:`` (:mod:`isoglot.data.hub.address`).
        splits: part -> split of the hub; ``""`` is the whole.
        joined: what the rows of several languages that are one item have in common; None where none are.
    """

    sources: Mapping[str, str]
    splits: Mapping[str, str]
    joined: Literal["row", "id"] | None = None


@dataclass(frozen=True, kw_only=True)
class HubFiles:
    """Files of the Hugging Face hub in their official layout as the source of a data set.

    Attributes:
        format: of :mod:`isoglot.data.readers`.
        files: (repository, pattern) of what is needed; ``{language}`` and ``{split}`` stand for those that are asked
            for. Where a pattern has no language, the files' names are those of languages.
        splits: part -> split; ``""`` is the whole.
    """

    format: Literal["miracl", "belebele"]
    files: tuple[tuple[str, str], ...]
    splits: Mapping[str, str]


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
        recipe: where the hub has it, at a commit that the lock file says; no file is pinned then.
        public: how to have it, or its like, where only a mirror holds the pinned file.
        large: whether languages have to be named, since all of them are too much by mistake.
        terms: what its owner asks for beyond a licence; to be accepted before it is read.
        evaluate_only: whether training on it needs to be accepted too.
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
    recipe: HubRows | HubFiles | None = None
    public: str = ""
    large: bool = False
    terms: str = ""
    evaluate_only: bool = False

    @property
    def source(self) -> str:
        """Where it comes from, in a word: ``built in``, ``official``, ``hub`` or ``mirror``."""
        if self.packaged:
            return "built in"
        if self.recipe is not None:
            return "hub"
        return "official" if self.files and all(file.url for file in self.files) else "mirror"

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
