"""A stand-in for the Hugging Face hub on this machine: its API and file routes, and faults on command.

Files of more than ``LARGE`` bytes are kept elsewhere (LFS): the file route redirects to another host, as the hub does.
"""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from helpers.server import listening

LARGE = 200  # bytes; some 10 MB on the hub
TOKEN = "hf_of_a_test"  # not a secret: whom a closed data set lets in

Fault = int | tuple[Literal["cut"], int] | tuple[Literal["size"], int]
"""A status, a body that is cut there, or a size that is said and wrong."""


@dataclass(frozen=True)
class Commit:
    """The content of a repository."""

    sha: str
    files: Mapping[str, bytes]
    card: Mapping[str, Any]


@dataclass
class Hub:
    """Attributes:
    url: its address, for HF_ENDPOINT.
    revisions: repository -> branch, tag or commit -> what is there.
    closed: repositories that want a login.
    faults: part of a path -> what goes wrong with the next requests for it, in order.
    asked: (method, path, first byte asked for) of every request.
    made: repositories that were asked for -> whether they are private.
    """

    url: str
    revisions: dict[str, dict[str, Commit]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)
    made: dict[str, bool] = field(default_factory=dict)

    def put(
        self,
        name: str,
        files: Mapping[str, bytes | str],
        *,
        revision: str = "main",
        card: Mapping[str, Any] | None = None,
    ) -> Commit:
        """Commit these files, all that the revision has from then on."""
        content = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        digest = hashlib.sha1(repr(sorted(content.items())).encode()).hexdigest()
        commit = Commit(digest, content, card or {})
        self.revisions.setdefault(name, {}).update({revision: commit, digest: commit})
        return commit

    def gone(self, name: str, revision: str) -> None:
        """Forget a revision."""
        del self.revisions[name][revision]

    def fault(self, method: str, path: str) -> Fault | None:
        """What goes wrong with this request."""
        for part, left in self.faults.items():
            if part in f"{method} {path}" and left:
                return left.pop(0)
        return None


@contextmanager
def serving() -> Iterator[Hub]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_HEAD(self) -> None:
            self.answer(body=False)

        def do_GET(self) -> None:
            self.answer(body=True)

        def do_POST(self) -> None:
            """What the client does to send a model: ask for a repository, and commit its files in one request."""
            path = unquote(urlsplit(self.path).path)
            said = self.rfile.read(int(self.headers["Content-Length"] or 0))
            with lock:
                hub.asked.append((self.command, path, None))
                fault = hub.fault(self.command, path)
            if isinstance(fault, int):
                self.refuse(fault, "")
                return
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                self.refuse(401, "")
                return
            name = "/".join(path.strip("/").split("/")[2:4])
            found: dict[str, Any] = {"errors": [], "warnings": []}
            if path.endswith("/repos/create"):
                asked = json.loads(said)
                hub.made[f"{asked['organization']}/{asked['name']}"] = asked["visibility"] == "private"
                found = {"url": f"{hub.url}/{asked['organization']}/{asked['name']}"}
            elif "/preupload/" in path:
                wanted = [{"path": of["path"], "uploadMode": "regular"} for of in json.loads(said)["files"]]
                found = {"files": [{**of, "shouldIgnore": False} for of in wanted]}
            elif "/commit/" in path:
                lines = [json.loads(line) for line in said.splitlines()]
                sent = {of["value"]["path"]: of["value"]["content"] for of in lines if of["key"] == "file"}
                commit = hub.put(name, {path: base64.b64decode(content) for path, content in sent.items()})
                found = {"commitOid": commit.sha, "commitUrl": f"{hub.url}/{name}/commit/{commit.sha}"}
            self.content(json.dumps(found).encode(), None, True, {"Content-Type": "application/json"})

        def answer(self, *, body: bool) -> None:
            path = unquote(urlsplit(self.path).path)
            with lock:
                hub.asked.append((self.command, path, self.headers["Range"]))
                fault = hub.fault(self.command, path)
            if isinstance(fault, int):
                self.refuse(fault, "")
                return
            parts = path.strip("/").split("/")
            name = "/".join(parts[2:4] if parts[0] == "api" else parts[1:3])
            if parts[0] == "elsewhere":
                self.content(hub.revisions["/".join(parts[1:3])][parts[3]].files["/".join(parts[4:])], fault, body, {})
            elif name in hub.closed and self.headers["Authorization"] != f"Bearer {TOKEN}":
                self.refuse(401, "GatedRepo" if parts[0] != "api" else "")
            elif name not in hub.revisions:
                self.refuse(404 if self.headers["Authorization"] else 401, "RepoNotFound")
            elif parts[0] == "api":
                self.listing(name, "/".join(parts[5:]) or "main", fault)
            else:
                self.file(name, parts[4], "/".join(parts[5:]), fault, body)

        def listing(self, name: str, revision: str, fault: Fault | None) -> None:
            commit = hub.revisions[name].get(revision)
            if commit is None:
                self.refuse(404, "RevisionNotFound")
                return
            siblings = []
            for path, content in commit.files.items():
                of: dict[str, Any] = {"rfilename": path, "size": len(content), "blobId": _sha1(content)}
                if len(content) > LARGE:
                    sha256 = hashlib.sha256(content).hexdigest()
                    of["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 130}
                siblings.append(of)
            said = {"id": name, "sha": commit.sha, "siblings": siblings, "cardData": dict(commit.card), "tags": []}
            self.content(json.dumps(said).encode(), fault, True, {"Content-Type": "application/json"})

        def file(self, name: str, revision: str, path: str, fault: Fault | None, body: bool) -> None:
            commit = hub.revisions[name].get(revision)
            if commit is None:
                self.refuse(404, "RevisionNotFound")
                return
            if path not in commit.files:
                self.refuse(404, "EntryNotFound")
                return
            content = commit.files[path]
            headers = {"X-Repo-Commit": commit.sha, "ETag": f'"{_sha1(content)}"'}
            if len(content) <= LARGE:
                self.content(content, fault, body, headers)
                return
            headers |= {"X-Linked-Etag": f'"{hashlib.sha256(content).hexdigest()}"', "X-Linked-Size": str(len(content))}
            port = httpd.server_port
            headers["Location"] = f"http://localhost:{port}/elsewhere/{name}/{commit.sha}/{path}"
            self.send_response(302)
            for header, value in {**headers, "Content-Length": "0"}.items():
                self.send_header(header, value)
            self.end_headers()

        def content(self, content: bytes, fault: Fault | None, body: bool, headers: Mapping[str, str]) -> None:
            start = int((self.headers["Range"] or "bytes=0-").removeprefix("bytes=").partition("-")[0])
            rest = content[start:]
            size = fault[1] if fault and fault[0] == "size" else len(rest)
            rest = rest[:size]
            self.send_response(206 if self.headers["Range"] else 200)
            if self.headers["Range"]:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            for header, value in {**headers, "Content-Length": str(size)}.items():
                self.send_header(header, value)
            self.end_headers()
            if body:
                cut = fault[1] if fault and fault[0] == "cut" else len(rest)
                self.wfile.write(rest[:cut])
                self.close_connection = cut < len(rest)

        def refuse(self, status: int, code: str) -> None:
            self.send_response(status)
            if code:
                self.send_header("X-Error-Code", code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with listening(Handler) as httpd:
        hub = Hub(url=f"http://127.0.0.1:{httpd.server_port}")
        yield hub


def _sha1(content: bytes) -> str:
    return hashlib.sha1(content).hexdigest()
