"""Bytes, hours and machines for 10 million to a billion passages, from what `benchmarks/growth.py` measured.

    python benchmarks/sums.py docs/results/growth.json docs/results/growth-e5-small.json [--width 384] [--days 1]

The first file has the sizes 10,000 to 1,000,000 with a static encoder, of which the greatest counts; the second what
the encoder that is meant took. All that is printed is an estimate: what was measured, times the number of passages.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

_PASSAGES = (10_000_000, 100_000_000, 1_000_000_000)
_HOUR = 3600


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("growth", type=Path)
    parser.add_argument("encoder", type=Path)
    parser.add_argument("--width", type=int, default=384)
    parser.add_argument("--days", type=float, default=1.0, help="in which encoding is to be done")
    asked = parser.parse_args()
    store, encoder = _greatest(asked.growth), _greatest(asked.encoder)
    beside = store["shard_bytes"] - 4 * asked.width  # ids and digests
    seconds, allowed = encoder["encode_s_per_million"] / 1e6, asked.days * 24 * _HOUR
    rows: dict[str, Callable[[int], str]] = {
        "shards, `float32`": lambda n: _bytes(n * (4 * asked.width + beside)),
        "shards, `float16`": lambda n: _bytes(n * (2 * asked.width + beside)),
        "shards, `int8`": lambda n: _bytes(n * (asked.width + 4 + beside)),
        "index on disk, with texts and words": lambda n: _bytes(n * store["index_bytes"]),
        "memory of exact search": lambda n: _bytes(n * 4 * asked.width),
        "encoding on one such machine": lambda n: _time(n * seconds),
        f"such machines, to encode in {asked.days * 24:g} hours": lambda n: f"{-(-n * seconds // allowed):,.0f}",
        "building one index of it": lambda n: _time(n * store["index_s_per_million"] / 1e6),
    }
    print(f"| | {' | '.join(f'{n:,}' for n in _PASSAGES)} |\n|---|{'---|' * len(_PASSAGES)}")
    for name, said in rows.items():
        print(f"| {name} | {' | '.join(said(n) for n in _PASSAGES)} |")


def _greatest(path: Path) -> dict[str, float]:
    found: dict[str, float] = max(json.loads(path.read_text())["sizes"], key=lambda size: size["passages"])
    return found


def _bytes(count: float) -> str:
    return f"{count / 1e12:.1f} TB" if count >= 1e12 else f"{count / 1e9:.0f} GB"


def _time(seconds: float) -> str:
    hours = seconds / _HOUR
    return f"{hours / 24:,.0f} days" if hours >= 72 else f"{hours:,.1f} hours"


if __name__ == "__main__":
    main()
