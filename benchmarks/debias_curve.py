"""How much text a language needs: transforms fitted on 10 to 1,000 texts a language, on a collection.

    python benchmarks/debias_curve.py e5-small xquad-r --fit libreoffice-help/dev --fit sample

Fitted on the text of --fit, and on the collection's own texts (whose labels are not looked at). Prints Markdown tables:
mean over draws of the texts, and their standard deviation.
"""

import argparse

from debias import embedder

from isoglot.data.load import load_collection
from isoglot.debiasing.curve import text_curve
from isoglot.debiasing.sample import Sample, merged, sample_of
from isoglot.encoder.fitted import Choice
from isoglot.evaluation.embedded import Embedded
from isoglot.evaluation.settings import SETTINGS

CHOICES = (Choice(kind="centring"), Choice(kind="leace-origin"))
SIZES = (10, 30, 100, 300, 1_000)
DRAWS = 3


def main() -> None:
    """Parse, embed, fit and evaluate, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("encoder")
    parser.add_argument("collection")
    parser.add_argument("--fit", action="append", required=True)
    given = parser.parse_args()
    embedded = embedder(given.encoder)
    tested = embedded(load_collection(given.collection))
    texts = [embedded(load_collection(name)) for name in given.fit]
    samples = {
        " and ".join(given.fit): merged([sample_of(text, least=2) for text in texts]),
        f"{given.collection} itself": sample_of(tested),
    }
    for name, sample in samples.items():
        for choice in CHOICES:
            print_curve(name, sample, tested, choice)


def print_curve(name: str, sample: Sample, tested: Embedded, choice: Choice) -> None:
    """A table."""
    sizes = [size for size in SIZES if size <= max(sample.sizes().values())]
    print(f"\n{choice}, fitted on {name}\n\n| texts | languages with so many | {' | '.join(SETTINGS)} |")
    print("|---" * (2 + len(SETTINGS)) + "|")
    for point in text_curve(sample, tested, choice=choice, sizes=sizes, draws=DRAWS):
        cells = [f"{point.settings[s].mean:.4f} ± {point.settings[s].spread:.4f}" for s in SETTINGS]
        print(f"| {point.texts:,} | {point.languages} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
