"""What the documentation names is there: commands with their flags, files of the repository, names of the package."""

import importlib
import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import isoglot
from helpers.pages import COMMANDS, DATA, NEEDS_NETWORK, PAGES, ROOT, TAGS, blocks, name_of, outside
from isoglot.cli.app import app
from isoglot.cli.help import ANYWHERE
from isoglot.configuration import ConfigTable
from isoglot.training.config import (
    BatchConfig,
    DataConfig,
    EncoderConfig,
    LeaksConfig,
    LossConfig,
    OptimizationConfig,
    SourceConfig,
)

ROOT_COMMAND: Any = get_command(app)

_INLINE = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(r"^\s*(?:[A-Z_]+=\S+ )*isoglot (.*)")
_PROMPTED = re.compile(r"^(?:\$ |isoglot [a-z]|pip install|python |import )", re.MULTILINE)
_FILE = re.compile(r"(?<![\w./-])((?:benchmarks|recipes|studies|docs|website)/[\w./-]+\.(?:py|toml|md|json|svg|png))")
_NAME = re.compile(r"(?<![\w./-])isoglot((?:\.[A-Za-z_]\w*)+)")
_ROW = re.compile(r"^\| ((?:`[\w.]+`(?:, )?)+) \| (.*?) \|", re.MULTILINE)

_TABLES = {
    "encoder": EncoderConfig,
    "data": DataConfig,
    "leaks": LeaksConfig,
    "batch": BatchConfig,
    "optimization": OptimizationConfig,
}


def _commands(text: str) -> Iterator[str]:
    """Command lines in blocks, and those that are the whole of a code in a sentence."""
    joined = text.replace("\\\n", " ")
    for block in blocks(joined):
        yield from (match[1] for line in block.text.splitlines() if (match := _COMMAND.match(line)))
    yield from (match[1] for code in _INLINE.findall(outside(joined)) if (match := _COMMAND.match(code)))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for line in _commands(text):
        _parse(line)
    for name in _FILE.findall(text):
        assert (ROOT / name).is_file(), f"{name} is no file"
    for name in (name for name in _NAME.findall(text) if not name.endswith((".json", ".toml"))):  # those are files
        assert _resolves(name.removeprefix(".").split(".")), f"isoglot{name} is nothing"


def test_code_blocks_say_what_they_are_and_commands_how_they_run() -> None:
    """See docs/layout.md. A block without a kind, an indented one and a command in a block of output are faults."""
    tags: list[str] = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"(?:^|\n)\n {4}\S", outside(text)), f"{name_of(page)}: a block without a fence"
        for block in blocks(text):
            where = f"{name_of(page)}:{block.line}: {block.kind} {block.tag}"
            if block.kind in COMMANDS:
                assert block.tag in TAGS, where
                tags.append(block.tag)
            else:
                assert block.kind in DATA or (block.kind, block.tag) == ("text", ""), where
                assert not _PROMPTED.search(block.text), f"{where}: has a command"
    assert tags.count(NEEDS_NETWORK) <= len(tags) / 10


def test_the_page_of_training_has_every_key_with_its_default() -> None:
    tables = {key: default for name, table in _TABLES.items() for key, default in _keys(table, f"{name}.")}
    del tables["data.sources"]  # has a section of its own
    assert _told("The configuration") == {"output": None, "seed": 0, **tables, "batch.k": isoglot.Grid().k}
    assert _told("Several sources") == dict(_keys(SourceConfig))
    assert _told("The loss") == dict(_keys(LossConfig))


def _keys(table: type[ConfigTable], before: str = "") -> Iterator[tuple[str, Any]]:
    """Key -> its default; None where it is required, or where words say what it is."""
    for key, field in table.model_fields.items():
        default = None if field.is_required() else field.get_default(call_default_factory=True)
        yield f"{before}{key}", None if default == {} else default


def _told(heading: str) -> dict[str, Any]:
    """The same from the tables under a heading of docs/training.md."""
    text = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
    rows = _ROW.findall(text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0])
    return {key: _value(default) for keys, default in rows for key in re.findall(r"`([\w.]+)`", keys)}


def _value(default: str) -> Any:
    try:
        return tomllib.loads(f"value = {default}")["value"]
    except tomllib.TOMLDecodeError:
        return None


def _parse(line: str) -> None:
    """Raises a usage error for a command or a flag that is not there."""
    plain = re.split(r"\s#|[|;>]|\s&&", line)[0]
    words = [word.strip("[]") for word in shlex.split(plain) if word not in ("...", "…") and word not in ANYWHERE]
    command = ROOT_COMMAND
    while words and hasattr(command, "commands"):
        if words[0].startswith("-") or words[0] == "COMMAND":
            return
        assert words[0] in command.commands, f"isoglot {line}: no command {words[0]}"
        command = command.commands[words.pop(0)]
    flags = {flag for option in command.params for flag in (*option.opts, *option.secondary_opts)}
    for word in words:
        if word.startswith("--"):
            assert word.partition("=")[0] in flags | {"--help"}, f"isoglot {line}: no flag {word}"


def _resolves(parts: list[str]) -> bool:
    if parts[0] == "mteb" and not find_spec("mteb"):
        return True  # its classes are the library's
    found: Any = isoglot
    for number, part in enumerate(parts):
        if hasattr(found, part):
            found = getattr(found, part)
            continue
        try:
            found = importlib.import_module(".".join(["isoglot", *parts[: number + 1]]))
        except ImportError:
            return False
    return True
