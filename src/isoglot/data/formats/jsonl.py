"""The project's own format: one item a line, ``{"id", "group", "domain", "query": {..}, "passage": {..}}``.

``group`` may also be called ``page``; without either an item is a group of its own. ``domain`` defaults to the
file's name. ``negatives`` (``{lang: [text]}``), ``label`` (whether the passage answers the query) and ``doc`` (what is
held out together) are optional. A sentence in several languages is ``{"id", "text": {..}}``: it is query and passage.
The file's name may end in ``.gz``.
"""

from pathlib import Path

from isoglot.data.answersentence import PassageForm
from isoglot.data.items import ItemFile, Pairs
from isoglot.data.lines import json_lines
from isoglot.data.parallel import ParallelDataset


def read_jsonl(path: Path, *, pairs: Pairs = "positive", passage: PassageForm = "whole") -> ParallelDataset:
    """Read and check a JSON-lines file.

    Args:
        path: the file.
        pairs: which items, where the file labels them (see :meth:`isoglot.data.items.ItemFile.read`).
        passage: the passages as they are, or the sentence of each that holds the answer.

    Raises:
        DataError: with the file, line and key of the first row that cannot be used; or no such item is in the file.
    """
    return ItemFile(path=path, rows=lambda: json_lines(path), unit="line", reader="jsonl 2").read(pairs, passage)
