"""Chromium without a window, driven by the DevTools protocol through two pipes: no driver, no client library."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium")

_OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage")


class Page:
    """A page that is open.

    Args:
        started: the browser, whose pipes the protocol is spoken on.
    """

    def __init__(self, started: "subprocess.Popen[bytes]") -> None:
        assert started.stdin is not None
        assert started.stdout is not None
        self._asked, self._told = started.stdin, started.stdout
        self._count, self._left = 0, b""
        self._session: dict[str, str] = {}
        target = self.command("Target.createTarget", url="about:blank")["targetId"]
        attached = self.command("Target.attachToTarget", targetId=target, flatten=True)
        self._session = {"sessionId": attached["sessionId"]}

    def command(self, method: str, **params: Any) -> Any:
        """What a command of the protocol gives."""
        self._count += 1
        sent = {"id": self._count, "method": method, "params": params, **self._session}
        self._asked.write(json.dumps(sent).encode() + b"\0")
        while True:
            said = self._next()
            if said.get("id") == self._count:
                assert "error" not in said, said["error"]
                return said["result"]

    def run(self, script: str) -> Any:
        """The value of an expression; a promise is waited for."""
        found = self.command("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def wait_for(self, condition: str) -> None:
        """Wait until an expression is true, ten seconds at most."""
        self.run(
            "new Promise((done, fail) => { const asked = setInterval(() => {"
            f" if ({condition}) {{ clearInterval(asked); done(); }} }}, 10);"
            f" setTimeout(() => fail(new Error({json.dumps(condition)})), 10_000); }})"
        )

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            part = os.read(self._told.fileno(), 65_536)
            assert part, "the browser ended"
            self._left += part
        said, _, self._left = self._left.partition(b"\0")
        found: dict[str, Any] = json.loads(said)
        return found


@contextmanager
def browser(profile: Path) -> Iterator[Page]:
    """A page of a browser with a profile of its own, until the block ends."""
    assert CHROMIUM is not None
    command = [CHROMIUM, *_OPTIONS, "--remote-debugging-pipe", f"--user-data-dir={profile}"]
    started = subprocess.Popen(  # it reads descriptor 3 and writes 4
        ["sh", "-c", 'exec "$@" 3<&0 4>&1 </dev/null >/dev/null', "sh", *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
    )
    with started:
        try:
            yield Page(started)
        finally:
            started.terminate()
