"""From the start of the service to its end."""

import os
import signal
import socket
import time
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from helpers.service import Answer, Service
from isoglot.errors import ConfigError, DataError
from isoglot.search.index import Index
from isoglot.search.service.run import KEY, serve


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY, raising=False)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_what_is_being_answered_at_the_end_is_answered(
    repaired_index: Path, monkeypatch: pytest.MonkeyPatch, stop: signal.Signals
) -> None:
    answers: list[Answer] = []
    encode = Index.encode

    def ask(address: str) -> None:
        service = Service(int(address.rpartition(":")[2]))
        monkeypatch.setattr(Index, "encode", encode_late)
        answers.append(service.search("the last question"))

    def encode_late(index: Index, *given: Any) -> Any:
        os.kill(os.getpid(), stop)
        time.sleep(0.15)  # the service has closed its port by now
        return encode(index, *given)

    asking: list[Thread] = []

    def started(address: str, index: Index) -> None:
        asking.append(Thread(target=ask, args=(address,)))
        asking[0].start()

    handler = signal.getsignal(stop)
    serve(str(repaired_index), port=0, memory_mib=64, started=started)
    asking[0].join()
    assert [answer.status for answer in answers] == [200]
    assert signal.getsignal(stop) is handler


def test_what_cannot_be_served_is_said(repaired_index: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refused(sentence: str, *, place: Path = repaired_index, **options: Any) -> None:
        with pytest.raises((ConfigError, DataError), match=sentence):
            serve(str(place), **{"port": 0, "memory_mib": 64, "started": pytest.fail, **options})

    refused("may be reached from other machines: set ISOGLOT_API_KEY", host="0.0.0.0")
    refused("there is no index here", place=tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused("cannot be listened on", port=taken.getsockname()[1])
    for key in ("short", "with a space in the middle", "ключ" * 8, ""):
        monkeypatch.setenv(KEY, key)
        refused("must have at least 16 characters, of ASCII")
