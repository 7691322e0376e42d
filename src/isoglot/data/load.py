"""From what a user names (a data set of the registry, a file, a folder) to data."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from isoglot.arguments import checked
from isoglot.data import registry, sample
from isoglot.data.answersentence import PassageForm
from isoglot.data.collection import Collection
from isoglot.data.formats.lareqa import CandidateText, read_lareqa
from isoglot.data.formats.pairrows import read_pair_rows
from isoglot.data.items import Pairs
from isoglot.data.named import load_named
from isoglot.data.narrowed import in_languages
from isoglot.data.parallel import ParallelDataset
from isoglot.data.parallelfiles import check_plain, foreign_form, read_file, read_squad_files
from isoglot.data.readers import FORMATS, read_source
from isoglot.data.sources import Source, hub_source, parse, split_languages, split_rows
from isoglot.data.thinned import thinned
from isoglot.errors import DataError
from isoglot.files import given_name, given_path
from isoglot.languages import check_there, normalise
from isoglot.progress import doing

_NAMES = "data of `isoglot data list`, a file or a folder"

Training = str | Path | Mapping[str, str | Path]


@checked
def load_parallel(source: Training, *, pairs: Pairs = "positive", passage: PassageForm = "whole") -> ParallelDataset:
    """Load training data.

    Example::

        >>> data = isoglot.load_parallel("sample/train")
        >>> len(data), data[0]["query"]["en"][:3]
        (64, ...)

    Args:
        source: a name of ``isoglot data list``, or of a half, such as ``sample/train``; a ``.jsonl``
            or ``.jsonl.gz`` file (the project's own format, a joined parallel SQuAD, the NQ oracle, QED, MRQA or
            distant TriviaQA pairs); a ``.json`` or ``.json.gz`` file of DPR; a ``.parquet`` file
            of such items (:meth:`ParallelDataset.save`, pandas, ``datasets``); a file of pairs of another project
            with its language, as in ``pairs.jsonl@de``; a data set of the hub, as in ``hf/train@de:OWNER/NAME``; or
            SQuAD JSON files as a mapping of language to file. ``@LANGUAGES`` behind a name or a path takes these
            languages only, as in ``sample/train@en,de``.
        pairs: of a file whose items have a ``label``: those whose passage answers the query, those labelled as
            negatives, or all, for the texts. ``left_out`` of the result counts the others.
        passage: ``sentence`` for the sentence of each passage that holds the answer, where the source says it: items
            with ``sentence_span``, or ``answer`` and ``answer_start``, and SQuAD JSON. Items that do not say it are
            left out, and counted in ``left_out``. Groups stay those of the whole passages.

    Raises:
        DataError: there is no such data, it cannot be read, or it does not have the labels or the answers that
            ``pairs`` or ``passage`` asks for.
        FetchError: it could not be downloaded.
        ConfigError: the library that finds sentences is needed and not installed.
    """
    if not isinstance(source, Mapping):
        source = given_name(source, _NAMES)
    with doing(f"reading {', '.join(map(str, source.values())) if isinstance(source, Mapping) else source}"):
        return _parallel(source, pairs, passage)


def _parallel(source: Training, pairs: Pairs, passage: PassageForm) -> ParallelDataset:
    if isinstance(source, str):
        name, languages = split_languages(source)
        if languages is not None:
            return _in_languages(name, languages, pairs, passage)
        if (named := hub_source(source)) is not None:
            from isoglot.data.hub.load import load_hub_parallel  # which imports the hub's client

            return load_hub_parallel(named, pairs, passage)
    if not isinstance(source, Mapping) and Path(source).is_file() and not sample.is_sample(str(source)):
        return read_file(Path(source), pairs, passage)
    if isinstance(source, Mapping):
        files = {language: given_path(path) for language, path in source.items()}
        return read_squad_files(files, pairs, passage)
    if sample.is_sample(str(source)):
        check_plain(str(source), pairs, passage)
        return sample.load_sample(str(source))
    _check_name(source, Path(source))
    return load_named(str(source), pairs, passage)


@checked
def load_collection(
    source: str | Path,
    *,
    candidate: CandidateText = "sentence",
    language: str | Sequence[str] | None = None,
    split: str | None = None,
    strict: bool = False,
    judged: bool = True,
) -> Collection:
    """Load what an encoder is evaluated on.

    Example::

        >>> isoglot.load_collection("sample/test@de,en").languages
        ('de', 'en')

    Args:
        source: a name of ``isoglot data list``; a BEIR folder; ``FORMAT[/SPLIT][@LANGUAGES]:PATH`` for one of the
            formats of docs/data.md, such as ``miracl@ar,sw:/data/miracl``, or of the hub, such as
            ``hf@en:OWNER/NAME``; or any name or file that
            :func:`load_parallel` reads: then every query meets the passages of all languages. A sentence in several
            languages asks for its translations. ``native-qa/dev`` and ``squadshifts/dev`` are fixed samples
            (:mod:`isoglot.data.thinned`). ``@LANGUAGES`` behind a name or a path takes the queries and passages in
            these languages only, as in ``xquad-r@en,es``.
        candidate: for XQuAD-R and MLQA-R, the text of a candidate.
        language: the same as ``@LANGUAGES``; for a BEIR folder and ``ir_datasets``, the language of
            what states none.
        split: the same as ``/SPLIT``.
        strict: refuse empty texts and judgements of what is not there, which are counted in the collection's ``faults``
            otherwise (:mod:`isoglot.data.published`).
        judged: False for what needs texts and no judgements: a folder of passages alone needs no translations then,
            and up to 1,000 passages in each language are its queries.

    Raises:
        DataError: there is no such data, or it cannot be read.
        FetchError: it could not be downloaded.
    """
    source = given_name(source, _NAMES)
    with doing(f"reading {source}"):
        return _collection(source, candidate, language, split, strict, judged)


def _collection(
    source: str | Path,
    candidate: CandidateText,
    language: str | Sequence[str] | None,
    split: str | None,
    strict: bool,
    judged: bool,
) -> Collection:
    place, languages = split_languages(source) if isinstance(source, str) else (source, None)
    path = Path(place)
    named = parse(place) if isinstance(place, str) and not path.exists() else None
    if path.is_dir():
        named = Source(format="beir", place=str(path))
    if named is not None:
        found = read_source(named.told(language=language, split=split), strict=strict, judged=judged)
        return found if languages is None else in_languages(found, languages)
    if split is not None:
        raise DataError(f"{source}: a split is for folders and for sources such as miracl:FOLDER.")
    if languages is not None and language is not None:
        raise DataError(f"{source}: the source says its languages; do not say them again.")
    if languages is None and language is not None:
        languages = (language,) if isinstance(language, str) else tuple(language)
    if path.is_file():
        return _named(path, path.name.split(".")[0], languages, candidate, strict)
    if isinstance(place, Path):
        raise DataError(f"{source}: no such file or folder.")
    return _named(place, place, languages, candidate, strict)


def _named(
    source: str | Path, name: str, languages: Sequence[str] | None, candidate: CandidateText, strict: bool
) -> Collection:
    """A collection of the registry, or one made of training data; of some languages where they are given."""
    label = name if languages is None else f"{name}@{','.join(languages)}"
    path, part = Path(source), None
    if not path.is_file() and not sample.is_sample(name):
        _check_name(source, path)
        entry = registry.find(split_rows(name)[0])
        if entry.kind == "collection" and entry.recipe is not None:
            from isoglot.data.hub.recipes import recipe_collection  # which imports the hub's client

            return recipe_collection(entry, registry.part_of(name, entry), languages=languages, strict=strict)
        if entry.kind == "collection":
            return read_lareqa(label, registry.files(name, languages=languages), candidate=candidate, strict=strict)
        part = entry.sample if name.endswith("/dev") else None
    data = load_parallel(source) if languages is None else _in_languages(source, languages, "positive", "whole")
    made = Collection.from_parallel(label, data)
    return made if part is None else thinned(made, part)


def _in_languages(source: str | Path, languages: Sequence[str], pairs: Pairs, passage: PassageForm) -> ParallelDataset:
    """The items in some languages; those of a file that states none are in the one that is told."""
    path = Path(source)
    if (form := foreign_form(path)) is not None:
        if len(languages) > 1:
            raise DataError(f"{source}: say one language, that of the texts, which state none.")
        return read_pair_rows(path, form, language=languages[0], pairs=pairs, passage=passage)
    if not path.exists() and not sample.is_sample(str(source)):
        _check_name(source, path)
        return load_named(str(source), pairs, passage, languages=languages)
    data = load_parallel(source, pairs=pairs, passage=passage)
    check_there(str(source), [normalise(tag) for tag in languages], data.languages)
    return data.restrict(languages)


def _check_name(source: str | Path, path: Path) -> None:
    if isinstance(source, str) and (named := parse(source)) and named.format in FORMATS and not path.exists():
        raise DataError(f"{source}: {named.format} is a collection to evaluate on; to train, give a file.")
    if path.is_dir():
        raise DataError(f"{source}: a folder is a collection to evaluate on; to train, give a file.")
    if isinstance(source, Path) or path.suffix or source.startswith((".", "/", "~")):
        raise DataError(f"{source}: no such file or folder.")
