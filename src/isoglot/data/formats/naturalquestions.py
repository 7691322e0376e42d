"""Natural Questions (Kwiatkowski et al. 2019, TACL 7) as English question-passage pairs, in three layouts.

- the open-domain oracle: JSON lines, ``{"question", "ctxs": [{"title", "text"}, ...]}``, the gold passage first;
- QED (Lamm et al. 2021, TACL 9): JSON lines, ``{"example_id", "title_text", "question_text", "paragraph_text"}``;
- DPR (Karpukhin et al. 2020, arXiv 2004.04906): one JSON array of ``{"question", "positive_ctxs",
  "hard_negative_ctxs"}``, the layout in which TriviaQA is given too.

Texts are taken as they stand: QED's stay tokenised, and a passage does not get its title. The group is the page, and
what shares a passage with it: passages of one page overlap, and often answer each other's questions.
"""

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from isoglot.data.clusters import components
from isoglot.data.lines import digest_files, json_lines, open_bytes
from isoglot.data.parallel import ParallelDataset
from isoglot.errors import DataError
from isoglot.limits import LINE_BYTES, PastLimit, check_depth, mebibytes, within_limits

_READER = "english 1"
_BROKEN_GZIP = (EOFError, gzip.BadGzipFile, zlib.error)
_BEGINNING_BYTES = 64
_CHUNK_CHARACTERS = 1 << 20
_DECODER = json.JSONDecoder()
_ITEM = re.compile(r"[^\s,\[\]]")  # where an item of an array begins
_LONGEST_ESCAPE = 12  # characters: a pair of surrogates, which is also longer than any literal


class EnglishPair(NamedTuple):
    """A question and the passage that answers it, in English.

    Attributes:
        page: the title of the passage's page, or what else stands for its place; empty where nothing does.
        negatives: passages that do not answer the question.
    """

    id: str
    question: str
    passage: str
    page: str = ""
    negatives: tuple[str, ...] = ()


def read_nq_oracle(path: Path, *, domain: str = "nq") -> ParallelDataset:
    """Read the open-domain oracle file: each question with its gold passage, ``ctxs[0]``.

    Raises:
        DataError: with the file, line and key of the first row that cannot be used.
    """
    return english_pairs(path, _oracle_pairs, domain=domain)


def read_qed(path: Path, *, domain: str = "nq") -> ParallelDataset:
    """Read a file of QED: each question with the paragraph that answers it.

    Raises:
        DataError: with the file, line and key of the first row that cannot be used.
    """
    return english_pairs(path, _qed_pairs, domain=domain)


def read_dpr(path: Path, *, domain: str) -> ParallelDataset:
    """Read a file of DPR, item by item: it may be larger than memory.

    The passage is the first positive, as in DPR's own training; the hard negatives are the negatives. Questions
    without a positive passage, which DPR's TriviaQA has, are left out.

    Raises:
        DataError: with the file, item and key of the first item that cannot be used.
    """
    return english_pairs(path, _dpr_pairs, domain=domain)


def is_dpr(path: Path) -> bool:
    """Whether a JSON file is an array, as DPR's are."""
    with open_bytes(path) as file:
        try:
            return file.read(_BEGINNING_BYTES).decode("utf-8-sig", errors="ignore").lstrip().startswith("[")
        except _BROKEN_GZIP as error:
            raise DataError(f"{path}: a damaged gzip file ({error}); fetch it again.") from error


def english_pairs(path: Path, pairs: Callable[[Path], Iterator[EnglishPair]], *, domain: str) -> ParallelDataset:
    """The pairs of a file as a data set; pairs of one page, or of one passage, are one group.

    Args:
        path: what ``pairs`` reads, once for the groups and once for the texts.
        pairs: checks the file and raises DataError.
        domain: of every item.

    Raises:
        DataError: the file has no pair, or an id twice.
    """
    try:
        digest = digest_files(path)
    except _BROKEN_GZIP as error:
        raise DataError(f"{path}: a damaged gzip file ({error}); fetch it again.") from error
    key = f"{_READER} {pairs.__module__}.{pairs.__qualname__} {domain} {digest}"
    data = ParallelDataset.from_rows(_rows(path, pairs, domain), languages=["en"], key=key)
    if not len(data):
        raise DataError(f"{path}: no question with a passage in the file.")
    return data


def text_at(row: Any, key: str, where: str) -> str:
    """The text under a key of a JSON object.

    Raises:
        DataError: there is no object, or no text that is not empty under the key; it begins with ``where``.
    """
    text = row.get(key) if isinstance(row, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise DataError(f'{where}: key "{key}" must be a non-empty text.')
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:  # half a surrogate pair, which JSON can write
            raise DataError(f'{where}: key "{key}" is not Unicode text ({error.reason}).') from error
    return text


def list_at(row: dict[str, Any], key: str, where: str) -> list[Any]:
    """The list under a key of a JSON object; DataError, beginning with ``where``, if there is none."""
    value = row.get(key)
    if not isinstance(value, list):
        raise DataError(f'{where}: key "{key}" must be a list.')
    return value


def _rows(path: Path, pairs: Callable[[Path], Iterator[EnglishPair]], domain: str) -> Iterator[dict[str, Any]]:
    group = components(_places(pair) for pair in pairs(path))
    seen: set[str] = set()
    for pair in pairs(path):
        if pair.id in seen:
            raise DataError(f"{path}: question id {pair.id!r} occurs twice.")
        seen.add(pair.id)
        yield {
            "id": pair.id,
            "group": group[_places(pair)[0]],
            "domain": domain,
            "query": {"en": pair.question},
            "passage": {"en": pair.passage},
            "negatives": {"en": list(pair.negatives)} if pair.negatives else {},
        }


def _places(pair: EnglishPair) -> list[str]:
    """What a pair shares with the others of its group: its passage, and its page where that has a name."""
    passage = hashlib.sha256(" ".join(pair.passage.split()).encode()).hexdigest()[:32]
    return [f"passage/{passage}", f"page/{pair.page}"] if pair.page else [f"passage/{passage}"]


def _oracle_pairs(path: Path) -> Iterator[EnglishPair]:
    for number, row in json_lines(path):
        where = f"{path}: line {number}"
        passages = list_at(row, "ctxs", where)
        if not passages:
            raise DataError(f'{where}: key "ctxs" must hold the gold passage, and is empty.')
        gold = f'{where}: "ctxs", first passage'
        yield EnglishPair(
            f"nq-oracle/{number}",
            question=text_at(row, "question", where),
            passage=text_at(passages[0], "text", gold),
            page=text_at(passages[0], "title", gold),
        )


def _qed_pairs(path: Path) -> Iterator[EnglishPair]:
    for number, row in json_lines(path):
        where = f"{path}: line {number}"
        identity = row.get("example_id")
        if not isinstance(identity, int | str) or isinstance(identity, bool):
            raise DataError(f'{where}: key "example_id" must be a number.')
        yield EnglishPair(
            f"nq/{identity}",
            question=text_at(row, "question_text", where),
            passage=text_at(row, "paragraph_text", where),
            page=text_at(row, "title_text", where),
        )


def _dpr_pairs(path: Path) -> Iterator[EnglishPair]:
    for number, row in enumerate(_array_items(path), start=1):
        where = f"{path}: item {number}"
        if not isinstance(row, dict):
            raise DataError(f"{where} must be a JSON object, not {type(row).__name__}.")
        positives = list_at(row, "positive_ctxs", where)
        negatives = list_at(row, "hard_negative_ctxs", where)
        if not positives:
            continue
        yield EnglishPair(
            f"dpr/{number}",
            question=text_at(row, "question", where),
            passage=text_at(positives[0], "text", f'{where}: "positive_ctxs", first passage'),
            page=str(positives[0].get("title") or ""),
            negatives=tuple(
                text_at(passage, "text", f'{where}: "hard_negative_ctxs", passage {place}')
                for place, passage in enumerate(negatives, start=1)
            ),
        )


def _array_items(path: Path) -> Iterator[Any]:
    """The items of a JSON array one by one: DPR's file of Natural Questions is several GB."""
    with open_bytes(path) as file, TextIOWrapper(cast(BinaryIO, file), encoding="utf-8-sig") as stream:
        text, number = "", 0
        try:
            while more := stream.read(_CHUNK_CHARACTERS):
                text += more
                if number == 0 and not text.lstrip().startswith("["):
                    raise DataError(f"{path}: not in DPR's layout: the file must be one JSON array.")
                start = 0
                while begin := _ITEM.search(text, start):
                    try:
                        with within_limits():
                            item, start = _DECODER.raw_decode(text, begin.start())
                            check_depth(item)
                    except PastLimit as error:
                        raise DataError(f"{path}: item {number + 1} {error}.") from error
                    except json.JSONDecodeError as error:
                        if _may_go_on(error):
                            break
                        raise DataError(f"{path}: not JSON after item {number} ({error.msg}).") from error
                    number += 1
                    yield item
                text = text[start:]
                if len(text) > LINE_BYTES:
                    raise DataError(f"{path}: item {number + 1} is longer than {mebibytes(LINE_BYTES)}.")
        except UnicodeDecodeError as error:
            raise DataError(f"{path}: not UTF-8 text after item {number} ({error.reason}).") from error
    if "".join(text.split()) != ("]" if number else "[]"):
        raise DataError(f"{path}: not JSON after item {number}: the array does not end.")


def _may_go_on(error: json.JSONDecodeError) -> bool:
    """Whether more text may mend it: an open string is told by its start, anything else that was cut by its end."""
    return error.msg.startswith("Unterminated") or error.pos > len(error.doc) - _LONGEST_ESCAPE
