"""Run the commands of a results file and mark each of its numbers OK or FAIL.

    python benchmarks/reproduce.py docs/results/zero-shot.toml

Needs the data sets (ISOGLOT_MIRROR, or a network) and, from an empty cache, half an hour on two cores. Exits with 1
where a number is not what the file says.
"""

import argparse
import shlex
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import Any

from isoglot.evaluation.saved import SavedCollection, read_results


def main() -> None:
    """Run every result of the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("results", type=Path)
    entries = tomllib.loads(parser.parse_args().results.read_text(encoding="utf-8"))["result"]
    good = [number for entry in entries for number in _run(entry)]
    print(f"{sum(good)} of {len(good)} numbers OK")
    sys.exit(0 if all(good) else 1)


def _run(entry: dict[str, Any]) -> list[bool]:
    """Whether each expected number came out."""
    print(f"$ {entry['command']}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "results.json"
        program, *words = shlex.split(entry["command"])
        command = [str(Path(sys.executable).with_name(program)), *words, "--save", str(saved)]
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        print(f"  {time.perf_counter() - start:.0f} s")
        found = read_results(saved).collections[entry["collection"]]
    return [_check(name, found, *expected) for name, expected in entry["expected"].items()]


def _check(name: str, found: SavedCollection, value: float, tolerance: float) -> bool:
    table, _, measure = name.partition(".")
    got = found.averages[table][measure]
    good = got is not None and abs(got - value) <= tolerance
    shown = "none" if got is None else f"{got:.4f}"
    print(f"  {'OK  ' if good else 'FAIL'} {name:32} {shown:>10}  expected {value} within {tolerance}")
    return good


if __name__ == "__main__":
    main()
