"""Files of training data: which layout a file has, and what it can be asked for."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from isoglot.data.answersentence import PassageForm
from isoglot.data.filerows import columns_of
from isoglot.data.formats.jsonl import read_jsonl
from isoglot.data.formats.mrqa import is_mrqa, read_mrqa
from isoglot.data.formats.naturalquestions import is_dpr, read_dpr, read_nq_oracle, read_qed
from isoglot.data.formats.pairrows import RowForm, read_pair_rows, row_form
from isoglot.data.formats.parquet import read_parquet
from isoglot.data.formats.squad import read_joined_squad, read_squad
from isoglot.data.formats.squadanswers import with_answers
from isoglot.data.formats.triviaqa import read_trivia_distant
from isoglot.data.items import Pairs
from isoglot.data.lines import json_lines, languages_at
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError

# What the first line of a file has -> its layout.
_LAYOUTS = (
    ({"context", "qas"}, read_joined_squad),
    ({"question", "ctxs"}, read_nq_oracle),
    ({"question_text", "paragraph_text"}, read_qed),
    ({"question", "title", "passage"}, read_trivia_distant),
)

_PAIR_FILES = (".parquet", ".jsonl", ".jsonl.gz", ".csv", ".csv.gz", ".tsv", ".tsv.gz")


def foreign_form(path: Path) -> RowForm | None:
    """How another project wrote the file's pairs, whose language is told; None of other files, or none.

    Raises:
        DataError: the file cannot be read.
    """
    if not path.is_file() or not path.name.endswith(_PAIR_FILES):  # JSON is read whole, and DPR's is large
        return None
    return row_form(columns_of(path))


def read_file(path: Path, pairs: Pairs, passage: PassageForm) -> ParallelDataset:
    """Read a file of training data in whatever layout it has; see :func:`isoglot.data.load.load_parallel`."""
    if (form := foreign_form(path)) is not None:
        return read_pair_rows(path, form, language=None, pairs=pairs, passage=passage)
    if path.suffix == ".parquet":
        return read_parquet(path, pairs=pairs, passage=passage)
    if path.name.endswith((".json", ".json.gz")) and is_dpr(path):
        check_plain(str(path), pairs, passage)
        return read_dpr(path, domain=path.name.split(".")[0])
    if not path.name.endswith((".jsonl", ".jsonl.gz")):
        raise DataError(
            f"{path}: unknown kind of file; give .jsonl, .jsonl.gz, .parquet or DPR's .json, "
            "a BEIR folder to evaluate on, or SQuAD JSON to train on as language = file."
        )
    first = next((row for _, row in json_lines(path)), {})
    _check_whole(path, first)
    reader = read_mrqa if is_mrqa(first) else next((read for keys, read in _LAYOUTS if keys <= first.keys()), None)
    if reader is None:
        return read_jsonl(path, pairs=pairs, passage=passage)
    check_plain(str(path), pairs, passage)
    return reader(path)


def _check_whole(path: Path, first: Mapping[str, Any]) -> None:
    """Refuse a file of a BEIR folder, whose rows are passages or queries and no pairs."""
    if "_id" not in first or not isinstance(first.get("text"), str):
        return
    names = ("corpus.jsonl", "queries.jsonl")
    do = f"give the folder {path.parent}"
    if path.name.removesuffix(".gz") not in names:
        do = f"call it {' or '.join(names)}, and give the folder that it is in"
    raise DataError(f"{path}: one file of a BEIR folder, which is read as a whole; {do}.")


def read_squad_files(
    files: Mapping[str, Path], pairs: Pairs, passage: PassageForm, *, domain: str = "squad"
) -> ParallelDataset:
    """Read SQuAD JSON, language -> file, with the answers' sentences as passages where they are asked for.

    Raises:
        DataError: see :func:`isoglot.data.formats.squad.read_squad` and
            :func:`isoglot.data.formats.squadanswers.with_answers`; or negatives are asked for.
    """
    check_plain(", ".join(map(str, files.values())), pairs, "whole")
    data = read_squad(files, domain=domain)
    if passage == "whole":
        return data
    tags = languages_at(files, "SQuAD JSON")
    return with_answers(data, {language: files[tag] for language, tag in tags.items()}, "sentence")


def check_plain(source: str, pairs: Pairs, passage: PassageForm) -> None:
    """Raise DataError where a source that has neither labels nor answers is asked for them."""
    if pairs == "negative":
        raise DataError(f"{source}: has no labels, so no item is known to be a negative.")
    if passage == "sentence":
        raise DataError(f'{source}: does not say which sentence holds the answer; read it with passage = "whole".')
