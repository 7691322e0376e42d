"""From what a user names (a data set of the registry, a file, a folder) to data."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from isoglot.data import registry, sample
from isoglot.data.collection import Collection
from isoglot.data.formats.jsonl import read_jsonl
from isoglot.data.formats.lareqa import CandidateText, read_lareqa
from isoglot.data.formats.mrqa import is_mrqa, read_mrqa
from isoglot.data.formats.naturalquestions import is_dpr, read_dpr, read_nq_oracle, read_qed
from isoglot.data.formats.parquet import read_parquet
from isoglot.data.formats.squad import read_joined_squad, read_squad
from isoglot.data.formats.triviaqa import read_trivia_distant
from isoglot.data.items import Pairs
from isoglot.data.lines import json_lines
from isoglot.data.parallel import HELD_OUT_SEED, ParallelDataset
from isoglot.data.readers import FORMATS, read_source
from isoglot.data.sources import Source, parse
from isoglot.errors import DataError

Training = str | Path | Mapping[str, str | Path]


def load_parallel(source: Training, *, pairs: Pairs = "positive") -> ParallelDataset:
    """Load training data.

    Args:
        source: a name of ``isoglot data list``, or of a half, such as ``sample/train``; a ``.jsonl``
            or ``.jsonl.gz`` file (the project's own format, a joined parallel SQuAD, the NQ oracle, QED, MRQA or
            distant TriviaQA pairs); a ``.json`` or ``.json.gz`` file of DPR; a ``.parquet`` file
            of such items (:meth:`ParallelDataset.save`, pandas, ``datasets``); or SQuAD JSON files as a mapping of
            language to file.
        pairs: of a file whose items have a ``label``: those whose passage answers the query, those labelled as
            negatives, or all, for the texts. ``left_out`` of the result counts the others.

    Raises:
        DataError: there is no such data, it cannot be read, or ``pairs`` asks for labels that it does not have.
        FetchError: it could not be downloaded.
    """
    if not isinstance(source, Mapping) and Path(source).is_file() and not sample.is_sample(str(source)):
        return _read_file(Path(source), pairs)
    if pairs == "negative":
        raise DataError(f"{source}: has no labels, so no item is known to be a negative.")
    if isinstance(source, Mapping):
        return read_squad({language: Path(path) for language, path in source.items()})
    if sample.is_sample(str(source)):
        return sample.load_sample(str(source))
    path = Path(source)
    _check_name(source, path)
    entry = registry.find(str(source))
    if entry.kind != "parallel":
        raise DataError(f"{source} is a collection to evaluate on, not training data: {entry.use}.")
    files = registry.files(entry.name)
    path = next(iter(files.values()))
    data = read_squad(files, domain=entry.name) if path.name.endswith(".json.gz") else _read_file(path, pairs)
    return _part(data, str(source).removeprefix(entry.name).removeprefix("/"), held_out=entry.held_out)


def load_collection(
    source: str | Path,
    *,
    candidate: CandidateText = "sentence",
    language: str | Sequence[str] | None = None,
    split: str | None = None,
    strict: bool = False,
) -> Collection:
    """Load what an encoder is evaluated on.

    Args:
        source: a name of ``isoglot data list``, with ``@LANGUAGES`` for some of its languages, such as
            ``xquad-r@en,es``; a BEIR folder; ``FORMAT[/SPLIT][@LANGUAGES]:PATH`` for one of the formats of
            docs/data.md, such as ``miracl@ar,sw:/data/miracl``; or any name or file that :func:`load_parallel` reads:
            then every query meets the passages of all languages.
        candidate: for XQuAD-R and MLQA-R, the text of a candidate.
        language: the same as ``@LANGUAGES``: those to read; for a BEIR folder and ``ir_datasets``, the language of
            what states none.
        split: the same as ``/SPLIT``.
        strict: refuse empty texts and judgements of what is not there, which are counted in the collection's ``faults``
            otherwise (:mod:`isoglot.data.published`).

    Raises:
        DataError: there is no such data, or it cannot be read.
        FetchError: it could not be downloaded.
    """
    path = Path(source)
    named = parse(source) if isinstance(source, str) and not path.exists() else None
    if path.is_dir():
        named = Source(format="beir", place=str(path))
    if named is not None:
        return read_source(named.told(language=language, split=split), strict=strict)
    if split is not None:
        raise DataError(f"{source}: a split is for folders and for sources such as miracl:FOLDER.")
    if path.is_file():
        return _named(source, path.name.split(".")[0], language, candidate, strict)
    if isinstance(source, Path):
        raise DataError(f"{source}: no such file or folder.")
    name, at, languages = source.partition("@")
    if at and language is not None:
        raise DataError(f"{source}: the source says its languages; do not say them again.")
    return _named(name, name, [word.strip() for word in languages.split(",")] if at else language, candidate, strict)


def _named(
    source: str | Path, name: str, language: str | Sequence[str] | None, candidate: CandidateText, strict: bool
) -> Collection:
    """A collection of the registry, or one made of training data; of some languages where they are given."""
    languages = [language] if isinstance(language, str) else language
    label = name if languages is None else f"{name}@{','.join(languages)}"
    path = Path(source)
    if not path.is_file() and not sample.is_sample(name):
        _check_name(source, path)
        entry = registry.find(name)
        if entry.kind == "collection":
            return read_lareqa(label, registry.files(name, languages=languages), candidate=candidate, strict=strict)
    data = load_parallel(source)
    return Collection.from_parallel(label, data if languages is None else data.restrict(languages))


def _part(data: ParallelDataset, part: str, *, held_out: float) -> ParallelDataset:
    """The whole; or what is left of it (``train``) when a share of the groups is held out, and those (``dev``).

    Training with that share as ``validation`` on the whole, no item left out before, holds out the same groups.
    """
    if not part:
        return data
    train, dev = data.split(held_out, seed=HELD_OUT_SEED)
    return {"train": train, "dev": dev}[part]


def _read_file(path: Path, pairs: Pairs) -> ParallelDataset:
    if path.suffix == ".parquet":
        return read_parquet(path, pairs=pairs)
    if path.name.endswith((".json", ".json.gz")) and is_dpr(path):
        return read_dpr(path, domain=path.name.split(".")[0])
    if not path.name.endswith((".jsonl", ".jsonl.gz")):
        raise DataError(
            f"{path}: unknown kind of file; give .jsonl, .jsonl.gz, .parquet or DPR's .json, "
            "a BEIR folder to evaluate on, or SQuAD JSON to train on as language = file."
        )
    first = next((row for _, row in json_lines(path)), {})
    reader = read_mrqa if is_mrqa(first) else next((read for keys, read in _LAYOUTS if keys <= first.keys()), None)
    if reader is None:
        return read_jsonl(path, pairs=pairs)
    if pairs == "negative":
        raise DataError(f"{path}: has no labels, so no item is known to be a negative.")
    return reader(path)


# What the first line of a file has -> its layout.
_LAYOUTS = (
    ({"context", "qas"}, read_joined_squad),
    ({"question", "ctxs"}, read_nq_oracle),
    ({"question_text", "paragraph_text"}, read_qed),
    ({"question", "title", "passage"}, read_trivia_distant),
)


def _check_name(source: str | Path, path: Path) -> None:
    if isinstance(source, str) and (named := parse(source)) and named.format in FORMATS and not path.exists():
        raise DataError(f"{source}: {named.format} is a collection to evaluate on; to train, give a file.")
    if path.is_dir():
        raise DataError(f"{source}: a folder is a collection to evaluate on; to train, give a file.")
    if isinstance(source, Path) or path.suffix or source.startswith((".", "/", "~")):
        raise DataError(f"{source}: no such file or folder.")
