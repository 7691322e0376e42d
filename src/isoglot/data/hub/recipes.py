"""Data sets of the registry that are read from the hub: their rows or files, at the commit that the lock says."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from isoglot.data.answersentence import PassageForm
from isoglot.data.clusters import components
from isoglot.data.collection import Collection
from isoglot.data.entry import Entry, HubFiles, HubRows
from isoglot.data.formats.belebele import read_belebele
from isoglot.data.formats.miracl import read_miracl
from isoglot.data.hub.choose import chosen_files
from isoglot.data.hub.load import load_hub_collection, survey_of, wanted_files
from isoglot.data.hub.lock import is_accepted
from isoglot.data.hub.repository import Repository, open_repository
from isoglot.data.hub.rows import RowSource, row_source
from isoglot.data.items import ItemFile, Pairs
from isoglot.data.parallel import ParallelDataset
from isoglot.data.pooled import pooled
from isoglot.data.sources import HUB, Source
from isoglot.errors import DataError
from isoglot.languages import check_there, normalise
from isoglot.wording import listed

_BY_LANGUAGE = ("query", "passage", "text", "negatives", "answer", "answer_start")


def recipe_parallel(
    entry: Entry,
    part: str,
    *,
    languages: Sequence[str] | None,
    rows: int | None = None,
    pairs: Pairs = "positive",
    passage: PassageForm = "whole",
) -> ParallelDataset:
    """Read training data of the registry from the hub.

    Args:
        part: ``""`` for the whole.
        languages: None for all, where they are not too many.
        rows: no more than so many in each language.

    Raises:
        DataError: languages have to be named, one is not there, or its owner's terms are not accepted.
        FetchError: it cannot be had.
    """
    recipe = entry.recipe
    assert isinstance(recipe, HubRows)
    chosen = _chosen(entry, languages)
    split = recipe.splits[part]
    limit = "" if rows is None else f"rows={rows}"
    sources = {
        language: row_source(
            Source(format=HUB, place=_limited(place, limit), split=split, languages=told), default=(split,)
        )
        for language, place, told in _places(entry, recipe, chosen)
    }
    data = _item_file(entry, sources, recipe.joined).read(pairs, passage)
    return data.restrict(chosen) if data.languages != tuple(sorted(chosen)) and languages is not None else data


def recipe_collection(entry: Entry, part: str, *, languages: Sequence[str] | None, strict: bool) -> Collection:
    """Read a collection of the registry from the hub; arguments and errors as of :func:`recipe_parallel`."""
    name = "/".join(word for word in (entry.name, part) if word)
    name += f"@{','.join(languages)}" if languages is not None else ""
    if isinstance(entry.recipe, HubFiles):
        return _official(name, entry, entry.recipe, part, languages=languages, strict=strict)
    recipe = entry.recipe
    assert recipe is not None
    if recipe.joined is not None:
        return Collection.from_parallel(name, recipe_parallel(entry, part, languages=languages))
    split = recipe.splits[part]
    parts = {}
    for language in _chosen(entry, languages):
        source = Source(format=HUB, place=recipe.sources[language], split=split, languages=(language,))
        parts[language] = load_hub_collection(source, strict=strict)
    return pooled(name, parts)


def recipe_files(entry: Entry, part: str, *, languages: Sequence[str] | None) -> list[tuple[Repository, list[str]]]:
    """Each repository and the files of it that are read; none is fetched. Errors as of :func:`recipe_parallel`."""
    chosen = _chosen(entry, languages)
    recipe = entry.recipe
    if isinstance(recipe, HubFiles):
        return _official_files(recipe, part, chosen)
    assert recipe is not None
    split = recipe.splits[part]
    default = None if entry.kind == "collection" and recipe.joined is None else (split,)
    return [
        wanted_files(Source(format=HUB, place=place, split=split, languages=told), default=default)
        for _, place, told in _places(entry, recipe, chosen)
    ]


def check_terms(entry: Entry) -> None:
    """Raise DataError where an owner's terms are not accepted."""
    if entry.terms and not is_accepted(entry.name):
        raise DataError(
            f"{entry.name}: {entry.terms} ({entry.homepage}): read them, and accept them once with "
            f"`isoglot data fetch {entry.name} --accept-licence {entry.name}`."
        )


def _chosen(entry: Entry, languages: Sequence[str] | None) -> list[str]:
    check_terms(entry)
    if languages is None:
        if entry.large:
            raise DataError(
                f"{entry.name}: name the languages, such as {entry.name}@{','.join(entry.languages[:2])}, since "
                f"all are much to fetch; it has {listed(entry.languages, most=30)}."
            )
        return list(entry.languages)
    wanted = list(dict.fromkeys(normalise(language) for language in languages))
    check_there(entry.name, wanted, entry.languages)
    return wanted


def _places(
    entry: Entry, recipe: HubRows, languages: Sequence[str]
) -> Iterator[tuple[str, str, tuple[str, ...] | None]]:
    """(Language, what stands behind ``hf:``, the languages to tell) of each source."""
    together = recipe.sources.keys() - set(entry.languages)  # one source that has all languages in each row
    for language in together or languages:
        yield language, recipe.sources[language], None if together else (language,)


def _limited(address: str, limit: str) -> str:
    return f"{address}{'&' if '#' in address else '#'}{limit}" if limit else address


def _item_file(entry: Entry, sources: Mapping[str, RowSource], joined: str | None) -> ItemFile:
    digest = " ".join(f"{language} {of.digest}" for language, of in sources.items())
    reader = f"recipe 1 {entry.name} {joined} " + " ".join(of.reader for of in sources.values())

    def rows() -> Iterator[tuple[int, dict[str, Any]]]:
        if joined == "row":
            return _by_row(entry, sources)
        return _by_id(sources) if joined == "id" else _apart(sources)

    def named() -> Iterator[tuple[int, dict[str, Any]]]:
        for number, item in rows():
            yield number, {**item, "domain": entry.name}
        passed_over.clear()
        passed_over.update(sum((of.passed_over for of in sources.values()), Counter()))

    passed_over: Counter[str] = Counter()
    return ItemFile(
        path=Path(entry.name),
        rows=named,
        unit="row",
        reader=reader,
        digest=digest,
        unique=True,
        passed_over=passed_over,
        survey=survey_of(reader, digest),
    )


def _flat(of: RowSource) -> Iterator[tuple[int, dict[str, Any]]]:
    return ((number, item) for number, items in of.rows() for item in items)


def _apart(sources: Mapping[str, RowSource]) -> Iterator[tuple[int, dict[str, Any]]]:
    """One language after the other; with several, ids and groups begin with it."""
    for language, of in sources.items():
        before = f"{language}/" if len(sources) > 1 else ""
        for number, item in _flat(of):
            yield number, {**item, "id": f"{before}{item['id']}", "group": f"{before}{item['group']}"}


def _by_row(entry: Entry, sources: Mapping[str, RowSource]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows of one number are one item in several languages."""
    try:
        for together in zip(*(of.rows() for of in sources.values()), strict=True):
            there = [items for _, items in together if items]  # a translation may be missing
            for versions in zip(*there, strict=True):
                yield together[0][0], _merged(versions)
    except ValueError as error:
        raise DataError(
            f"{entry.name}: {', '.join(sources)} do not have as many rows, so which belong together is not known; take "
            "one language at a time."
        ) from error


def _by_id(sources: Mapping[str, RowSource]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows of one id are one item; items that share a group in some language are in one."""
    items: dict[str, list[dict[str, Any]]] = {}
    for language, of in sources.items():
        for _, item in _flat(of):
            items.setdefault(item["id"], []).append({**item, "group": f"{language}/{item['group']}"})
    group = components([version["group"] for version in versions] for versions in items.values())
    for number, versions in enumerate(items.values(), start=1):
        yield number, {**_merged(versions), "group": group[versions[0]["group"]]}


def _merged(versions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One item in several languages; what is no text is that of the first."""
    merged = dict(versions[0])
    for key in _BY_LANGUAGE:
        merged[key] = {tag: text for version in versions for tag, text in (version.get(key) or {}).items()}
    return {key: value for key, value in merged.items() if value or key not in _BY_LANGUAGE}


def _official(
    name: str, entry: Entry, recipe: HubFiles, part: str, *, languages: Sequence[str] | None, strict: bool
) -> Collection:
    chosen = _chosen(entry, languages)
    files = _official_files(recipe, part, chosen)
    (repository, paths), *corpus = [(repository, repository.fetch(paths)) for repository, paths in files]
    if recipe.format == "belebele":
        made = read_belebele(paths[0].parent, languages=chosen, strict=strict)
    else:
        made = read_miracl(
            repository.folder,
            corpus=corpus[0][0].folder if corpus else None,
            languages=chosen,
            split=recipe.splits[part],
            strict=strict,
        )
    made.name = name
    return made


def _official_files(recipe: HubFiles, part: str, languages: Sequence[str]) -> list[tuple[Repository, list[str]]]:
    """Each repository and its files of these languages."""
    wanted: dict[str, tuple[Repository, list[str]]] = {}
    for name, pattern in recipe.files:
        repository, paths = wanted.setdefault(name, (open_repository(name), []))
        for language in languages if "{language}" in pattern else [""]:
            form = pattern.format(language=language, split=recipe.splits[part])
            some = chosen_files(repository, config=None, split=None, files=form, default=())
            paths += some if language else [path for path in some if _tag(path) in languages]
    return list(wanted.values())


def _tag(path: str) -> str:
    """The language that a file is named after."""
    return normalise(path.rpartition("/")[2].split(".")[0])
