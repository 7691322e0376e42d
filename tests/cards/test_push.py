import shutil
from pathlib import Path

import pytest

from helpers.hub import TOKEN, Hub
from isoglot.cards.card import card
from isoglot.cards.push import push
from isoglot.errors import EncoderError, FetchError


@pytest.fixture
def model(tiny_encoder: Path, tmp_path: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    return Path(shutil.copytree(tiny_encoder, tmp_path / "model"))


def test_a_folder_with_its_card_is_sent_and_nothing_in_a_dry_run(model: Path, hub: Hub) -> None:
    with pytest.raises(EncoderError, match=r"has no README\.md: write its card first"):
        push(model, "me/tiny")
    card(model, name="me/tiny")
    (model / ".cache").mkdir()
    (model / ".cache" / "left").write_text("no part of it")
    would = push(model, "me/tiny", dry_run=True)
    assert would.url is None
    assert not hub.asked
    sent = push(model, "me/tiny")
    there = hub.revisions["me/tiny"]["main"]
    assert sent.url == f"{hub.url}/me/tiny/commit/{there.sha}"
    assert hub.made == {"me/tiny": True}
    assert {path: len(content) for path, content in there.files.items()} == sent.files == would.files
    assert there.files["README.md"] == (model / "README.md").read_bytes()
    push(model, "me/tiny", public=True)
    assert hub.made == {"me/tiny": False}


def test_a_hub_that_refuses_is_one_sentence(model: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    card(model)
    hub.faults["/commit/"] = [403]
    with pytest.raises(FetchError, match=r"me/tiny: the hub refuses .*set HF_TOKEN to a token that may write"):
        push(model, "me/tiny")
    assert "me/tiny" not in hub.revisions
    with pytest.raises(FetchError, match="no/such/name"):
        push(model, "no/such/name")
    monkeypatch.setenv("HF_TOKEN", "hf_of_nobody")
    with pytest.raises(FetchError, match=r"me/tiny: the hub refuses .*set HF_TOKEN"):
        push(model, "me/tiny")
