"""A page of hits: candidates of every language, ranked by a policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pyarrow as pa

from isoglot.arguments import Integer, Several, Share, option_record, within
from isoglot.arrays import Ints, Vectors
from isoglot.encoder.affine import numbers_of
from isoglot.errors import ConfigError
from isoglot.limits import HITS, PAGES
from isoglot.search.candidates import DEPTH, Candidates
from isoglot.search.hits import Hit, Hits, collapsed
from isoglot.search.memory import moved
from isoglot.search.policies import policy_named, policy_or_default
from isoglot.search.scored import Scored
from isoglot.search.store import Found
from isoglot.search.view import View


@dataclass(frozen=True, eq=False)
class Query:
    """An encoded query; its language is None where that is none of the index's."""

    text: str
    vector: Vectors
    language: str | None


@option_record
class Asked:
    """How hits are ranked and which are shown; see :meth:`isoglot.search.index.Index.search`."""

    languages: Several[str] | None = None
    k: Annotated[Integer, within(HITS)] = 10
    page: Annotated[Integer, within(PAGES)] = 1
    policy: str | None = None
    dial: Share | None = None
    collapse: bool = False
    passing: bool = False

    @property
    def by(self) -> str:
        """The policy that is meant."""
        return policy_or_default(self.policy, self.dial)

    @property
    def reach(self) -> int:
        """Hits that must be known: those to the end of the page, and one more."""
        return self.k * self.page + 1


def page_of(view: View, query: Query, asked: Asked) -> Hits:
    """The page.

    Raises:
        ConfigError: a bad policy, dial or language, or no thresholds to pass.
        StorageError: the store cannot be read, or is changed at this moment.
    """
    hits = _ranked(view, query, asked)
    if asked.passing:
        hits = [hit for hit in hits if hit.passes]
    if asked.collapse:
        hits = _collapsed(view, query, asked, hits)
    first = asked.k * (asked.page - 1)
    return Hits(
        query=query.text,
        language=query.language,
        policy=asked.by,
        page=asked.page,
        hits=tuple(hits[first : first + asked.k]),
        more=len(hits) > first + asked.k,
    )


def _ranked(view: View, query: Query, asked: Asked) -> list[Hit]:
    """Hits by the policy: all candidates where some of them will be left out, otherwise those that are shown."""
    own = view.source.languages
    policy = policy_named(asked.by, languages=own, calibration=view.calibration, dial=asked.dial)
    if asked.passing and (view.thresholds is None or query.language not in view.thresholds.queries):
        raise ConfigError(
            f"the index has no thresholds for queries in {query.language or 'an unknown language'}: make them by "
            "`isoglot calibrate`, or show all hits."
        )
    wanted = _places(asked.languages, own)
    found = view.source.candidates(query.vector, languages=wanted, depth=max(DEPTH, asked.reach))
    lexical = None
    if asked.by == "lexical":
        words = view.table.matching(query.text, count=DEPTH, languages=asked.languages)
        found = _with_matches(found, words, query.vector, view)
        lexical = words.places({identity: row for row, identity in enumerate(found.rows["id"].to_pylist())})[None]
    scored = Scored(
        scores=found.scores[None],
        query_language=numbers_of([query.language or ""], own),
        passage_language=found.language,
        lexical=lexical,
    )
    order = np.argsort(-policy.apply(scored)[0], kind="stable")
    return _hits(view, query, found, order if asked.collapse or asked.passing else order[: asked.reach])


def _hits(view: View, query: Query, found: Candidates, order: Ints) -> list[Hit]:
    rows, scores = found.rows.take(order).to_pylist(), found.scores[order]
    passes: list[bool | None] = [None] * len(rows)
    if view.thresholds is not None:
        passes = view.thresholds.passes(scores, query.language, [row["lang"] for row in rows])
    return [
        Hit(**row, score=score, passes=passed) for row, score, passed in zip(rows, scores.tolist(), passes, strict=True)
    ]


def _collapsed(view: View, query: Query, asked: Asked, hits: Sequence[Hit]) -> list[Hit]:
    """One hit an item, as many as must be known."""
    groups = list(dict.fromkeys(hit.group for hit in hits))[: asked.reach]
    kept = set(groups)
    return collapsed(
        [hit for hit in hits if hit.group in kept],
        view.source.translations(groups),
        prefer=query.language if asked.languages is None or query.language in asked.languages else None,
    )


def _with_matches(found: Candidates, words: Found, query: Vectors, view: View) -> Candidates:
    """The candidates, and the passages found by words that are none of them."""
    there = set(found.rows["id"].to_pylist())
    more = np.array([n for n, identity in enumerate(words.rows["id"].to_pylist()) if identity not in there], np.int64)
    if not len(more):
        return found
    rows = words.rows.take(more)
    tags = rows["lang"].to_pylist()
    vectors = moved(words.vectors[more], tags, view.repair, "passage")
    scores = view.manifest.similarity.block(vectors).scores(query[None])[0]
    return Candidates(
        rows=pa.concat_tables([found.rows, rows]),
        language=np.concatenate([found.language, numbers_of(tags, view.source.languages)]),
        scores=np.concatenate([found.scores, scores]),
    )


def _places(wanted: Sequence[str] | None, own: tuple[str, ...]) -> list[int]:
    if wanted is None:
        return list(range(len(own)))
    for tag in wanted:
        if tag not in own:
            raise ConfigError(f"the index has no passages in {tag!r}; it has {', '.join(own)}.")
    return [own.index(tag) for tag in dict.fromkeys(wanted)]
