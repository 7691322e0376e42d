"""Random collections with many ties, and ranking done the slow, plain way: what the fast code is held to."""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from isoglot.data.collection import Collection
from isoglot.encoder.similarity import Similarity
from isoglot.evaluation.embedded import Embedded
from isoglot.evaluation.ranks import Ranks, rank_relevant

_LETTERS = ("a", "Z", "-", "1", "é", "\uffee", "𐀀")  # the last two: byte order is not UTF-16 order


@dataclass(frozen=True)
class Case:
    """A collection with vectors of small whole numbers, whose products and squared distances are exact."""

    collection: Collection
    queries: npt.NDArray[np.float32]
    passages: npt.NDArray[np.float32]
    similarity: Similarity = Similarity.DOT

    @property
    def embedded(self) -> Embedded:
        return Embedded(
            collection=self.collection, queries=self.queries, passages=self.passages, similarity=self.similarity
        )

    def ranking(self, query: int, *, pool: str | None = None) -> list[int]:
        """Passages of a language (or all), best first; equal scores by descending id, as trec_eval does."""
        ids = self.collection.passages["id"].to_pylist()
        languages = self.collection.passages["lang"].to_pylist()
        inside = [n for n in range(len(ids)) if pool in (None, languages[n])]
        inside.sort(key=lambda n: ids[n].encode(), reverse=True)
        return sorted(inside, key=lambda n: -self.score(query, n))  # stable: ties stay by descending id

    def score(self, query: int, passage: int) -> float:
        pairs = list(zip(self.queries[query].tolist(), self.passages[passage].tolist(), strict=True))
        match self.similarity:
            case Similarity.EUCLIDEAN:
                return -math.sqrt(sum((a - b) ** 2 for a, b in pairs))
            case Similarity.MANHATTAN:
                return -float(sum(abs(a - b) for a, b in pairs))
        return float(sum(a * b for a, b in pairs))

    def judged(self, query: int) -> dict[int, int]:
        """Judged passage -> grade, which may be 0 or below: not relevant."""
        judged = self.collection.judgements
        rows = zip(judged.query, judged.passage, judged.grade, strict=True)
        return {int(passage): int(grade) for q, passage, grade in rows if q == query}

    def grades(self, query: int) -> dict[int, int]:
        """Relevant passage -> grade."""
        return {passage: grade for passage, grade in self.judged(query).items() if grade > 0}

    def ranks(self, query: int, *, pool: str | None = None) -> dict[int, int]:
        """Relevant passage of the pool -> rank, from 1."""
        ranking, relevant = self.ranking(query, pool=pool), self.grades(query)
        return {passage: place for place, passage in enumerate(ranking, start=1) if passage in relevant}

    def run(self, lengths: npt.NDArray[np.int64]) -> Ranks:
        """Ranks as of a run that has only the first so many hits of each query."""
        whole = rank_relevant(self.queries, self.passages, self.collection, depth=len(self.passages))
        late = np.arange(len(self.passages)) >= lengths[:, None]
        return replace(
            whole,
            pool_rank=np.where(whole.pool_rank > lengths[whole.query], np.inf, whole.pool_rank),
            top_passage=np.where(late, -1, whole.top_passage),
            top_score=np.where(late, -np.inf, whole.top_score),
        )

    def query_groups(self) -> list[str]:
        groups: list[str] = self.collection.queries["group"].to_pylist()
        return groups

    def query_languages(self) -> list[str]:
        languages: list[str] = self.collection.queries["lang"].to_pylist()
        return languages

    def passage_languages(self) -> list[str]:
        languages: list[str] = self.collection.passages["lang"].to_pylist()
        return languages


def make_case(*, languages: list[str], queries: int, passages: int, values: int, seed: int) -> Case:
    """Random ids, languages, groups, clusters, graded judgements (none to more than ten a query) and vectors."""
    rng = np.random.default_rng(seed)
    groups = np.random.default_rng([seed, 1]).integers(1 + queries // 3, size=queries)
    ids = _ids(rng, queries + passages)
    relevant = {}
    for query in ids[:queries]:
        judged = rng.choice(passages, size=min(int(rng.choice([0, 1, 2, 6, 25])), passages), replace=False)
        relevant.update({(query, ids[queries + n]): int(rng.integers(-1, 4)) for n in judged})
    collection = Collection.from_rows(
        "random",
        queries=[
            {
                "id": name,
                "text": "?",
                "lang": str(rng.choice(languages)),
                "cluster": f"c{rng.integers(4)}",
                "group": f"g{group}",
            }
            for name, group in zip(ids[:queries], groups, strict=True)
        ],
        passages=[{"id": name, "text": "!", "lang": str(rng.choice(languages))} for name in ids[queries:]],
        relevant=relevant,
    )
    return Case(
        collection,
        rng.integers(-1, 2, size=(queries, 2)).astype(np.float32),
        rng.integers(0, values, size=(passages, 2)).astype(np.float32),
    )


def cases(max_passages: int = 150) -> st.SearchStrategy[Case]:
    """Pools from one passage to more than the greatest cutoff; few values a vector, so many equal scores."""
    return st.builds(
        make_case,
        languages=st.sampled_from([["en"], ["de", "zh"], ["ar", "de", "en", "zh"]]),
        queries=st.integers(1, 6),
        passages=st.one_of(st.integers(1, 20), st.integers(90, max_passages)),
        values=st.sampled_from([1, 2, 3, 100]),
        seed=st.integers(0, 2**32 - 1),
    )


def one_query(relevant_at: list[int], languages: list[str]) -> tuple[Ranks, Collection]:
    """A German query over a pool ranked in the order of ``languages``, whose relevant passages have these ranks."""
    collection = Collection.from_rows(
        "one",
        queries=[{"id": "q", "text": "?", "lang": "de"}],
        passages=[{"id": f"p{n}", "text": "!", "lang": lang} for n, lang in enumerate(languages)],
        relevant={("q", f"p{rank - 1}"): 1 for rank in relevant_at},
    )
    vectors = -np.arange(len(languages), dtype=np.float32)[:, None]
    return rank_relevant(np.ones((1, 1), np.float32), vectors, collection, depth=len(languages)), collection


def lengths(case: Case, seed: int) -> npt.NDArray[np.int64]:
    """How many hits a run has of each query: none, all, or some."""
    rng, size = np.random.default_rng(seed), len(case.passages)
    found: npt.NDArray[np.int64] = rng.choice(
        np.array([0, int(rng.integers(1, size + 1)), size]), size=len(case.queries)
    )
    return found


def _ids(rng: np.random.Generator, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(rng.choice(_LETTERS, size=rng.integers(1, 6)))] = None
    return list(found)
