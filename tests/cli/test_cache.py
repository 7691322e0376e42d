import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.commandline import refusal, run
from isoglot.cache import CACHE_VARIABLE
from isoglot.encoder.store import name_encoder, vector_store


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three texts of an encoder, older ones in the layout of before, and a translation memory."""
    folder = tmp_path / "cache"
    monkeypatch.setenv(CACHE_VARIABLE, str(folder))
    digests = np.array([bytes([number] * 16) for number in range(3)], dtype="V16")
    vector_store("f" * 64, "query").add(digests, np.ones((3, 4), dtype=np.float32))
    name_encoder("f" * 64, "e5-small")
    old = folder / "embeddings" / ("0" * 16) / ("1" * 32) / "00000.npy"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"0" * 2_000)
    then = time.time() - 40 * 86_400
    for path in (old, *list(old.parents)[:2]):
        os.utime(path, (then, then))
    (folder / "translations").mkdir()
    (folder / "translations" / "memory.sqlite").write_bytes(b"1" * 3_000)
    return folder


@pytest.fixture
def unused() -> None:
    """This process does not use what it has just made."""
    from isoglot import cache

    for held in cache._HELD.values():
        os.close(held)
    cache._HELD.clear()


def test_list_shows_kinds_encoders_sizes_and_ages(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "cache", "list")
    assert code == 0
    assert "e5-small" in out
    assert "3 texts" in out
    assert "older layout" in out
    assert "5 weeks ago" in out
    assert "translations 3.0 kB" in out


def test_what_cannot_be_read_is_listed_without_its_texts(
    cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = next(cache.rglob("*.shard"))
    opened = Path.open

    def open_others(path: Path, *how: Any, **options: Any) -> Any:
        if path == refused:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *how, **options)

    monkeypatch.setattr(Path, "open", open_others)  # permissions do not stop the superuser
    code, out, _ = run(capsys, "cache", "list")
    assert (code, "e5-small" in out, "texts" in out) == (0, True, False)


def test_an_empty_cache_is_listed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, "/nowhere/at/all")
    assert run(capsys, "cache", "list")[:2] == (0, "/nowhere/at/all holds nothing.\n")
    assert run(capsys, "cache", "clear")[:2] == (0, "nothing to remove in /nowhere/at/all\n")


@pytest.mark.usefixtures("unused")
def test_clear_takes_all_but_translations_unless_they_are_named(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "cache", "clear", "--yes")
    assert (code, out.split()[0]) == (0, "removed")
    assert not any((cache / "embeddings").iterdir())
    assert (cache / "translations" / "memory.sqlite").is_file()
    assert run(capsys, "cache", "clear", "translations", "--yes")[0] == 0
    assert not (cache / "translations").exists()


def test_clear_keeps_what_was_used_since_and_what_is_in_use(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "cache", "clear", "--older-than", "30d", "--yes")[1].startswith(
        "removed 2.0 kB (embeddings 2.0 kB)"
    )
    assert [path.name for path in (cache / "embeddings").iterdir()] == ["f" * 32]
    code, out, err = run(capsys, "cache", "clear", "embeddings", "--yes")
    assert (code, out) == (0, f"removed nothing from {cache}\n")
    assert err == f"still there, because it is in use or may not be removed: {'f' * 32}\n"


def test_without_an_answer_nothing_is_removed(
    cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    assert "nobody can be asked here, and nothing was removed: Remove 2.3 kB (" in refusal(capsys, "cache", "clear")
    assert len(list((cache / "embeddings").iterdir())) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["vectors"], "'vectors' is no kind of file in the cache; the kinds are embeddings, "),
        (["--older-than", "30"], "'30' is not a time such as 30d (days), 12h (hours) or 2w (weeks)"),
        (["--older-than", "-1d"], "'-1d' is not a time"),
    ],
)
def test_what_cannot_be_cleared_is_said(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in " ".join(refusal(capsys, "cache", "clear", *arguments).split())
