"""Trainings by several real processes, through torch.distributed on the CPU."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from isoglot.training.config import TrainConfig

_CODE = """
import json, os, signal, sys
from isoglot.training import train as module
from helpers.gathered import write_differences
from isoglot.training.config import TrainConfig

class Dying(module.Sealing):
    def on_step_begin(self, args, state, control, **_):
        if state.global_step == dies and int(os.environ["RANK"]) == 1:
            os.kill(os.getpid(), signal.SIGKILL)

module.Sealing = Dying
for job in json.loads(sys.argv[1]):
    if job == "differences":
        write_differences(sys.argv[2])
        continue
    dies = job["dies"]
    module.train(TrainConfig.parse(job["config"], where="test"), resume=job["resume"])
"""


def job(config: TrainConfig, *, resume: bool = False, dies: int | None = None) -> dict[str, Any]:
    """A training.

    Args:
        config: of the run.
        resume: an unfinished one.
        dies: the second process is killed after this step.
    """
    return {"config": json.loads(config.model_dump_json()), "resume": resume, "dies": dies}


def start_two(*jobs: dict[str, Any] | str, folder: Path) -> list[subprocess.Popen[bytes]]:
    """Two processes that do these trainings together, one after the other; what they say is in ``folder``.

    The job ``"differences"``, after a training, writes what :mod:`helpers.gathered` measures into it.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    shared = {**os.environ, "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    shared["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    ranks = []
    for rank in range(2):
        with (folder / f"rank-{rank}.txt").open("wb") as said:
            ranks.append(
                subprocess.Popen(
                    [sys.executable, "-c", _CODE, json.dumps(jobs), str(folder)],
                    env={**shared, "RANK": str(rank), "LOCAL_RANK": str(rank)},
                    stderr=said,
                )
            )
    return ranks
