"""``isoglot audit``: what an encoder does in a pool of several languages, in words."""

from isoglot.cli.collections import loaded_collection
from isoglot.cli.document import AsJson
from isoglot.cli.notices import warn_of_seen
from isoglot.cli.options import (
    Cache,
    Candidate,
    CollectionName,
    Draws,
    EncoderName,
    Html,
    KeepIdenticalIds,
    MemoryMib,
    NoTexts,
    SaveResults,
    Seed,
    Strict,
    Verbose,
)
from isoglot.cli.saving import check_targets, page_of_results, saved_first
from isoglot.cli.screen import show


def audit(
    encoder: EncoderName,
    collection: CollectionName,
    save: SaveResults = None,
    html: Html = None,
    no_texts: NoTexts = False,
    candidate: Candidate = "sentence",
    memory_mib: MemoryMib = 512,
    draws: Draws = 1_000,
    seed: Seed = 0,
    cache: Cache = True,
    keep_identical_ids: KeepIdenticalIds = False,
    strict: Strict = False,
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """Say in words whether an encoder ranks by language instead of by meaning, and what to do about it.

    A folder with corpus.jsonl alone will do, if its rows have lang and group: each passage then asks for its
    translations.
    """
    from isoglot.cli.progress import embedding_progress
    from isoglot.encoder.given import given_encoder
    from isoglot.encoder.repair import fitted_on
    from isoglot.evaluation.evaluate import EvaluationOptions
    from isoglot.report.audited import audit_summary
    from isoglot.report.auditing import audit as run

    check_targets([save, html], inputs=[encoder, collection])
    loaded = loaded_collection(collection, candidate=candidate, strict=strict, keep_identical_ids=keep_identical_ids)
    options = EvaluationOptions(draws=draws, seed=seed, memory_mib=memory_mib, cache=cache)
    model = given_encoder(encoder)
    warn_of_seen(encoder, fitted_on(model), {loaded.name: loaded.fingerprint})
    with embedding_progress() as progress:
        found = run(model, loaded, name=encoder, options=options, progress=progress)
    page = page_of_results(found, texts=[] if no_texts else [loaded])
    with saved_first(save, found, what="results", as_json=as_json, html=html, page=page):
        show(audit_summary(found, source=collection), verbose=verbose)
