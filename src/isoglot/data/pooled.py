"""Collections of one language each as one pool."""

from collections import Counter
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from isoglot.data.collection import Collection
from isoglot.data.judgements import Judgements


def pooled(name: str, parts: Mapping[str, Collection]) -> Collection:
    """The queries and passages of all parts, in their order; with several, ids begin with the part's key: ``ar/12``.

    Texts stay where they are; ids are made anew in memory.
    """
    if len(parts) == 1:
        (only,) = parts.values()
        only.name = name
        return only
    queries = [_prefixed(of.queries, key, ("id", "cluster", "group")) for key, of in parts.items()]
    passages = [_prefixed(of.passages, key, ("id", "group")) for key, of in parts.items()]
    judgements, never_found = [], []
    asked = held = 0
    for of in parts.values():
        judgements.append(of.judgements.shifted(asked, held))
        never_found.append(of.never_found.shifted(asked, held))
        asked, held = asked + len(of.queries), held + len(of.passages)
    return Collection(
        name,
        queries=pa.concat_tables(queries),
        passages=pa.concat_tables(passages),
        judgements=Judgements.concatenate(judgements),
        never_found=Judgements.concatenate(never_found),
        faults=sum((Counter(of.faults) for of in parts.values()), Counter()),
        left_out=sum((Counter(of.left_out) for of in parts.values()), Counter()),
    )


def _prefixed(table: pa.Table, key: str, columns: tuple[str, ...]) -> pa.Table:
    for name in columns:
        made = pc.binary_join_element_wise(f"{key}/", table[name], "")
        table = table.set_column(table.column_names.index(name), name, made)
    return table
