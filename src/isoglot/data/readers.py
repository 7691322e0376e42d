"""The formats of evaluation collections by name."""

from collections.abc import Callable
from pathlib import Path

from isoglot.data.collection import Collection
from isoglot.data.formats.beir import packed, read_beir, read_corpus
from isoglot.data.formats.belebele import read_belebele
from isoglot.data.formats.irdatasets import read_ir_dataset
from isoglot.data.formats.miracl import read_miracl, read_mrtydi
from isoglot.data.formats.mkqa import read_mkqa
from isoglot.data.formats.mlqa import read_mlqa
from isoglot.data.formats.translations import from_translations
from isoglot.data.sources import HUB, Source
from isoglot.errors import DataError
from isoglot.files import resolved

_TRANSLATIONS_SEED = 0  # a folder is one collection, whoever reads it


def read_source(source: Source, *, strict: bool = False, judged: bool = True) -> Collection:
    """Read a collection; its name is the source's label, or the folder's name or the id where that says more.

    Args:
        source: what to read.
        strict: see :mod:`isoglot.data.published`.
        judged: False where judgements are not read, so that a folder of passages alone needs no translations.

    Raises:
        DataError: there is no such format, folder or language, or the reader's.
    """
    if source.format not in FORMATS:
        raise DataError(f"{source.label}:{source.place}: unknown format; choose from {', '.join(FORMATS)}.")
    if source.format == "beir" and _passages_alone(_folder(source)):
        return _corpus(source, strict, judged)
    return _READERS[source.format](source, strict)


def _passages_alone(folder: Path) -> bool:
    others = (packed(folder / "queries.jsonl"), folder / "qrels")
    return packed(folder / "corpus.jsonl").exists() and not any(other.exists() for other in others)


def _corpus(source: Source, strict: bool, judged: bool) -> Collection:
    _without_split(source)
    folder = _folder(source)
    passages = read_corpus(folder, language=_one_language(source))
    return from_translations(resolved(folder).name, passages, seed=_TRANSLATIONS_SEED, strict=strict, judged=judged)


def _beir(source: Source, strict: bool) -> Collection:
    folder, language = _folder(source), _one_language(source)
    found = read_beir(folder, language=language, split=source.split, strict=strict)
    if source.split:
        found.name = f"{found.name}/{source.split}"
    return found


def _belebele(source: Source, strict: bool) -> Collection:
    _without_split(source)
    return _named(read_belebele(_folder(source), languages=source.languages, strict=strict), source)


def _ir_datasets(source: Source, strict: bool) -> Collection:
    _without_split(source)
    return read_ir_dataset(source.place, language=_one_language(source), strict=strict)


def _hub(source: Source, strict: bool) -> Collection:
    from isoglot.data.hub.load import load_hub_collection  # which imports the hub's client

    return load_hub_collection(source, strict=strict)


def _mteb(source: Source, strict: bool) -> Collection:
    from isoglot.data.hub.mteb import read_mteb  # which imports the hub's client

    return read_mteb(source, strict=strict)


def _miracl(source: Source, strict: bool) -> Collection:
    return _named(read_miracl(_folder(source), languages=source.languages, split=source.split, strict=strict), source)


def _mkqa(source: Source, strict: bool) -> Collection:
    _without_split(source)
    return _named(read_mkqa(_folder(source), languages=source.languages, strict=strict), source)


def _mlqa(source: Source, strict: bool) -> Collection:
    return _named(read_mlqa(_folder(source), languages=source.languages, split=source.split, strict=strict), source)


def _mrtydi(source: Source, strict: bool) -> Collection:
    return _named(read_mrtydi(_folder(source), languages=source.languages, split=source.split, strict=strict), source)


_READERS: dict[str, Callable[[Source, bool], Collection]] = {
    "beir": _beir,
    "belebele": _belebele,
    HUB: _hub,
    "ir_datasets": _ir_datasets,
    "miracl": _miracl,
    "mkqa": _mkqa,
    "mlqa": _mlqa,
    "mrtydi": _mrtydi,
    "mteb": _mteb,
}
FORMATS = tuple(_READERS)


def _folder(source: Source) -> Path:
    folder = Path(source.place).expanduser()
    if not folder.is_dir():
        raise DataError(f"{source.place}: no such folder to read {source.format} from.")
    return folder


def _named(collection: Collection, source: Source) -> Collection:
    collection.name = source.label
    return collection


def _one_language(source: Source) -> str | None:
    if source.languages is None:
        return None
    if len(source.languages) > 1:
        raise DataError(
            f"{source.label}:{source.place}: say one language, that of the texts which state none; "
            "a collection of several says it in every row."
        )
    return source.languages[0]


def _without_split(source: Source) -> None:
    if source.split is not None:
        raise DataError(f"{source.label}:{source.place}: {source.format} has no splits to choose from.")
