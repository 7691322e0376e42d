"""``isoglot audit``: what an encoder does in a pool of several languages, in words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.padding import Padding

from isoglot.cli.collections import loaded_collection
from isoglot.cli.notices import warn_of_seen
from isoglot.cli.options import (
    Cache,
    Candidate,
    CollectionName,
    Draws,
    EncoderName,
    KeepIdenticalIds,
    MemoryMib,
    SaveResults,
    Seed,
    Strict,
)
from isoglot.cli.saving import check_targets, saved_first
from isoglot.cli.screen import Screen, marked

if TYPE_CHECKING:
    from isoglot.report.audit import AuditSection


def audit(
    encoder: EncoderName,
    collection: CollectionName,
    save: SaveResults = None,
    candidate: Candidate = "sentence",
    memory_mib: MemoryMib = 512,
    draws: Draws = 1_000,
    seed: Seed = 0,
    cache: Cache = True,
    keep_identical_ids: KeepIdenticalIds = False,
    strict: Strict = False,
) -> None:
    """Find out in words whether an encoder ranks by language instead of meaning.

    The collection may be a folder with corpus.jsonl alone, whose rows have lang and group: a sentence in one language
    then asks for its translations.
    """
    from isoglot.cli.progress import embedding_progress
    from isoglot.encoder.fingerprint import encoder_fingerprint
    from isoglot.encoder.lazy import LazyEncoder
    from isoglot.encoder.repair import fitted_on
    from isoglot.evaluation.embedded import embed_collection
    from isoglot.evaluation.evaluate import EvaluationOptions, evaluate_embedded, filed
    from isoglot.evaluation.measures import MEASURES, parse_measure
    from isoglot.report.audit import audit_sections
    from isoglot.report.debiasing import debiasing_section

    check_targets([save])
    loaded = loaded_collection(collection, candidate=candidate, strict=strict, keep_identical_ids=keep_identical_ids)
    measures = (*MEASURES, parse_measure("Success@1"))
    options = EvaluationOptions(measures=measures, draws=draws, seed=seed, memory_mib=memory_mib, cache=cache)
    model = LazyEncoder(encoder)
    warn_of_seen(encoder, fitted_on(model), {loaded.name: loaded.fingerprint})
    fingerprint = encoder_fingerprint(model)
    with embedding_progress() as progress:
        embedded = embed_collection(model, loaded, fingerprint=fingerprint if cache else None, progress=progress)
        result = evaluate_embedded(embedded, options=options, progress=progress)
        would = debiasing_section(embedded, progress=progress)
    results = filed({loaded.name: result}, model, name=encoder, fingerprint=fingerprint, options=options)
    with saved_first(save, results, what="results"):
        _print(encoder, loaded.name, [*audit_sections(result), *([] if would is None else [would])])


def _print(encoder: str, collection: str, sections: Sequence["AuditSection"]) -> None:
    """Headings and, under each, its sentences as paragraphs."""
    console = Screen()
    console.print(marked(f"\n[bold]{escape(encoder)}[/] on [bold]{escape(collection)}[/]"))
    for section in sections:
        console.print(f"\n{section.title}", style="bold")
        for line in section.lines:
            console.print(Padding(line, (0, 0, 0, 2)))
