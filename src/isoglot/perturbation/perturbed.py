"""A collection whose queries are perturbed; its passages and judgements stay as they are."""

import hashlib
from collections import Counter

import numpy as np
import pyarrow as pa

from isoglot.arrays import Ints
from isoglot.data.collection import Collection
from isoglot.errors import ConfigError
from isoglot.perturbation.families.code_switching import CodeSwitching
from isoglot.perturbation.perturbation import check_strength
from isoglot.perturbation.registry import PERTURBATIONS, AnyPerturbation, find_perturbation
from isoglot.text.scripts import base_language


def perturb(collection: Collection, perturbation: AnyPerturbation | str, *, strength: float, seed: int) -> Collection:
    """The collection with its queries perturbed.

    Queries for whose language the perturbation is not defined are left out at every strength, 0 too, so that all
    strengths have the same queries and averages are about perturbed ones only; so are queries without a parallel
    one where code is switched. Ids, languages, clusters, groups, judgements and the table of passages stay; with
    the passages in place, each of the queries kept is ranked against the same pool as before.

    Args:
        collection: what to perturb.
        perturbation: one, or its name.
        strength: share of the eligible places that are changed, from 0 to 1.
        seed: every query has a generator of its own, made of this and its id: the order of queries, and which
            others there are, makes no difference.

    Raises:
        ConfigError: no such perturbation, one that no query of the collection can have, a strength outside of
            [0, 1] or a negative seed.
    """
    if isinstance(perturbation, str):
        perturbation = find_perturbation(perturbation)
    check_strength(strength)
    if seed < 0:
        raise ConfigError(f"the seed of a perturbation must be at least 0, but got {seed}.")
    kept = eligible(collection, perturbation)
    made = collection.of_queries(kept)
    texts = _texts(collection, made.queries, perturbation, strength, seed)
    column = made.queries.schema.get_field_index("text")
    made.queries = made.queries.set_column(column, "text", pa.array(texts, pa.string()))
    made.left_out |= left_out(collection, perturbation)
    return made


def eligible(collection: Collection, perturbation: AnyPerturbation) -> Ints:
    """(kept,) int64, ascending: the queries that a perturbation is defined for.

    Raises:
        ConfigError: there is none.
    """
    languages = collection.queries["lang"].to_pylist()
    if not any(perturbation.offered(language) for language in set(languages)):
        names = applicable(collection)
        raise ConfigError(
            f"{collection.name}: the perturbation {perturbation.name!r} is not defined for any language of its "
            f"queries ({', '.join(sorted(set(languages)))}): there is {', '.join(names)}."
        )
    possible = np.array([perturbation.offered(language) for language in languages])
    if isinstance(perturbation, CodeSwitching):
        parallel = _parallel(collection, perturbation.into)
        possible &= np.array([group in parallel for group in collection.queries["group"].to_pylist()])
        if not possible.any():
            raise ConfigError(
                f"{collection.name}: {perturbation.name!r} needs queries of one group in {perturbation.into!r} and "
                "another language, and there are none."
            )
    return np.flatnonzero(possible)


def left_out(collection: Collection, perturbation: AnyPerturbation) -> dict[str, int]:
    """Why queries cannot have a perturbation -> how many of them."""
    languages = collection.queries["lang"].to_pylist()
    dropped = np.setdiff1d(np.arange(len(languages)), eligible(collection, perturbation)).tolist()
    counts = Counter(
        f"query in {languages[row]!r} without a translation to switch to"
        if perturbation.offered(languages[row])
        else f"query in {languages[row]!r}, for which {perturbation.name!r} is not defined"
        for row in dropped
    )
    return dict(sorted(counts.items()))


def applicable(collection: Collection) -> tuple[str, ...]:
    """Names of the perturbations that are defined for some language of the collection's queries."""
    languages = set(collection.queries["lang"].to_pylist())
    return tuple(known.name for known in PERTURBATIONS if any(known.offered(language) for language in languages))


def query_generator(seed: int, query: str) -> np.random.Generator:
    """The generator of one query, by its id."""
    digest = hashlib.blake2b(query.encode(), digest_size=8).digest()
    return np.random.default_rng([seed, int.from_bytes(digest, "big")])


def _texts(
    collection: Collection, queries: pa.Table, perturbation: AnyPerturbation, strength: float, seed: int
) -> list[str]:
    rows = zip(*(queries[name].to_pylist() for name in ("id", "text", "lang", "group")), strict=True)
    if not isinstance(perturbation, CodeSwitching):
        return [
            perturbation.apply(text, language, strength, query_generator(seed, query))
            for query, text, language, _ in rows
        ]
    parallel = _parallel(collection, perturbation.into)
    return [
        perturbation.apply(text, language, strength, query_generator(seed, query), parallel=parallel[group])
        for query, text, language, group in rows
    ]


def _parallel(collection: Collection, into: str) -> dict[str, str]:
    """Group -> its query in a language; of several that with the lowest id, so that their order does not count."""
    columns = (collection.queries[name].to_pylist() for name in ("id", "group", "lang", "text"))
    found = [row for row in zip(*columns, strict=True) if base_language(row[2]) == base_language(into)]
    return {group: text for _, group, _, text in sorted(found, reverse=True)}
