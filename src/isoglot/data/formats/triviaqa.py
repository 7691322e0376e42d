"""TriviaQA (Joshi et al. 2017, arXiv 1705.03551) as English question-passage pairs, matched at a distance.

JSON lines, ``{"question", "answer", "title", "passage"}``: the passage holds the answer's words and covers much of the
question's, which nobody checked. TriviaQA in DPR's layout is read by
:func:`isoglot.data.formats.naturalquestions.read_dpr`, in MRQA's by :func:`isoglot.data.formats.mrqa.read_mrqa`.
"""

from collections.abc import Iterator
from pathlib import Path

from isoglot.data.formats.naturalquestions import EnglishPair, english_pairs, text_at
from isoglot.data.lines import json_lines
from isoglot.data.parallel import ParallelDataset


def read_trivia_distant(path: Path, *, domain: str = "triviaqa") -> ParallelDataset:
    """Read distantly matched pairs; those of one page (``title``), or of one passage, are one group.

    Raises:
        DataError: with the file, line and key of the first row that cannot be used.
    """
    return english_pairs(path, _pairs, domain=domain)


def _pairs(path: Path) -> Iterator[EnglishPair]:
    for number, row in json_lines(path):
        where = f"{path}: line {number}"
        yield EnglishPair(
            f"trivia-distant/{number}",
            question=text_at(row, "question", where),
            passage=text_at(row, "passage", where),
            page=text_at(row, "title", where),
        )
