"""The lock file: what is written is read, by several data sets, and what is none is said."""

import pytest

from helpers.hub import Hub
from isoglot.data.hub.lock import Locked, Pin, accept, is_accepted, lock_path, locked, note
from isoglot.errors import DataError


def test_files_are_added_and_a_new_commit_begins_anew(hub: Hub) -> None:
    assert locked("zoo/birds@main") is None
    note("zoo/birds@main", "c1", {'odd "name" ü.jsonl': Pin(size=1, sha256="aa")})
    note("zoo/fish@refs/convert/parquet", "d1", {})
    accept("newsqa")
    note("zoo/birds@main", "c1", {"b": Pin(size=2, sha256="bb")})
    found = locked("zoo/birds@main")
    assert found == Locked(
        commit="c1", files={'odd "name" ü.jsonl': Pin(size=1, sha256="aa"), "b": Pin(size=2, sha256="bb")}
    )
    assert locked("zoo/fish@refs/convert/parquet") == Locked(commit="d1")
    note("zoo/birds@main", "c2", {})
    assert locked("zoo/birds@main") == Locked(commit="c2")
    assert is_accepted("newsqa")
    assert not is_accepted("mmarco")


@pytest.mark.parametrize("content", ["not toml", '["a/b@main"]\nfiles = 1', '["a/b@main"]\ncommit = "c"\n[x]'])
def test_what_is_no_lock_is_said_by_its_path(hub: Hub, content: str) -> None:
    lock_path().parent.mkdir(parents=True, exist_ok=True)
    lock_path().write_text(content)
    with pytest.raises(DataError, match=r"isoglot\.lock\.toml: not a lock file of isoglot"):
        locked("a/b@main")
