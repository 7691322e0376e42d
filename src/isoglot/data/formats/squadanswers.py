"""SQuAD passages with the sentence of the answer marked, or with nothing but that sentence."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from isoglot.data.formats.squad import answer_starts
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError
from isoglot.text.marks import marked
from isoglot.text.sentences import sentence_around, splitter

Form = Literal["marked", "sentence"]

_FORM = 2  # counts what changed in the passages, so that no cache serves older ones


def with_answers(data: ParallelDataset, files: Mapping[str, Path], form: Form) -> ParallelDataset:
    """Items of SQuAD JSON whose passages say where the answer is.

    Args:
        data: what :func:`isoglot.data.formats.squad.read_squad` read from the files, or items drawn from it.
        files: language -> file, as read.
        form: ``marked``: marks around the sentence that holds the start of the first answer; ``sentence``: that
            sentence alone, as in LAReQA (Roy et al. 2020, arXiv 2004.05484).

    Raises:
        DataError: a question has no answer in the file, or one outside of its context.
        TranslationError: the library that finds sentences is not installed.
    """
    starts = {language: answer_starts(path) for language, path in files.items()}
    key = f"answers {_FORM} {form} {splitter()} {data.fingerprint}"
    return ParallelDataset.from_rows(_rows(data, files, starts, form), languages=data.languages, key=key)


def _rows(
    data: ParallelDataset, files: Mapping[str, Path], starts: Mapping[str, Mapping[str, int]], form: Form
) -> Iterator[dict[str, Any]]:
    for row in data:
        passages = {}
        for language, passage in row["passage"].items():
            start = starts[language].get(row["id"], -1)
            if not 0 <= start < len(passage):
                raise DataError(
                    f"{files[language]}: question {row['id']!r} has no answer inside of its context; mend or "
                    "remove it, or take whole passages."
                )
            begin, end = sentence_around(passage, start, language=language)
            passages[language] = marked(passage, begin, end) if form == "marked" else passage[begin:end]
        yield {**row, "passage": passages}
