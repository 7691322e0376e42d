"""The named data sets: consistent in themselves, and true to the official bytes where those are at hand."""

import hashlib
from pathlib import Path

import pytest

from isoglot.data import registry
from isoglot.data.entry import Entry
from isoglot.data.fetch import RemoteFile
from isoglot.data.registry import accept, available, check_training, files, find, paths
from isoglot.data.sample import is_sample, load_sample
from isoglot.errors import DataError, FetchError


def test_every_file_is_pinned_and_named_once() -> None:
    pinned = [file for entry in available() for file in entry.files]
    assert len({file.path for file in pinned}) == len({file.sha256 for file in pinned}) == len(pinned)
    assert all(len(bytes.fromhex(file.sha256)) == 32 and file.size > 0 for file in pinned)
    assert len({entry.name for entry in available()}) == len(available())


@pytest.mark.parametrize("entry", available(), ids=lambda entry: entry.name)
def test_a_language_has_its_own_file_or_shares_the_only_one(entry: Entry) -> None:
    assert len(set(entry.languages)) == len(entry.languages)
    if len(entry.files) > 1:
        assert len(entry.files) == len(entry.languages)
        assert all(entry.file(language).path.endswith(f"/{language}.json") for language in entry.languages)
        assert all(entry.file(language).url.endswith(f"/{language}.json") for language in entry.languages)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "hint"), [("XQuAD", "mean xquad-r"), ("mlqa_r", "mean mlqa-r"), ("squads", "mean squad")]
)
def test_an_unknown_name_is_told_what_comes_close(name: str, hint: str) -> None:
    with pytest.raises(DataError, match=f"'{name}'.*{hint}.*isoglot data list"):
        find(name)


@pytest.mark.parametrize("entry", available(), ids=lambda entry: entry.name)
def test_every_set_has_a_public_source_or_says_how_to_make_its_like(entry: Entry) -> None:
    assert entry.source in ("built in", "official", "hub") or entry.public
    if entry.recipe is not None:
        assert not entry.files
        assert "layout not verified" in entry.use


@pytest.fixture
def small_mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mirror of two small data sets: `split`, whose German file is missing, and `joint`."""

    def entry(name: str, *paths: str) -> Entry:
        pins = tuple(RemoteFile(path, hashlib.sha256(path.encode()).hexdigest(), len(path), None) for path in paths)
        return Entry(
            name=name,
            title="",
            kind="parallel",
            languages=("de", "fi"),
            licence="",
            use="",
            homepage="",
            files=pins,
        )

    monkeypatch.setattr(registry, "ENTRIES", (entry("split", "de.json", "fi.json"), entry("joint", "all.gz")))
    monkeypatch.setenv("ISOGLOT_MIRROR", str(tmp_path))
    for held in ("fi.json", "all.gz"):
        (tmp_path / held).write_text(held)
    return tmp_path


def test_files_fetches_what_was_asked_for_and_no_more(small_mirror: Path) -> None:
    assert files("split", languages=["fi"]) == {"fi": small_mirror / "fi.json"}
    assert files("joint") == {"de": small_mirror / "all.gz", "fi": small_mirror / "all.gz"}
    assert files("joint", languages=[]) == {}
    with pytest.raises(FetchError, match=r"de\.json"):
        files("split")
    with pytest.raises(DataError, match=r"split has nothing in sv; its languages are .*de, fi"):
        files("split", languages=["sv"])


@pytest.mark.parametrize("entry", [entry for entry in available() if entry.files], ids=lambda entry: entry.name)
def test_the_mirror_at_hand_has_the_pinned_bytes(entry: Entry, mirror: Path) -> None:
    assert files(entry.name) == {language: mirror / entry.file(language).path for language in entry.languages}


def test_the_sample_is_a_data_set_of_the_list() -> None:
    entry = find("sample/test")
    assert entry is find("sample")
    assert all(map(is_sample, entry.names))
    assert entry.languages == load_sample().languages
    assert files("sample") == {}
    assert [path.name for path in paths("sample")] == ["train.jsonl", "test.jsonl"]
    assert sum(len(path.read_text("utf-8").splitlines()) for path in paths("sample")) == len(load_sample())


def test_paths_are_the_files_each_once(small_mirror: Path) -> None:
    assert paths("joint") == (small_mirror / "all.gz",)
    assert paths("split", languages=["fi"]) == (small_mirror / "fi.json",)


def test_a_joined_set_has_members_with_its_parts_and_languages() -> None:
    for entry in available():
        members = [find(member) for member in entry.members]
        if not members:
            continue
        assert set(entry.languages) == {language for member in members for language in member.languages}
        assert set(entry.leaks) == {leak for member in members for leak in member.leaks}
        assert len({frozenset(member.parts) for member in members}) == 1
        assert files(entry.name) == {}
        assert paths(entry.name, languages=[]) == ()


@pytest.mark.parametrize("source", ["squadshifts-reddit", "squadshifts-reddit@en", "squadshifts/dev"])
def test_what_is_for_evaluation_is_trained_on_by_who_answers_for_it(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISOGLOT_LOCK", str(tmp_path / "isoglot.lock.toml"))
    name = find(source.partition("@")[0]).name
    with pytest.raises(DataError, match=f"for evaluation only.*--accept-licence {name}`"):
        check_training(source)
    accept(name)
    check_training(source)


def test_what_is_no_such_data_is_trained_on() -> None:
    check_training("squad/train@en")
    check_training("pairs.jsonl")
    check_training({"en": "squadshifts-reddit"})
