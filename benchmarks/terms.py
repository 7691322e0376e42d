"""Train a recipe without one of its loss terms: what the term is worth.

    python benchmarks/terms.py recipes/multilingual.toml --without anchor --steps 420 --output runs/without-anchor

Everything else is the recipe's; a source of which no term would be left keeps what it has. `--without nothing` is the
recipe itself, with as many steps. Needs the data sets (ISOGLOT_MIRROR, or a network).
"""

import argparse
import tomllib
from pathlib import Path
from typing import Any

from isoglot.training.train import train

_TERMS = ("nothing", "infonce", "anchor", "retention")


def main() -> None:
    """Train, and say what was left out where."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--without", choices=_TERMS, required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--resume", action="store_true", help="go on with a run that was stopped")
    asked = parser.parse_args()
    config = tomllib.loads(asked.recipe.read_text(encoding="utf-8"))
    config["output"] = str(asked.output)
    optimization = config["optimization"]
    share = asked.steps / optimization["steps"]
    for key in ("warmup_steps", "check_every"):
        optimization[key] = round(optimization[key] * share)
    optimization["steps"] = asked.steps
    changed = [source["name"] for source in config["data"]["sources"] if _left_out(source["loss"], asked.without)]
    print(f"without {asked.without}: {', '.join(changed) or 'no source'}", flush=True)
    print(train(config, resume=asked.resume))


def _left_out(loss: dict[str, Any], term: str) -> bool:
    """Take the term out, if it is there and not alone."""
    if term not in loss or len(loss) == 1:
        return False
    del loss[term]
    return True


if __name__ == "__main__":
    main()
