"""Workers of a Ray cluster. Ray starts them and says which one has ended; what is done and what is not, we know.

The process that asks reads the texts and writes the shards, so workers need neither the collection nor the folder, only
isoglot and the encoder.
"""

from __future__ import annotations

import logging
import os
import re
import socket
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from isoglot.arrays import Vectors
from isoglot.encoder.fingerprint import encoder_fingerprint
from isoglot.encoder.given import AnyEncoder, encoder_name, given_encoder
from isoglot.encoder.protocol import Encoder
from isoglot.encoding.engine import Task, encoded, out_of_memory
from isoglot.errors import ConfigError, EncoderError, IsoglotError, first_line
from isoglot.extras import need
from isoglot.progress import Progress, doing

_LOCAL = "local"  # a cluster of this machine alone, which ends with the run
_CORES = 0.5  # of a worker: one that asks for all there are leaves none for what Ray does besides
_DEATHS = 3  # of workers at one task: then it is the task
_START = "its start"  # of a worker
_CONNECT_SECONDS = 5.0
_ROOM_SECONDS = 300.0  # until one worker at least has begun
_LACKING = re.compile(r"No module named '(\w+)")
_LOW_MEMORY = "running low on memory"  # as Ray says that its own watch ended a worker


class Worker:
    """What encodes on a GPU or a core of a cluster.

    Args:
        encoder: by object or by name; it is loaded at the first task, for what fails then is told in our own words.
        fingerprint: that it must have.
    """

    def __init__(self, encoder: AnyEncoder, fingerprint: str) -> None:
        self._given, self._fingerprint = encoder, fingerprint
        self._loaded: Encoder | None = None

    def begin(self) -> None:
        """Nothing; who can do that has a place in the cluster."""

    def encode(self, task: Task) -> Vectors:
        """See :func:`isoglot.encoding.engine.encoded`.

        Raises:
            EncoderError: this machine has another encoder of the name.
        """
        if self._loaded is None:
            found = given_encoder(self._given)
            if encoder_fingerprint(found) != self._fingerprint:
                raise EncoderError(
                    f"a worker on {socket.gethostname()} finds another encoder as {encoder_name(self._given)!r} than "
                    "this machine does: give all machines the same."
                )
            self._loaded = found
        return encoded(self._loaded, task)


class RayEngine:
    """Workers on the GPUs of a Ray cluster, or on its cores where it has none.

    Args:
        encoder: by object or by name, which all machines must know.
        fingerprint: of the encoder.
        address: of the cluster; RAY_ADDRESS or a new one of this machine alone if left out.
        workers: how many; one a GPU or core if left out.
    """

    def __init__(self, encoder: AnyEncoder, fingerprint: str, *, address: str | None, workers: int | None) -> None:
        self._encoder, self._fingerprint = encoder, fingerprint
        self._address, self._count = address or os.environ.get("RAY_ADDRESS") or _LOCAL, workers

    def run(self, tasks: Iterable[Task], told: Progress | None) -> Iterator[tuple[Task, Vectors]]:
        """See :class:`~isoglot.encoding.engine.Engine`.

        Raises:
            ConfigError: Ray is not installed, or there is no cluster at the address.
            EncoderError: several workers ended at one shard, or none found a place.
        """
        ray = ray_package()
        ours = not ray.is_initialized()
        if ours:
            self._connect(ray)
        try:
            yield from _Crew(ray, self._encoder, self._fingerprint, self._count).work(iter(tasks), told)
        finally:
            if ours:
                ray.shutdown()

    def _connect(self, ray: Any) -> None:
        with doing(f"connecting to the Ray cluster {self._address}"):
            host, _, port = self._address.removeprefix("ray://").rpartition(":")
            try:
                if host and port.isdecimal():  # Ray itself would wait for minutes, and end the process
                    socket.create_connection((host, int(port)), timeout=_CONNECT_SECONDS).close()
                local = {}
                if self._address == _LOCAL:
                    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing about a run is sent anywhere
                    local = {"include_dashboard": False}
                ray.init(self._address, log_to_driver=False, logging_level=logging.CRITICAL, **local)
            except (Exception, SystemExit) as error:
                raise ConfigError(
                    f"there is no Ray cluster to use at {self._address} ({first_line(_exception(error))}): start it, "
                    "or name its address, and its password by RAY_AUTH_TOKEN with RAY_AUTH_MODE=token."
                ) from error


def ray_package() -> Any:
    """The package.

    Raises:
        ConfigError: it is not installed.
    """
    return need("ray", extra="ray", what="the engine ray needs")


def _exception(error: BaseException) -> Exception:
    return error if isinstance(error, Exception) else RuntimeError(str(error))


class _Crew:
    """The workers of one run."""

    def __init__(self, ray: Any, encoder: AnyEncoder, fingerprint: str, count: int | None) -> None:
        self._ray = ray
        there = ray.cluster_resources()
        gpus = int(there.get("GPU", 0))
        kind = ray.remote(Worker).options(
            num_cpus=_CORES, num_gpus=1 if gpus else 0, scheduling_strategy="SPREAD", max_restarts=0
        )
        self._start: Callable[[], Any] = lambda: kind.remote(encoder, fingerprint)
        self._count = count or gpus or max(int(there.get("CPU", 1)), 1)
        self._deaths: Counter[str] = Counter()
        self._waiting: list[Task] = []  # those of workers that have ended, and the next one
        self._under_way: dict[Any, tuple[Any, Task | None]] = {}  # what is awaited -> of which worker, for which task

    def work(self, tasks: Iterator[Task], told: Progress | None) -> Iterator[tuple[Task, Vectors]]:
        """Give every worker that is free a task; a task whose worker has ended goes to another."""
        free: list[Any] = []
        for _ in range(self._count):
            self._hire()
        while self._any_left(tasks) or self._any_done():
            self._hand_out(free, tasks)
            awaited = self._first()
            worker, task = self._under_way.pop(awaited)
            try:
                vectors = self._ray.get(awaited)
            except self._ray.exceptions.RayTaskError as error:
                raise _said(error.cause) from error
            except self._ray.exceptions.RayError as error:
                self._replace(task, error)
                continue
            if task is None:  # workers that end at their start are many only where none begins between them
                del self._deaths[_START]
            free.append(worker)
            self._hand_out(free, tasks)  # before the vectors are written
            if task is not None:
                if told:
                    told(len(task.texts))
                yield task, vectors

    def _hire(self) -> None:
        worker = self._start()
        self._under_way[worker.begin.remote()] = worker, None

    def _any_left(self, tasks: Iterator[Task]) -> bool:
        if not self._waiting:
            self._waiting += islice(tasks, 1)
        return bool(self._waiting)

    def _any_done(self) -> bool:
        """Whether a worker has a task, and not only none yet."""
        return any(task is not None for _, task in self._under_way.values())

    def _hand_out(self, free: list[Any], tasks: Iterator[Task]) -> None:
        while free and self._any_left(tasks):
            worker, task = free.pop(), self._waiting.pop()
            self._under_way[worker.encode.remote(task)] = worker, task

    def _first(self) -> Any:
        """Of what is awaited the first that is there."""
        patience = None if self._any_done() else _ROOM_SECONDS
        found, _ = self._ray.wait(list(self._under_way), num_returns=1, timeout=patience)
        if not found:
            raise EncoderError(
                f"the Ray cluster had no place for a worker in {_ROOM_SECONDS:.0f} s: wait until it has, or take "
                "another cluster."
            )
        return found[0]

    def _replace(self, task: Task | None, error: Exception) -> None:
        """Take another worker for one that has ended.

        Raises:
            EncoderError: several have ended at the same task.
        """
        name = _START if task is None else task.part.name
        self._deaths[name] += 1
        if self._deaths[name] == _DEATHS:
            if lacking := _LACKING.search(str(error)):
                raise EncoderError(
                    f"workers of the Ray cluster do not find the package {lacking[1]}: install it on all machines."
                )
            if _LOW_MEMORY in str(error):
                raise out_of_memory(name)
            where = "their start" if task is None else name
            raise EncoderError(
                f"{_DEATHS} workers ended at {where} ({first_line(error)}); what was encoded before is kept: look for "
                "what ended them, such as too little memory, and run it again."
            )
        if task is not None:
            self._waiting.append(task)
        self._hire()


def _said(error: Exception) -> IsoglotError:
    if isinstance(error, IsoglotError):
        return error
    return EncoderError(f"a worker of the Ray cluster failed: {type(error).__name__}: {first_line(error)}.")
