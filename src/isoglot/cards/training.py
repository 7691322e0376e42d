"""What the record of a training says, in the words that cards and pages share."""

from collections.abc import Mapping, Sequence
from typing import Any

from isoglot.cards.record import LEAKS
from isoglot.wording import counted, enumerated

TRAIN = "train"
"""What the data of a run is called whose configuration has no sources."""


def sources_of(record: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Name -> the table of a source in the configuration; none where the record has no configuration."""
    data = record.get("config", {}).get("data", {})
    short = [{"name": TRAIN, "paths": data["train"]}] if data.get("train") else []
    named: Sequence[Mapping[str, Any]] = data.get("sources") or short
    return {source.get("name") or f"source {number}": source for number, source in enumerate(named, start=1)}


def time_spent(record: Mapping[str, Any]) -> str:
    """``1.5 minutes on 2 cores of x86_64 (cpu)``; empty where the record does not say, as those of older versions."""
    if "seconds" not in record:
        return ""
    machine = record.get("machine") or {}
    on = f" on {machine.get('cores', '?')} cores of {machine.get('cpu', '?')} ({machine.get('device', '?')})"
    return f"{record['seconds'] / 60:,.1f} minutes{on if machine else ''}"


def leak_finding(record: Mapping[str, Any], certificate: Mapping[str, Any] | None) -> str:
    """Which collections the training data was checked for, and whether it has their texts; empty where it was not.

    Args:
        record: of the training, or of the merge, which has the same of leaks.
        certificate: of leaks, as it stands beside the record.
    """
    if not certificate or not certificate.get("collections"):
        return ""
    names = enumerated([str(each["name"]) for each in certificate["collections"]])
    found = "it has none" if certificate.get("clean") else "it has some"
    audit = record.get("leaks") or {}
    dropped = f", after {counted(audit['dropped'], 'items')} had been dropped" if audit.get("dropped") else ""
    return f"The training data was checked for texts of {names}: {found}{dropped} ({LEAKS})."
