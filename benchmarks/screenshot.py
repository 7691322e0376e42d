"""The picture of the page of `isoglot serve`: one item's question in several languages, before and after the repair.

    isoglot debias e5-small --fit sample/train --kind centring -o sample-repaired
    isoglot index sample/test --encoder e5-small -o sample-index
    isoglot index -o sample-index --repair sample-repaired
    isoglot serve sample-index &
    python benchmarks/screenshot.py http://127.0.0.1:8000 --output docs/search.png

It needs Debian's chromium, and fonts for the languages (fonts-noto-core, fonts-noto-cjk).
"""

import argparse
import subprocess
from pathlib import Path
from urllib.parse import urlencode

from isoglot.data.load import load_collection


def main() -> None:
    """Ask, and save what a browser shows."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("address", help="of the service")
    parser.add_argument("--collection", default="sample/test", help="whose queries are asked")
    parser.add_argument("--item", default="encyclopedia-020")
    parser.add_argument("--languages", nargs="+", default=["en", "de", "es", "zh"])
    parser.add_argument("--size", type=int, nargs=2, default=[1400, 640], metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--output", type=Path, required=True)
    asked = parser.parse_args()
    queries = _queries(asked.collection, asked.item, asked.languages)
    subprocess.run(
        [
            *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            f"--window-size={asked.size[0]},{asked.size[1]}",
            "--virtual-time-budget=20000",  # milliseconds in which the page waits for nothing but its answers
            f"--screenshot={asked.output.absolute()}",
            f"{asked.address}/#{urlencode(queries)}",
        ],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    print(f"{asked.output}: {asked.output.stat().st_size / 1000:.0f} kB")


def _queries(collection: str, item: str, languages: list[str]) -> dict[str, str]:
    """Language -> the question of an item."""
    rows = load_collection(collection).queries.to_pylist()
    texts = {row["lang"]: row["text"] for row in rows if row["id"].rpartition("/")[0] == item}
    return {language: texts[language] for language in languages}


if __name__ == "__main__":
    main()
