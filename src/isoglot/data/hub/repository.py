"""The files of a data set of the hub, at one commit: listed, fetched, digested and held to the lock.

Files lie under ``data`` in isoglot's cache. One that is whole stays when a later one cannot be had.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isoglot.cache import cache_dir, use
from isoglot.data.hub.client import client, quiet_client
from isoglot.data.hub.faults import asked, told
from isoglot.data.hub.lock import Locked, Pin, lock_path, locked, note
from isoglot.errors import FetchError
from isoglot.files import write_json
from isoglot.progress import doing
from isoglot.wording import counted, size

_LISTING = "isoglot-listing.json"
_DIGESTED_AGAIN_BYTES = 256 << 20  # a larger file is digested when it comes, and afterwards known by its size


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A file as the hub lists it; the digest only of those it keeps apart from the others (LFS)."""

    size: int | None
    sha256: str | None


@dataclass(frozen=True, kw_only=True)
class Repository:
    """A data set at a commit.

    Attributes:
        name: ``OWNER/NAME``.
        revision: as it was asked for; ``main`` where nothing was.
        commit: the hexadecimal name of the commit.
        files: path -> what the hub says of the file.
        card: the head of its README, as JSON.
    """

    name: str
    revision: str
    commit: str
    files: Mapping[str, Listed]
    card: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Names it in the lock."""
        return f"{self.name}@{self.revision}"

    @property
    def licence(self) -> str:
        """As the card states it; empty where it does not."""
        stated = self.card.get("license")
        return ", ".join(map(str, stated)) if isinstance(stated, list) else str(stated or "")

    @property
    def folder(self) -> Path:
        """Where its files lie, or will, under the paths they have on the hub."""
        return _folder(self.name, self.commit)

    def fetch(self, paths: Iterable[str]) -> list[Path]:
        """The local paths of some of the files, fetched where need be, each of the content that the lock says.

        Raises:
            FetchError: one cannot be had, or has another size or content than the hub or the lock says; those
                before it are kept.
        """
        wanted = list(paths)
        known = locked(self.key) or Locked(commit=self.commit)
        missing = [path for path in wanted if not (self.folder / path).is_file()]
        total = sum(self.files[path].size or 0 for path in missing)
        found: dict[str, Pin] = {}
        what = f"fetching {counted(len(missing), 'files')} of {self.name} ({size(total)})" if missing else ""
        try:
            with doing(what or f"checking {self.name}"):
                for path in wanted:
                    found[path] = self._pinned(path, known.files.get(path), fresh=path in missing)
        finally:
            if new := {path: pin for path, pin in found.items() if path not in known.files}:
                note(self.key, self.commit, new)
        use(self.folder)
        return [self.folder / path for path in wanted]

    def digest(self, paths: Iterable[str]) -> str:
        """SHA-256 (hex) over the contents of files that were fetched."""
        pins = (locked(self.key) or Locked(commit=self.commit)).files
        return hashlib.sha256("\n".join(pins[path].sha256 for path in paths).encode()).hexdigest()

    def _pinned(self, path: str, pin: Pin | None, *, fresh: bool) -> Pin:
        target, listed = self.folder / path, self.files[path]
        if fresh:
            with told(f"{self.name}: {path}"), quiet_client():
                client().hf_hub_download(
                    self.name, path, repo_type="dataset", revision=self.commit, local_dir=self.folder
                )
        length = target.stat().st_size
        if pin is not None and not fresh and length == pin.size > _DIGESTED_AGAIN_BYTES:
            return pin
        with target.open("rb") as content:
            here = Pin(size=length, sha256=hashlib.file_digest(content, "sha256").hexdigest())
        if pin is not None and here != pin:
            target.unlink()
            raise FetchError(
                f"{self.name}: {path} at commit {self.commit} has {here.size:,} bytes with SHA-256 {here.sha256}, but "
                f"{lock_path()} holds it to {pin.size:,} bytes with SHA-256 {pin.sha256}: run again to fetch it anew, "
                f'or remove the table "{self.key}" there to take what the hub has now.'
            )
        said = (listed.size, listed.sha256 or here.sha256)
        if listed.size is not None and said != (here.size, here.sha256):
            target.unlink()
            raise FetchError(
                f"{self.name}: {path} came with {here.size:,} bytes and SHA-256 {here.sha256}, but the hub lists "
                f"{listed.size:,} bytes{f' and SHA-256 {listed.sha256}' if listed.sha256 else ''}: run again to fetch "
                "it anew; what else was fetched is kept."
            )
        return here


def open_repository(name: str, revision: str | None = None) -> Repository:
    """A data set at the commit that the lock says, or else at what a revision is now.

    Nothing is asked of the hub where the lock has a commit whose list of files is in the cache.

    Args:
        name: ``OWNER/NAME``.
        revision: a branch, tag or commit; the main branch if None.

    Raises:
        FetchError: the hub cannot be reached, has no such data set or revision, or wants a login.
    """
    asked_for = revision or "main"
    known = locked(f"{name}@{asked_for}")
    if known is not None and (kept := _kept(name, known.commit)) is not None:
        return Repository(name=name, revision=asked_for, commit=known.commit, **kept)
    gone = (
        f"{lock_path()} holds {name}@{asked_for} to the commit {known.commit}, which the hub has no more: remove that "
        "table to take what is there now"
        if known is not None
        else f"{name}: the hub has no revision {asked_for!r}; name another, or leave @REVISION out"
    )
    with doing(f"asking the hub for {name}"), told(name, revision_gone=gone):
        info = asked(
            lambda: client().dataset_info(
                name, revision=known.commit if known else revision, files_metadata=True, timeout=30
            )
        )
    files = {
        of.rfilename: {"size": of.size, "sha256": of.lfs.sha256 if of.lfs is not None else None}
        for of in info.siblings or []
        if not {"..", ""} & set(of.rfilename.split("/"))  # no way out of the folder, whoever runs the hub
    }
    card: dict[str, Any] = dict(info.card_data.__dict__) if info.card_data is not None else {}
    listing = {"files": files, "card": json.loads(json.dumps(card, default=str))}
    write_json(listing, _folder(name, str(info.sha)) / _LISTING)
    return Repository(name=name, revision=asked_for, commit=str(info.sha), **_read(listing))


def _kept(name: str, commit: str) -> dict[str, Any] | None:
    path = _folder(name, commit) / _LISTING
    if not path.is_file():
        return None
    return _read(json.loads(path.read_text(encoding="utf-8")))


def _read(listing: Mapping[str, Any]) -> dict[str, Any]:
    return {"files": {path: Listed(**of) for path, of in listing["files"].items()}, "card": listing["card"]}


def _folder(name: str, commit: str) -> Path:
    return cache_dir() / "data" / f"hf--{name.replace('/', '--')}--{commit[:12]}"
