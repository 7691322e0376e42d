"""Mining by the book: sets and sorted lists, an item and a language at a time."""

from typing import Any

import numpy as np

from isoglot.data.parallel import ParallelDataset
from isoglot.mining.options import MiningOptions
from isoglot.mining.passages import Passages


class GivenScores:
    """A finder that knows the score of every query and text: ``scores[query language, item, text]``."""

    name, fingerprint = "given", None

    def __init__(self, data: ParallelDataset, *, widest: int, seed: int, least: float = -np.inf) -> None:
        self.languages, self.widest, self.least = data.languages, widest, least
        self.text = {text: n for n, text in enumerate(sorted({t for row in data for t in row["passage"].values()}))}
        shape = len(data.languages), len(data), len(self.text)
        # Few values and both signs: many ties, and positives below zero.
        self.values = np.random.default_rng(seed).integers(-8, 9, shape).astype(np.float32) / 4
        self.numbers = {
            lang: np.array([self.text.get(row["passage"].get(lang, ""), -1) for row in data]) for lang in data.languages
        }

    def index(self, passages: Passages) -> "GivenScores":
        self.columns = self.numbers[passages.language][passages.first]
        return self

    def scores(self, language: str, items: np.ndarray, columns: slice) -> np.ndarray:
        return self.values[self.languages.index(language)][np.ix_(items, self.columns[columns])]

    def score(self, language: str, item: int, text: str) -> float:
        return float(self.values[self.languages.index(language), item, self.text[text]])


class Brute:
    """What each item may have, and what it should get."""

    def __init__(self, data: ParallelDataset, finder: GivenScores, options: MiningOptions) -> None:
        self.finder, self.options, self.languages = finder, options, data.languages
        self.rows: list[dict[str, Any]] = list(data)
        self.texts = {
            lang: list(dict.fromkeys(row["passage"][lang] for row in self.rows if lang in row["passage"]))
            for lang in data.languages
        }
        self.family = [self._family(row) for row in self.rows]

    def ranked(self, item: int, query: str, language: str) -> list[str]:
        """Texts of the language, best first, none of the family, down to the depth."""
        score = {text: self.finder.score(query, item, text) for text in self.texts[language]}
        there = [text for text in score if text not in self.family[item] and score[text] > self.finder.least]
        return sorted(there, key=lambda text: -score[text])[: self.options.range_max]  # a stable sort

    def negatives(self, item: int, language: str) -> tuple[list[str], set[str]]:
        """(Negatives from candidates, all candidates)."""
        row = self.rows[item]
        others = [lang for lang in self.languages if lang != language]
        asking = {"same": [language], "cross": others, "both": [language, *others]}[self.options.queries]
        rankings = {query: self.ranked(item, query, language) for query in asking if query in row["query"]}
        bad = {
            text
            for query, texts in rankings.items()
            for rank, text in enumerate(texts)
            if rank < self.options.range_min or self._too_near(item, query, text, row["passage"][language])
        }
        depth = max((len(texts) for texts in rankings.values()), default=0)
        turns = [texts[rank] for rank in range(depth) for texts in rankings.values() if rank < len(texts)]
        found = [text for text in dict.fromkeys(turns) if text not in bad]
        return found[: self.options.num_negatives], set(turns)

    def _too_near(self, item: int, query: str, text: str, positive: str) -> bool:
        score, own = self.finder.score(query, item, text), self.finder.score(query, item, positive)
        margin, absolute = self.options.relative_margin, self.options.absolute_margin
        by_share = margin is not None and score > own - margin * abs(own)
        return by_share or (absolute is not None and score > own - absolute)

    def _family(self, row: dict[str, Any]) -> set[str]:
        """Texts, in any language, of all items of its group, and of all that share a passage with it step by step."""
        alike = [row]
        while grown := [r for r in self.rows if r not in alike and any(_share(r, a) for a in alike)]:
            alike += grown
        siblings = [r for r in self.rows if r["group"] == row["group"]]
        return {text for r in alike + siblings for text in r["passage"].values()}


def _share(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["passage"].items() & other["passage"].items())
