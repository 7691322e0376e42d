"""What a training saw: sources, batches, languages, licences, leaks; and its configuration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from isoglot.batching.policies.registry import POLICIES
from isoglot.cards.record import read_certificate
from isoglot.cards.training import TRAIN, leak_finding, sources_of
from isoglot.configuration import dotted
from isoglot.report.page.blocks import Block, Facts, Listing, Points, Section
from isoglot.report.sections.made import MADE, written
from isoglot.summary import TextTable
from isoglot.training.trained import Trained
from isoglot.wording import counted, enumerated, tally


def data_seen(record: Mapping[str, Any]) -> Section:
    """Sources with their batches, and pairs by source and language."""
    config = record["config"]
    sources = sources_of(record)
    counts = record.get("sources") or {TRAIN: record.get("train") or {}}
    whole = sum(source.get("weight") or 0 for source in sources.values())
    rows = [
        (
            name,
            _batches(config, source),
            f"{source['weight'] / whole:.0%}" if whole and source.get("weight") else "by size",
            *(f"{counts.get(name, {}).get(key, 0):,}" for key in ("items", "groups")),
        )
        for name, source in sources.items()
    ]
    used = dict.fromkeys(source.get("policy") or config["batch"]["policy"] for source in sources.values())
    reading = [
        "A batch comes from one source, and the share is that of the steps. Counts are those of the data; how often "
        "a pair is drawn is up to the policy and its weights.",
        *(f"{name}: {POLICIES[name].summary}." for name in used if name in POLICIES),
    ]
    blocks: list[Block] = [Listing(TextTable(("source", "batches", "share", "items", "groups"), rows))]
    pairs = {name: source["pairs_by_language"] for name, source in counts.items() if source.get("pairs_by_language")}
    if len(pairs) == 1:
        blocks.append(Points([f"Pairs by language: {tally(next(iter(pairs.values())))}."]))
    elif pairs:
        blocks.append(Listing(_languages(pairs)))
    held = record.get("validation")
    blocks += [Points([f"Held out for validation: {counted(held['items'], 'items')}."])] if held else []
    return Section(heading="What was it trained on?", reading=reading, blocks=blocks)


def leaks_found(found: Trained) -> Section:
    """The certificate: which tests were looked for, and what of them the training data has."""
    record, certificate = found.record, read_certificate(found.folder)
    said = leak_finding(record, certificate)
    blocks: list[Block] = []
    if said and certificate:
        blocks.append(Listing(TextTable(_KINDS, [_leaks(each) for each in certificate["collections"]])))
    else:
        said = "The training data was not checked for texts of test collections (leaks.against of the configuration)."
    known = record.get("provenance") or ()
    if known:
        blocks.append(Facts("Data sets", [(str(each["name"]), _licence(each)) for each in known]))
    return Section(heading="Does it know the tests?", reading=[said], blocks=blocks)


def _licence(entry: Mapping[str, Any]) -> str:
    holds = f"; it holds texts of {enumerated(list(entry['leaks']))}" if entry["leaks"] else ""
    return f"{entry.get('licence') or 'no licence known'}{holds}"


_KINDS = ("test collection", "queries", "leaking", "passages", "leaking passages")


def _leaks(collection: Mapping[str, Any]) -> tuple[str, ...]:
    leaks = collection.get("leaks") or {}
    found = (f"{(leaks.get(side) or {}).get('any', 0):,}" for side in ("query", "passage"))
    return (
        str(collection["name"]),
        f"{collection.get('queries', 0):,}",
        next(found),
        f"{collection.get('passages', 0):,}",
        next(found),
    )


def run_made(record: Mapping[str, Any]) -> Section:
    """The configuration as it was read, the encoder before and after, and versions."""
    config = {key: value for key, value in record["config"].items() if key not in ("data", "output")}
    data = {key: value for key, value in record["config"]["data"].items() if key != "sources"}
    facts = [(key, written(value)) for key, value in (*dotted(config), *dotted({"data": data})) if value is not None]
    blocks: list[Block] = [Facts("Configuration", facts)]
    blocks += [Facts(f"Source {name}", list(_said(source))) for name, source in sources_of(record).items()]
    prints = {
        "encoder before": record.get("encoder_before"),
        "encoder after": record.get("encoder_after"),
        "training data": (record.get("train") or {}).get("fingerprint"),
    }
    made = {**(record.get("machine") or {}), **(record.get("versions") or {})}
    for title, found in (("Fingerprints", prints), ("Machine and versions", made)):
        if pairs := [(name, str(value)) for name, value in found.items() if value is not None]:
            blocks.append(Facts(title, pairs))
    return Section(heading=MADE, blocks=blocks)


def _batches(config: Mapping[str, Any], source: Mapping[str, Any]) -> str:
    batch = config["batch"]
    policy = source.get("policy") or batch["policy"]
    alpha = source.get("alpha", batch.get("alpha"))
    return f"{policy}, alpha {alpha}" if policy == "hybrid" else str(policy)


def _languages(pairs: Mapping[str, Mapping[str, int]]) -> TextTable:
    """A row a language, most pairs first; a column a source."""
    total = Counter[str]()
    for found in pairs.values():
        total.update(found)
    rows = [
        (language, f"{count:,}", *(f"{found[language]:,}" if language in found else "–" for found in pairs.values()))
        for language, count in total.most_common()
    ]
    return TextTable(("pairs in", "all", *pairs), rows)


def _said(source: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in dotted({key: value for key, value in source.items() if key != "name"}):
        if value not in (None, {}, []):
            yield key, written(value)
