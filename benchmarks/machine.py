"""What a number was measured on: a line that every benchmark prints; and a process's memory."""

import os
import platform
from datetime import date
from importlib.metadata import version
from pathlib import Path


def machine(*libraries: str) -> str:
    """Processor, cores, how busy they are, Python, the versions of libraries, and today's date."""
    versions = ", ".join(f"{name} {version(name)}" for name in libraries)
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
    return f"[{_processor()}, {_cores()} cores, {load}; Python {platform.python_version()}, {versions}; {date.today()}]"


def peak_mib() -> int:
    """Most memory that this process has had, in MiB. Linux only."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) >> 10


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    lines = described.read_text().splitlines() if described.is_file() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
