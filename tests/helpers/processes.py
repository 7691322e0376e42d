"""Trainings by several real processes, through torch.distributed on the CPU.

As a program it does once what every process needs, imports and a first loading above all, and forks them.
"""

import gc
import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from helpers.gathered import write_differences
from isoglot.training import train as module
from isoglot.training.config import TrainConfig
from isoglot.training.model import trainable_encoder

Job = dict[str, Any] | str


def job(config: TrainConfig, *, resume: bool = False, dies: int | None = None) -> Job:
    """A training.

    Args:
        config: of the run.
        resume: an unfinished one.
        dies: the second process is killed after this step.
    """
    return {"config": json.loads(config.model_dump_json()), "resume": resume, "dies": dies}


class Pairs:
    """Two processes that do trainings together, one after the other; then two new ones that do others.

    The job ``"differences"``, after a training, writes what :mod:`helpers.gathered` measures into the folder; what
    process N says is in its ``rank-N.txt``.
    """

    def __init__(self, *rounds: list[Job], folder: Path) -> None:
        path = os.pathsep.join(path for path in sys.path if path)
        self._program = subprocess.Popen(
            [sys.executable, "-m", "helpers.processes", json.dumps(rounds), str(folder)],
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.PIPE,
        )

    def statuses(self) -> list[list[int]]:
        """Of the processes of every round, when all have ended."""
        said, _ = self._program.communicate(timeout=240)
        return json.loads(said)


class _Dying(module.Sealing):
    dies: int | None = None

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if state.global_step == self.dies and os.environ["RANK"] == "1":
            os.kill(os.getpid(), signal.SIGKILL)


def _work(rank: int, port: int, jobs: list[Any], folder: str) -> None:
    with Path(folder, f"rank-{rank}.txt").open("ab") as said:
        os.dup2(said.fileno(), 2)
    os.environ |= {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank)}
    module.Sealing = _Dying  # type: ignore[misc]
    for each in jobs:
        if each == "differences":
            write_differences(folder)
            continue
        _Dying.dies = each["dies"]
        module.train(TrainConfig.parse(each["config"], where="test"), resume=each["resume"])


def _two(jobs: list[Any], folder: str) -> list[int | None]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    forking = multiprocessing.get_context("fork")
    ranks = [forking.Process(target=_work, args=(rank, port, jobs, folder)) for rank in range(2)]
    for rank in ranks:
        rank.start()
    for rank in ranks:
        rank.join()
    return [rank.exitcode for rank in ranks]


if __name__ == "__main__":
    rounds = json.loads(sys.argv[1])
    trainable_encoder(TrainConfig.parse(rounds[0][0]["config"], where="test").encoder)
    gc.freeze()
    print(json.dumps([_two(jobs, sys.argv[2]) for jobs in rounds]))
