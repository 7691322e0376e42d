"""What a small file must not take: all the memory, all the time, or an error that names no place."""

import gzip
import json
import tracemalloc
from pathlib import Path

import pytest

from isoglot.data.formats.naturalquestions import read_dpr
from isoglot.data.lines import json_lines, numbered_lines, read_json, whole_lines
from isoglot.errors import DataError

NINES = "9" * 5_000


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("read", [lambda path: list(numbered_lines(path)), whole_lines])
def test_a_line_that_a_small_file_unpacks_to_is_never_held_whole(tmp_path: Path, read: object) -> None:
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b"{}\n")
        for _ in range(300):
            file.write(b" " * 2**20)
    assert path.stat().st_size < 2**21
    tracemalloc.start()
    with pytest.raises(DataError, match=r"a\.jsonl\.gz: (line 2|a line) is longer than 64 MiB"):
        read(path)  # type: ignore[operator]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * 64 * 2**20


def test_a_file_of_long_lines_is_read_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", ("a" * 3_000_000 + "\n") * 3 + "end")
    assert whole_lines(path) == path.read_bytes()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (NINES, "has an integer of more than 4,300 digits"),
        ("[" * 201 + "]" * 201, "nests deeper than 200 levels"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nests deeper than 200 levels"),
    ],
)
def test_numbers_too_long_and_brackets_too_deep_are_named(tmp_path: Path, value: str, message: str) -> None:
    with pytest.raises(DataError, match=f"line 2 {message}"):
        list(json_lines(write(tmp_path / "a.jsonl", f'{{}}\n{{"a": {value}}}\n')))
    with pytest.raises(DataError, match=rf"a\.json: {message}"):
        read_json(write(tmp_path / "a.json", f'{{"a": {value}}}'))
    with pytest.raises(DataError, match=rf"b\.json: item 1 {message}"):
        read_dpr(write(tmp_path / "b.json", f'[{{"a": {value}}}]'), domain="nq")


def test_what_is_within_the_limits_is_read(tmp_path: Path) -> None:
    value = {"a": json.loads("[" * 199 + "]" * 199), "b": int("9" * 4_000)}
    text = json.dumps(value)
    assert list(json_lines(write(tmp_path / "a.jsonl", text))) == [(1, value)]
    assert read_json(write(tmp_path / "a.json", text)) == value
    assert list(json_lines(write(tmp_path / "a.jsonl", json.dumps({"a": "[" * 1_000})))) == [(1, {"a": "[" * 1_000})]


def test_a_link_that_leads_to_itself_is_named(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(DataError, match="loop: a link that leads to no file"):
        list(numbered_lines(tmp_path / "loop"))
