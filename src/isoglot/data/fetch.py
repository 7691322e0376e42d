"""Downloads of pinned files: what is returned has the SHA-256 asked for, whatever the network did."""

import errno
import hashlib
import http.client
import os
import re
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, urlsplit

from filelock import FileLock
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from isoglot.cache import CACHE_VARIABLE, cache_dir, use
from isoglot.data.logins import split_login
from isoglot.errors import FetchError
from isoglot.foreseen import Foreseen

MIRROR_VARIABLE = "ISOGLOT_MIRROR"

_TRIES = 3
_FIRST_WAIT_S = 1.0  # between the first and the second try; doubled after each
_TIMEOUT_S = 30.0  # to connect, and for each read
_CHUNK_BYTES = 1 << 16
_PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)  # besides 5xx


@dataclass(frozen=True)
class RemoteFile:
    """A file of known bytes.

    Attributes:
        path: where it lies below a mirror's root and below the cache: "lareqa/xquad-r/en.json".
        sha256: of its bytes, in lower-case hexadecimal.
        size: in bytes.
        url: its official source; None where it has no public one and only a mirror can hold it.
    """

    path: str
    sha256: str
    size: int
    url: str | None


def fetch(file: RemoteFile, *, cache: Path | None = None, mirror: str | None = None, progress: bool = True) -> Path:
    """The local path of `file`, its SHA-256 verified by this call; downloads it where need be.

    A file in a mirror folder is used where it lies. Anything else is kept in `cache`, downloaded through
    `<name>.part`, which a later call resumes; of several processes one downloads and the others wait for it.

    Args:
        file: what to fetch.
        cache: root of the downloads; `cache_dir() / "data"` if None.
        mirror: a folder, or an http(s) or file URL, that replaces the official source; ISOGLOT_MIRROR if
            None, no mirror if empty. A URL may have a login, which no message shows.
        progress: show a bar on stderr, where that is a terminal.

    Raises:
        FetchError: there is no source, it lacks the file or has other bytes, the download could not be
            completed, or the disk does not take it.
    """
    mirror = os.environ.get(MIRROR_VARIABLE, "") if mirror is None else mirror
    root = cache_dir() / "data" if cache is None else cache
    target = root / file.path
    try:
        if mirror and (folder := _mirror_folder(mirror)) is not None:
            return _in_place(file, folder)
        if not _is_intact(target, file):
            url, remedy = _source(file, mirror)
            with FileLock(_lock_path(root, file)):
                if not _is_intact(target, file):  # another process may have brought it meanwhile
                    _bring(file, target, url=url, remedy=remedy, progress=progress)
    except OSError as error:  # the network's faults are sorted out below: what is left is the disk's
        raise FetchError(_disk_fault(error, file, root)) from error
    if cache is None and not use(target):  # cleared since
        return fetch(file, mirror=mirror, progress=progress)
    return target


def foresee_file(file: RemoteFile) -> Foreseen:
    """Whether a file is where :func:`fetch` would take it from, by its size alone, or where it would come from."""
    mirror = os.environ.get(MIRROR_VARIABLE, "")
    try:
        folder = _mirror_folder(mirror) if mirror else None
        path = (cache_dir() / "data" if folder is None else folder) / file.path
        here = path.is_file() and path.stat().st_size == file.size
        if folder is not None and not here:
            _in_place(file, folder)  # which says why not
        elif not here:
            _source(file, mirror)
    except FetchError as error:
        return Foreseen(name=file.path, where="missing", size=file.size, reason=str(error))
    return Foreseen(name=file.path, where="here" if here else "to fetch", size=file.size)


def _mirror_folder(mirror: str) -> Path | None:
    """The folder that `mirror` names, None if it names a web address."""
    try:
        parts = urlsplit(mirror)
    except ValueError as error:
        raise FetchError(f"The mirror {mirror} is not an address ({error}): correct {MIRROR_VARIABLE}.") from error
    if parts.scheme in ("http", "https"):
        return None
    return Path(urllib.request.url2pathname(parts.path) if parts.scheme == "file" else mirror).expanduser()


def _in_place(file: RemoteFile, folder: Path) -> Path:
    path = folder / file.path
    if not folder.is_dir():
        raise FetchError(f"The mirror {folder} is not a folder: correct it{_or_without_mirror(file)}.")
    if not path.is_file():
        raise FetchError(f"The mirror {folder} has no {file.path}: copy it there{_or_without_mirror(file)}.")
    if not _is_intact(path, file):
        raise FetchError(
            f"{path} is damaged or another version: expected SHA-256 {file.sha256}, got {_sha256(path)}; "
            f"put the right file there{_or_without_mirror(file)}."
        )
    return path


def _source(file: RemoteFile, mirror: str) -> tuple[str, str]:
    """The URL to download from, and what the user can do where the file is not there."""
    if mirror:
        return f"{mirror.rstrip('/')}/{quote(file.path)}", f"copy {file.path} there{_or_without_mirror(file)}"
    if file.url is None:
        raise FetchError(
            f"{file.path} has no public source and is not whole in the cache: "
            f"set {MIRROR_VARIABLE} to a folder or URL that holds it."
        )
    return file.url, f"set {MIRROR_VARIABLE} to a folder or URL that holds {file.path}"


def _or_without_mirror(file: RemoteFile) -> str:
    return f", or unset {MIRROR_VARIABLE} to download it from its official source" if file.url else ""


def _lock_path(root: Path, file: RemoteFile) -> Path:
    folder = root / ".locks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{file.path.replace('/', '--')}.lock"


def _bring(file: RemoteFile, target: Path, *, url: str, remedy: str, progress: bool) -> None:
    """Downloads `file` and puts it at `target`, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    with _progress(shown=progress) as bar:
        task = bar.add_task(file.path, total=file.size)
        _Download(file=file, url=url, remedy=remedy, part=part, bar=bar, task=task).complete()
    with part.open("r+b") as whole:
        os.fsync(whole.fileno())
        received = os.fstat(whole.fileno()).st_size
        actual = hashlib.file_digest(whole, "sha256").hexdigest()
    if actual != file.sha256:
        part.unlink()
        raise FetchError(
            f"{file.path} from {url} is not the file that was asked for: expected {file.size:,} bytes with "
            f"SHA-256 {file.sha256}, got {received:,} bytes with SHA-256 {actual}; run again to download it "
            f"from the start, and if that does not help, {remedy}."
        )
    os.replace(part, target)


def _progress(*, shown: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not (shown and sys.stderr.isatty()),
    )


class _Interrupted(Exception):
    """A fault that another try may cure; its text is the reason."""


@dataclass(frozen=True, kw_only=True)
class _Download:
    """`file` on its way from `url` into `part`; `remedy` is what to do where `url` does not have it."""

    file: RemoteFile
    url: str
    remedy: str
    part: Path
    bar: Progress
    task: TaskID

    def complete(self) -> None:
        """Fills `part`, in as many tries as are allowed; its bytes are not checked here."""
        for attempt in range(_TRIES):
            if attempt:
                time.sleep(_FIRST_WAIT_S * 2 ** (attempt - 1))
            try:
                self._receive()
                return
            except _Interrupted as error:
                fault = error
        arrived = self._arrived()
        if arrived == 0:
            raise FetchError(
                f"{self.file.path} could not be downloaded from {self.url} in {_TRIES} tries ({fault}), "
                f"0 of {self.file.size:,} bytes arrived: check the network and run again, or {self.remedy}."
            ) from fault
        raise FetchError(
            f"{arrived:,} of {self.file.size:,} bytes of {self.file.path} arrived from {self.url} in "
            f"{_TRIES} tries ({fault}); running again resumes there."
        ) from fault

    def _arrived(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _receive(self) -> None:
        """One request for what `part` lacks."""
        start = self._arrived()
        if 0 < start == self.file.size:  # an earlier run ended between the last byte and the check
            return
        with self._open(start) as response:
            first = _first_byte(response)
            if first not in (0, start):
                self._restart("the server sent another range than was asked for")
            length = response.headers["Content-Length"]
            end = self.file.size if length is None else first + int(length)
            here = first  # 0 from a server that knows no ranges: it begins anew, and so does the file
            self.bar.reset(self.task, completed=here)
            with self.part.open("ab" if here else "wb") as out:
                for chunk in _chunks(response):
                    out.write(chunk)
                    here += len(chunk)
                    self.bar.update(self.task, completed=here)
                    if here > self.file.size:  # not our file: the check says so, without the rest of it
                        return
        if here < end:
            raise _Interrupted("the connection closed early")

    def _open(self, start: int) -> http.client.HTTPResponse:
        headers = {"User-Agent": "isoglot"} | ({"Range": f"bytes={start}-"} if start else {})
        url, login = split_login(self.url)
        request = urllib.request.Request(url, headers=headers)
        for name, value in login.items():  # not sent on to where the server redirects
            request.add_unredirected_header(name, value)
        try:
            response: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=_TIMEOUT_S)
            return response
        except urllib.error.HTTPError as error:
            error.close()
            status = f"HTTP {error.code} {error.reason}".rstrip()
            if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                self._restart(status)
            if error.code >= 500 or error.code in _PASSING:
                raise _Interrupted(status) from error
            raise FetchError(f"{self.url} cannot be had ({status}): {self.remedy}.") from error
        except (OSError, http.client.HTTPException) as error:
            raise _Interrupted(_reason(error)) from error

    def _restart(self, reason: str) -> None:
        """Gives up a `part` that is no beginning of what the server has; the next try takes it whole."""
        self.part.unlink(missing_ok=True)
        raise _Interrupted(reason)


def _first_byte(response: http.client.HTTPResponse) -> int:
    """The offset in the file of the body's first byte; -1 if the server does not say."""
    if response.status != HTTPStatus.PARTIAL_CONTENT:
        return 0
    match = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return int(match[1]) if match else -1


def _chunks(response: http.client.HTTPResponse) -> Iterator[bytes]:
    """The body as it arrives: read1 does not hold bytes back that a fault would then lose."""
    while True:
        try:
            chunk = response.read1(_CHUNK_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise _Interrupted(_reason(error)) from error
        if not chunk:
            return
        yield chunk


def _reason(error: Exception) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    return (cause.strerror if isinstance(cause, OSError) else None) or str(cause) or type(cause).__name__


def _is_intact(path: Path, file: RemoteFile) -> bool:
    return path.is_file() and path.stat().st_size == file.size and _sha256(path) == file.sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _disk_fault(error: OSError, file: RemoteFile, root: Path) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"The disk is full: {file.path} needs {file.size:,} bytes in {root}; free some space, or set "
            f"{CACHE_VARIABLE} to a folder on another disk, and run again."
        )
    return (
        f"{file.path} cannot be fetched because {error.filename or root} cannot be used "
        f"({error.strerror or error}): check its permissions, or choose another folder with {CACHE_VARIABLE}."
    )
