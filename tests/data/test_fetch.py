"""Downloads against a server on this machine that breaks off, errs and lies as it is told."""

import hashlib
import io
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isoglot.data import fetch as module
from isoglot.data.fetch import RemoteFile, fetch
from isoglot.errors import FetchError

CONTENT = bytes(range(256)) * 700  # more than one read of the client
Fault = HTTPStatus | int | Literal["reset"]  # int: the body is cut there


@dataclass
class Source:
    """What the server holds, how the next requests go wrong, and what it has seen."""

    url: str
    content: bytes = CONTENT
    ranges: bool = True
    pause_s: float = 0.0
    faults: list[Fault] = field(default_factory=list)
    asked: list[tuple[str, str | None]] = field(default_factory=list)  # path, Range
    logins: list[str | None] = field(default_factory=list)
    written: int = 0  # bytes of bodies
    writing: threading.Lock = field(default_factory=threading.Lock)

    @property
    def served(self) -> int:
        """The bytes written; waits for the server, from which a client may have them before they are counted."""
        with self.writing:
            return self.written

    def file(self, path: str = "set/en.json") -> RemoteFile:
        """What the server holds now, pinned."""
        sha256 = hashlib.sha256(self.content).hexdigest()
        return RemoteFile(path, sha256, len(self.content), f"{self.url}/official.json")


class Handler(BaseHTTPRequestHandler):
    source: Source

    def do_GET(self) -> None:
        source = self.source
        fault = source.faults.pop(0) if source.faults else None
        wanted = self.headers["Range"]
        source.asked.append((self.path, wanted))
        source.logins.append(self.headers["Authorization"])
        time.sleep(source.pause_s)
        if isinstance(fault, HTTPStatus):
            self.send_error(fault)
            return
        if fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and source.ranges else 0
        if start and start >= len(source.content):
            self.send_error(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            return
        body = source.content[start:]
        self.send_response(HTTPStatus.PARTIAL_CONTENT if start else HTTPStatus.OK)
        self.send_header("Content-Length", str(len(body)))
        if start:
            last = len(source.content) - 1
            self.send_header("Content-Range", f"bytes {start}-{last}/{len(source.content)}")
        self.end_headers()
        with source.writing:
            self.wfile.write(body[:fault])
            source.written += len(body[:fault])

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the test's output clean."""


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_FIRST_WAIT_S", 0.0)
        patch.setenv("no_proxy", "*")
        patch.delenv("ISOGLOT_MIRROR", raising=False)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def serve(server: ThreadingHTTPServer, **changes: object) -> Source:
    Handler.source = Source(f"http://127.0.0.1:{server.server_port}", **changes)  # type: ignore[arg-type]
    return Handler.source


@pytest.fixture
def source(server: ThreadingHTTPServer) -> Source:
    return serve(server)


def left_in(folder: Path) -> set[str]:
    """Names of the files in a cache, without its locks."""
    return {path.name for path in folder.rglob("*") if path.is_file() and ".locks" not in path.parts}


@settings(max_examples=60, deadline=None)
@given(
    content=st.binary(max_size=4000),
    have=st.integers(0, 5000),
    cuts=st.lists(st.integers(0, 4000), max_size=2),
    ranges=st.booleans(),
)
def test_whatever_breaks_off_the_file_equals_its_source(
    server: ThreadingHTTPServer, content: bytes, have: int, cuts: list[int], ranges: bool
) -> None:
    source = serve(server, content=content, ranges=ranges, faults=list(cuts))
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder, "set", "en.json.part")
        part.parent.mkdir()
        part.write_bytes((content + b"?" * 9000)[:have])  # beyond the end: the rest of some other version
        path = fetch(source.file(), cache=Path(folder))
        assert path.read_bytes() == content
        assert left_in(Path(folder)) == {"en.json"}
    if ranges:
        assert source.served == len(content) - (have if have <= len(content) else 0)


def test_resuming_asks_for_the_rest_only(source: Source, tmp_path: Path) -> None:
    source.faults = [70_000, HTTPStatus.NOT_FOUND]
    with pytest.raises(FetchError):
        fetch(source.file(), cache=tmp_path)
    assert left_in(tmp_path) == {"en.json.part"}
    assert fetch(source.file(), cache=tmp_path).read_bytes() == CONTENT
    assert [wanted for _, wanted in source.asked] == [None, "bytes=70000-", "bytes=70000-"]
    assert source.served == len(CONTENT)


@pytest.mark.parametrize("fault", [HTTPStatus.BAD_GATEWAY, HTTPStatus.TOO_MANY_REQUESTS, "reset", 0, 70_000])
def test_passing_faults_are_tried_again(source: Source, tmp_path: Path, fault: Fault) -> None:
    source.faults = [fault, fault]
    assert fetch(source.file(), cache=tmp_path).read_bytes() == CONTENT
    assert len(source.asked) == 3


@pytest.mark.parametrize(
    ("faults", "message"),
    [([9, 9, 9], "27 of 179,200 bytes.*running again resumes"), ([0, 0, 0], "0 of 179,200")],
)
def test_what_stays_cut_off_says_how_much_arrived(
    source: Source, tmp_path: Path, faults: list[int], message: str
) -> None:
    source.faults = list(faults)
    with pytest.raises(FetchError, match=message):
        fetch(source.file(), cache=tmp_path)
    assert len(source.asked) == 3


def test_a_part_that_the_server_refuses_is_begun_again(source: Source, tmp_path: Path) -> None:
    file = source.file()
    part = tmp_path / f"{file.path}.part"
    part.parent.mkdir()
    part.write_bytes(b"x" * 10)
    source.faults = [HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE]
    assert fetch(file, cache=tmp_path).read_bytes() == CONTENT
    assert [wanted for _, wanted in source.asked] == ["bytes=10-", None]


@pytest.mark.parametrize("wrong", [CONTENT[:-1] + b"!", CONTENT[:-1], CONTENT + b"!", b"<html>sign in</html>", b""])
def test_other_bytes_are_refused_and_leave_nothing(source: Source, tmp_path: Path, wrong: bytes) -> None:
    file = source.file()
    source.content = wrong
    with pytest.raises(FetchError) as caught:
        fetch(file, cache=tmp_path)
    for told in (file.path, file.sha256, hashlib.sha256(wrong).hexdigest(), "run again"):
        assert told in str(caught.value)
    assert left_in(tmp_path) == set()
    assert len(source.asked) == 1


def test_a_body_without_end_is_not_read_to_its_end(source: Source, tmp_path: Path) -> None:
    file = source.file()
    source.content = CONTENT * 200  # more than the sockets between the two can hold
    with pytest.raises(FetchError, match=file.sha256):
        fetch(file, cache=tmp_path)
    assert source.served == 0  # the server was left before it had written all


def test_a_damaged_file_in_the_cache_is_fetched_again(source: Source, tmp_path: Path) -> None:
    path = fetch(source.file(), cache=tmp_path)
    assert fetch(source.file(), cache=tmp_path) == path
    assert len(source.asked) == 1
    path.write_bytes(CONTENT[:-1] + b"!")
    assert fetch(source.file(), cache=tmp_path).read_bytes() == CONTENT
    assert len(source.asked) == 2


def test_a_mirror_folder_is_used_in_place(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror, cache, file = tmp_path / "a mirror", tmp_path / "cache", source.file()
    held = mirror / file.path
    with pytest.raises(FetchError, match="is not a folder"):
        fetch(file, cache=cache, mirror=str(mirror))
    held.parent.mkdir(parents=True)
    with pytest.raises(FetchError, match=r"has no set/en\.json.*unset ISOGLOT_MIRROR"):
        fetch(file, cache=cache, mirror=str(mirror))
    held.write_bytes(b"old version")
    with pytest.raises(FetchError, match=f"{file.sha256}, got {hashlib.sha256(b'old version').hexdigest()}"):
        fetch(file, cache=cache, mirror=str(mirror))
    held.write_bytes(CONTENT)
    assert fetch(file, cache=cache, mirror=mirror.as_uri()) == held
    monkeypatch.setenv("ISOGLOT_MIRROR", str(mirror))
    assert fetch(file, cache=cache) == held
    assert not cache.exists()
    assert source.asked == []
    assert fetch(file, cache=cache, mirror="").is_relative_to(cache)


def test_a_web_mirror_replaces_the_source(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOGLOT_CACHE", str(tmp_path))
    file = source.file("set/two words.json")
    path = fetch(file, mirror=f"{source.url}/root/")
    assert path == tmp_path / "data" / file.path
    assert path.read_bytes() == CONTENT
    source.faults = [HTTPStatus.NOT_FOUND]
    with pytest.raises(FetchError, match=r"/root/set/de\.json .*HTTP 404.*copy set/de\.json there"):
        fetch(source.file("set/de.json"), mirror=f"{source.url}/root")
    assert source.asked[0] == ("/root/set/two%20words.json", None)


def test_a_mirrors_login_is_sent_and_never_shown(source: Source, tmp_path: Path) -> None:
    mirror = source.url.replace("://", "://me:p%40ss@") + "/root"
    assert fetch(source.file(), cache=tmp_path, mirror=mirror).read_bytes() == CONTENT
    assert source.logins == ["Basic bWU6cEBzcw=="]  # me:p@ss
    source.faults = [HTTPStatus.UNAUTHORIZED]
    for wrong in (mirror, "http://me:p%40ss@127.0.0.1:1/root", "ftp://me:p%40ss@host/root", "http://me:p@ss@[/root"):
        with pytest.raises(FetchError, match=r"\*\*\*@") as refused:
            fetch(source.file("set/de.json"), cache=tmp_path, mirror=wrong)
        assert "ss@" not in str(refused.value)


def test_a_file_that_is_nowhere_says_what_to_do(source: Source, tmp_path: Path) -> None:
    source.faults = [HTTPStatus.NOT_FOUND]
    with pytest.raises(FetchError, match=r"official\.json.*HTTP 404.*ISOGLOT_MIRROR"):
        fetch(source.file(), cache=tmp_path)
    assert len(source.asked) == 1
    with pytest.raises(FetchError, match=r"no public source.*ISOGLOT_MIRROR"):
        fetch(RemoteFile("set/en.json", "0" * 64, 1, None), cache=tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/x"
    with pytest.raises(FetchError, match=r"Connection refused.*check the network.*ISOGLOT_MIRROR"):
        fetch(RemoteFile("set/en.json", "0" * 64, 1, url), cache=tmp_path)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this platform has no device that is always full")
def test_a_full_disk_is_named(source: Source, tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "en.json.part").symlink_to("/dev/full")
    with pytest.raises(FetchError, match=r"disk is full: set/en\.json needs 179,200 bytes"):
        fetch(source.file(), cache=tmp_path)


def test_a_cache_that_cannot_be_one_is_named(source: Source, tmp_path: Path) -> None:
    (tmp_path / "occupied").write_text("a file")
    with pytest.raises(FetchError, match=r"occupied.*ISOGLOT_CACHE"):
        fetch(source.file(), cache=tmp_path / "occupied")


def test_of_two_processes_one_downloads(source: Source, tmp_path: Path) -> None:
    source.pause_s = 0.3
    code = """if True:
        import sys
        from isoglot.data.fetch import Path, RemoteFile, fetch
        path, sha256, size, url, cache = sys.argv[1:]
        print(fetch(RemoteFile(path, sha256, int(size), url), cache=Path(cache)))
    """
    file = source.file()
    call = [sys.executable, "-c", code, file.path, file.sha256, str(file.size), str(file.url), str(tmp_path)]
    processes = [subprocess.Popen(call, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert outputs == [f"{tmp_path / file.path}\n"] * 2
    assert (tmp_path / file.path).read_bytes() == CONTENT
    assert source.served == len(CONTENT)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_shows_on_terminals_only(source: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [(screen, progress) for screen in (False, True) for progress in (False, True)]
    streams = {case: Terminal() if case[0] else io.StringIO() for case in cases}
    for number, ((_, progress), stream) in enumerate(streams.items()):
        monkeypatch.setattr(sys, "stderr", stream)
        fetch(source.file(), cache=tmp_path / str(number), progress=progress)
    assert "set/en.json" in streams.pop((True, True)).getvalue()
    assert {stream.getvalue() for stream in streams.values()} == {""}
