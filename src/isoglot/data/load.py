"""From what a user names (a data set of the registry, a file, a folder) to data."""

from collections.abc import Mapping
from pathlib import Path

from isoglot.data import registry, sample
from isoglot.data.beir import read_beir
from isoglot.data.collection import Collection
from isoglot.data.jsonl import read_jsonl
from isoglot.data.lareqa import CandidateText, read_lareqa
from isoglot.data.lines import json_lines
from isoglot.data.parallel import ParallelDataset
from isoglot.data.squad import read_joined_squad, read_squad
from isoglot.errors import DataError

Source = str | Path | Mapping[str, str | Path]


def load_parallel(source: Source) -> ParallelDataset:
    """Load training data.

    Args:
        source: a name of ``isoglot data list``; ``sample``, ``sample/train`` or ``sample/test``; a ``.jsonl``
            or ``.jsonl.gz`` file (the project's own format or a joined parallel SQuAD); a ``.parquet`` file
            that :meth:`ParallelDataset.save` wrote; or SQuAD JSON files as a mapping of language to file.

    Raises:
        DataError: there is no such data, or it cannot be read.
        FetchError: it could not be downloaded.
    """
    if isinstance(source, Mapping):
        return read_squad({language: Path(path) for language, path in source.items()})
    if sample.is_sample(str(source)):
        return sample.load_sample(str(source))
    path = Path(source)
    if path.is_file():
        return _read_file(path)
    _check_name(source, path)
    entry = registry.find(str(source))
    if entry.kind != "parallel":
        raise DataError(f"{source} is a collection to evaluate on, not training data: {entry.use}.")
    return _read_file(next(iter(registry.files(entry.name).values())))


def load_collection(source: str | Path, *, candidate: CandidateText = "sentence") -> Collection:
    """Load what an encoder is evaluated on.

    Args:
        source: a name of ``isoglot data list``, a BEIR folder whose rows carry ``lang``, or any name or file
            that :func:`load_parallel` reads: then every query meets the passages of all languages.
        candidate: for XQuAD-R and MLQA-R, the text of a candidate.

    Raises:
        DataError: there is no such data, or it cannot be read.
        FetchError: it could not be downloaded.
    """
    path = Path(source)
    if path.is_dir():
        return read_beir(path)
    name = path.name.split(".")[0] if path.is_file() else str(source)
    if not path.is_file() and not sample.is_sample(name):
        _check_name(source, path)
        entry = registry.find(name)
        if entry.kind == "collection":
            return read_lareqa(name, registry.files(name), candidate=candidate)
    return Collection.from_parallel(name, load_parallel(source))


def _read_file(path: Path) -> ParallelDataset:
    if path.suffix == ".parquet":
        return ParallelDataset.open(path)
    if not path.name.endswith((".jsonl", ".jsonl.gz")):
        raise DataError(
            f"{path}: unknown kind of file; give .jsonl, .jsonl.gz or .parquet, "
            "a BEIR folder to evaluate on, or SQuAD JSON to train on as language = file."
        )
    first = next((row for _, row in json_lines(path)), {})
    return read_joined_squad(path) if {"context", "qas"} <= first.keys() else read_jsonl(path)


def _check_name(source: str | Path, path: Path) -> None:
    if path.is_dir():
        raise DataError(f"{source}: a folder is a collection to evaluate on; to train, give a file.")
    if isinstance(source, Path) or path.suffix or source.startswith((".", "/", "~")):
        raise DataError(f"{source}: no such file or folder.")
