"""How the time for near duplicates grows: of texts from one template, of texts that share nothing, and of a crowd.

In a crowd all texts share a long notice, and their Jaccard index is just below the threshold. Processor seconds and the
peak of the whole process; sizes that double should take about twice the time.
"""

import argparse
import random
import resource
import time
from collections.abc import Callable

import numpy as np
from machine import machine

from isoglot.leakage.duplicates import NearDuplicates
from isoglot.leakage.sides import TrainingPlace
from isoglot.text.near.column import near_earlier

LETTERS = "abcdefghijklmnopqrstuvwxyz"
CLEANING, AUDIT = 0.8, 0.7  # the thresholds
RUN = 1_000


def words(draw: random.Random, count: int) -> str:
    return " ".join("".join(draw.choices(LETTERS, k=draw.randint(3, 9))) for _ in range(count))


def template(count: int, threshold: float) -> list[str]:
    return [
        f"product {n} a fine chair of oak delivered in {n % 29} days to any address in the country free of charge "
        f"with a warranty of {2 + n % 5} years and a right of return within thirty days of receipt"
        for n in range(count)
    ]


def different(count: int, threshold: float) -> list[str]:
    draw = random.Random(1)
    return [words(draw, 30) for _ in range(count)]


def crowd(count: int, threshold: float) -> list[str]:
    draw = random.Random(2)
    notice = words(draw, 40)
    middle = round(len(notice) * (1 - threshold) / (2 * threshold))  # J = L / (L + 2 m), and a little less
    cut = len(notice) // 2
    return [f"{notice[:cut]} {''.join(draw.choices(LETTERS, k=middle))} {notice[cut:]}" for _ in range(count)]


def cleaned(texts: list[str]) -> str:
    gone = near_earlier(
        lambda numbers: [texts[number] for number in numbers.tolist()],
        np.arange(len(texts)),
        threshold=CLEANING,
        progress=lambda count: None,
    )
    return f"{gone.sum():,} go"


def audited(texts: list[str]) -> str:
    """Half of the texts against the other half."""
    half = len(texts) // 2
    check = NearDuplicates(texts[:half], threshold=AUDIT, sources=1, progress=lambda count: None)
    for start in range(half, len(texts), RUN):
        run = texts[start : start + RUN]
        check.add(run, [TrainingPlace(0, (start + number,), "") for number in range(len(run))])
    return f"{check.found.leaks.sum():,} leak from {len(check.found.places):,}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, nargs="+", default=[5_000, 10_000, 20_000], help="how many, ascending")
    parser.add_argument("--kinds", nargs="+", default=["template", "different", "crowd"])
    parser.add_argument("--works", nargs="+", default=["cleaned", "audited"])
    arguments = parser.parse_args()
    kinds: dict[str, Callable[[int, float], list[str]]] = {"template": template, "different": different, "crowd": crowd}
    works = {"cleaned": (cleaned, CLEANING), "audited": (audited, AUDIT)}
    print(machine("numpy", "datasketch"))
    for name in arguments.works:
        work, threshold = works[name]
        for kind in arguments.kinds:
            before = None
            for count in arguments.texts:
                texts = kinds[kind](count, threshold)
                begun = time.process_time()
                found = work(texts)
                took = time.process_time() - begun
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
                ratio = "" if before is None else f", {took / before:.2f} times the one before"
                print(f"{name} {kind} {count:,}: {took:.1f} s{ratio}, {peak} MiB, {found}", flush=True)
                before = took


if __name__ == "__main__":
    main()
