"""Files of the hub: held to the lock, whole or not there, and every fault one sentence."""

import shutil
from pathlib import Path

import pytest
from huggingface_hub.utils import close_session

from helpers.hub import TOKEN, Hub
from isoglot.data.hub.lock import lock_path, locked
from isoglot.data.hub.repository import Repository, open_repository
from isoglot.errors import FetchError

SMALL, LARGE = "small " * 20, "large " * 2_000


@pytest.fixture
def birds(hub: Hub) -> Hub:
    hub.put("zoo/birds", {"a.jsonl": SMALL, "b.jsonl": LARGE})
    return hub


def texts(repository: Repository) -> list[str]:
    return [path.read_text() for path in repository.fetch(["a.jsonl", "b.jsonl"])]


def test_a_later_run_takes_what_the_first_one_took_and_asks_nothing(birds: Hub) -> None:
    first = open_repository("zoo/birds")
    assert texts(first) == [SMALL, LARGE]
    birds.put("zoo/birds", {"a.jsonl": "other", "b.jsonl": "other"})
    asked = len(birds.asked)
    assert texts(open_repository("zoo/birds")) == [SMALL, LARGE]
    assert len(birds.asked) == asked
    shutil.rmtree(first.folder)  # the lock outlives the cache
    assert texts(open_repository("zoo/birds")) == [SMALL, LARGE]
    lock_path().unlink()
    assert texts(open_repository("zoo/birds")) == ["other", "other"]


def test_the_lock_says_commit_size_and_digest_and_may_lie_elsewhere(
    birds: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISOGLOT_LOCK", str(tmp_path / "study.lock.toml"))
    of = open_repository("zoo/birds")
    texts(of)
    found = locked("zoo/birds@main")
    assert found is not None
    assert found.commit == of.commit == birds.revisions["zoo/birds"]["main"].sha
    assert {path: pin.size for path, pin in found.files.items()} == {"a.jsonl": len(SMALL), "b.jsonl": len(LARGE)}
    assert found.files["b.jsonl"].sha256 == of.files["b.jsonl"].sha256
    assert (tmp_path / "study.lock.toml").is_file()


def test_other_content_under_the_same_pin_is_refused(birds: Hub) -> None:
    of = open_repository("zoo/birds")
    path = of.fetch(["a.jsonl"])[0]
    path.write_text("tampered with")
    with pytest.raises(FetchError, match=r"a\.jsonl at commit .* but .*isoglot\.lock\.toml holds it to 120 bytes"):
        of.fetch(["a.jsonl"])
    assert of.fetch(["a.jsonl"])[0].read_text() == SMALL
    files = dict(birds.revisions["zoo/birds"]["main"].files) | {"a.jsonl": b"rewritten"}
    commit = birds.put("zoo/birds", files)
    birds.revisions["zoo/birds"][of.commit] = commit
    shutil.rmtree(of.folder)
    with pytest.raises(FetchError, match="holds it to 120 bytes"):
        open_repository("zoo/birds").fetch(["a.jsonl"])


def test_a_large_file_is_known_by_its_size(birds: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isoglot.data.hub.repository._DIGESTED_AGAIN_BYTES", 1_000)
    of = open_repository("zoo/birds")
    (path,) = of.fetch(["b.jsonl"])
    path.write_text(LARGE.replace("l", "L"))
    assert of.fetch(["b.jsonl"]) == [path]
    path.write_text(LARGE + "more")
    with pytest.raises(FetchError, match="holds it to 12,000 bytes"):
        of.fetch(["b.jsonl"])


def test_a_path_that_leads_out_of_the_folder_is_no_file(hub: Hub) -> None:
    hub.put("zoo/birds", {"a.jsonl": SMALL, "../../out.jsonl": "out", "/etc/out.jsonl": "out"})
    assert set(open_repository("zoo/birds").files) == {"a.jsonl"}


def test_a_commit_that_is_gone_is_said_with_the_lock_to_change(birds: Hub) -> None:
    of = open_repository("zoo/birds")
    of.fetch(["a.jsonl"])
    birds.put("zoo/birds", {"a.jsonl": "other"})
    birds.gone("zoo/birds", of.commit)
    assert of.fetch(["a.jsonl"])[0].read_text() == SMALL  # what was fetched still serves
    shutil.rmtree(of.folder)
    with pytest.raises(FetchError, match=f"holds zoo/birds@main to the commit {of.commit}, which the hub has no more"):
        open_repository("zoo/birds")
    with pytest.raises(FetchError, match="no revision 'v2'; name another"):
        open_repository("zoo/birds", "v2")


def test_offline_what_was_read_is_read_and_the_rest_is_said(birds: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    open_repository("zoo/birds").fetch(["a.jsonl"])
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)  # the variable is read on import
    close_session()  # the client looks at it when it is made
    of = open_repository("zoo/birds")
    assert of.fetch(["a.jsonl"])[0].read_text() == SMALL
    with pytest.raises(FetchError, match=r"b\.jsonl: not in the cache, and HF_HUB_OFFLINE is set"):
        of.fetch(["b.jsonl"])
    monkeypatch.undo()
    close_session()


def test_a_cut_connection_is_made_again(birds: Hub) -> None:
    birds.faults["GET /elsewhere"] = [("cut", 5_000), ("cut", 0)]
    assert texts(open_repository("zoo/birds")) == [SMALL, LARGE]
    assert len([path for _, path, _ in birds.asked if "elsewhere" in path]) == 3


def test_what_is_cut_for_good_leaves_the_files_before_it(birds: Hub) -> None:
    of = open_repository("zoo/birds")
    birds.faults["GET /elsewhere"] = [("cut", 0)] * 20
    with pytest.raises(FetchError, match=r"zoo/birds: b\.jsonl: could not be fetched .*; what was fetched is kept"):
        texts(of)
    assert [path.name for path in of.folder.glob("*.jsonl")] == ["a.jsonl"]
    assert set(locked("zoo/birds@main").files) == {"a.jsonl"}  # type: ignore[union-attr]
    birds.faults.clear()
    asked = len(birds.asked)
    assert texts(of) == [SMALL, LARGE]
    assert not [path for _, path, _ in birds.asked[asked:] if "a.jsonl" in path]


@pytest.mark.parametrize("requests", ["GET /datasets", "/datasets"])  # the body alone, or what is said of it as well
def test_a_wrong_size_is_refused_and_not_kept(birds: Hub, requests: str) -> None:
    of = open_repository("zoo/birds")
    birds.faults[requests] = [("size", 20)] * 2
    with pytest.raises(FetchError, match=r"zoo/birds: a\.jsonl"):
        of.fetch(["a.jsonl"])
    birds.faults.clear()
    assert of.fetch(["a.jsonl"])[0].read_text() == SMALL


def test_a_login_is_asked_for_by_the_name_of_its_variable(birds: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    birds.closed.add("zoo/birds")
    with pytest.raises(FetchError, match=r"zoo/birds: the hub wants a login, .* set HF_TOKEN"):
        open_repository("zoo/birds")
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    of = open_repository("zoo/birds")
    monkeypatch.delenv("HF_TOKEN")
    with pytest.raises(FetchError, match=r"a\.jsonl: .*terms.* set HF_TOKEN"):
        of.fetch(["a.jsonl"])


def test_a_busy_hub_is_asked_again(birds: Hub) -> None:
    birds.faults["GET /api/datasets"] = [429, 503]
    assert open_repository("zoo/birds").files
    shutil.rmtree(open_repository("zoo/birds").folder)
    birds.faults["GET /api/datasets"] = [429] * 10
    with pytest.raises(FetchError, match="no more requests from here for now"):
        open_repository("zoo/birds")


def test_a_hub_that_is_away_or_has_none_of_the_name(birds: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with pytest.raises(FetchError, match="zoo/fish: the hub has none of this name"):
        open_repository("zoo/fish")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(FetchError, match=r"zoo/birds: could not be fetched .*: check the network and HF_ENDPOINT"):
        open_repository("zoo/birds")
