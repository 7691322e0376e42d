"""The sample that comes with the package: question-passage items in seven languages, written by this project.

Four domains (encyclopedia, trivia, web search, product help), split by passage into a train and a test half:
the smallest real data that the whole way from batches to report can be walked on. Too small to rank models
with.
"""

from importlib.resources import as_file, files

from isoglot.data.formats.jsonl import read_jsonl
from isoglot.data.parallel import ParallelDataset

_PARTS = {"sample": ("train", "test"), "sample/train": ("train",), "sample/test": ("test",)}


def is_sample(name: str) -> bool:
    """Whether a source names the sample or one of its halves."""
    return name in _PARTS


def load_sample(name: str = "sample") -> ParallelDataset:
    """The sample, or its half ``sample/train`` or ``sample/test``."""
    parts = []
    for part in _PARTS[name]:
        with as_file(files("isoglot.data") / "samples" / f"{part}.jsonl") as path:
            parts.append(read_jsonl(path))
    return ParallelDataset.concatenate(parts)
