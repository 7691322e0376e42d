"""Retrieval tasks of MTEB (Muennighoff et al. 2023, arXiv 2210.07316) by their names, ``mteb[/SPLIT][@LANGUAGE]:TASK``.

The package ``mteb`` knows where on the hub a task is, at which commit, and in which languages; the files are read here.
Tasks that it loads by code of their own are refused, for what that code does to them is not done here.
"""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from isoglot.data.collection import Collection
from isoglot.data.hub.load import load_hub_collection
from isoglot.data.lines import language_at
from isoglot.data.pooled import pooled
from isoglot.data.sources import HUB, Source
from isoglot.errors import DataError
from isoglot.extras import need
from isoglot.languages import normalise, script
from isoglot.wording import listed

_USUAL = {"arb": "ar", "cmn": "zh", "pes": "fa", "swh": "sw", "zsm": "ms"}  # the standard variety -> the language
_PARTS = {"Kore": "Hang", "Jpan": "Hira"}  # a script of several -> what MTEB calls it by
_PREPARED_BY = ("load_data", "dataset_transform")  # methods that a task has where its files are not the data


def read_mteb(source: Source, *, strict: bool = False) -> Collection:
    """Read a task; its name becomes the collection's.

    Args:
        source: ``TASK`` or ``TASK/SUBSET``. With languages, all subsets that are in one of them on both sides, as one
            pool; a task with one subset needs neither.
        strict: see :mod:`isoglot.data.published`.

    Raises:
        DataError: the package is not installed, has no such retrieval task, or the task no such subset or split.
        FetchError: it cannot be had.
    """
    parts = {key: load_hub_collection(part, strict=strict) for key, part in task_sources(source).items()}
    label = f"@{','.join(source.languages)}" if source.languages else ""
    return pooled(f"{source.place}{f'/{source.split}' if source.split else ''}{label}", parts)


def task_sources(source: Source) -> dict[str, Source]:
    """Subset -> where it is on the hub; errors as of :func:`read_mteb`."""
    name, _, subset = source.place.partition("/")
    task = _task(name)
    split = _split(name, source.split, list(task.metadata.eval_splits))
    found = {}
    for key, (asked, answered) in _chosen(source, _subsets(task), subset).items():
        config = "" if key == "default" else f"/{key}"
        place = f"{task.metadata.dataset['path']}{config}@{task.metadata.dataset['revision']}"
        other = f"#passage_lang={answered}" if answered != asked else ""
        found[key] = Source(format=HUB, place=place + other, split=split, languages=(asked,))
    return found


def _task(name: str) -> Any:
    mteb = need("mteb", extra="mteb", what=f"mteb:{name}: needs", error=DataError)
    known = {task.metadata.name: task for task in mteb.get_tasks(task_types=["Retrieval"], modalities=["text"])}
    if name not in known:
        close = get_close_matches(name, known, n=3, cutoff=0.5)
        guess = f": did you mean {' or '.join(close)}" if close else "; `mteb available-tasks` lists all"
        raise DataError(f"mteb:{name}: the package mteb has no retrieval task of texts of this name{guess}.")
    task = known[name]
    if own := [name for name in _PREPARED_BY if getattr(type(task), name).__module__.startswith("mteb.tasks")]:
        raise DataError(
            f"mteb:{name}: the package prepares this task by code of its own ({own[0]}), which isoglot does not run; "
            f"what the hub has is {task.metadata.dataset['path']}."
        )
    return task


def _split(name: str, wanted: str | None, splits: Sequence[str]) -> str:
    if wanted is not None and wanted not in splits:
        raise DataError(f"mteb:{name}: is not evaluated on a split {wanted!r}; it has {', '.join(splits)}.")
    return wanted or ("test" if "test" in splits else splits[0])


def _subsets(task: Any) -> dict[str, tuple[str, str]]:
    """Subset -> the languages of its queries and of its passages."""
    languages = task.metadata.eval_langs
    by_subset = languages if isinstance(languages, Mapping) else {"default": languages}
    where = f"mteb:{task.metadata.name}"
    tags = {key: [_language(tag, where) for tag in of] for key, of in by_subset.items()}
    return {key: (of[0], of[1] if len(of) == 2 else of[0]) for key, of in tags.items()}


def _language(tag: str, where: str) -> str:
    """``"cmn-Hans"`` -> ``"zh"``: as other data names it, with a script only where it is not the usual one."""
    code, _, written = tag.partition("-")
    language = language_at(where, _USUAL.get(code, code))
    return (
        language if written in (script(language), _PARTS.get(script(language))) else normalise(f"{language}-{written}")
    )


def _chosen(source: Source, subsets: Mapping[str, tuple[str, str]], subset: str) -> dict[str, tuple[str, str]]:
    where = f"mteb:{source.place}"
    if subset:
        if subset not in subsets:
            raise DataError(f"{where}: no such subset; it has {listed(subsets, most=20)}.")
        return {subset: subsets[subset]}
    if source.languages is not None:
        wanted = [normalise(tag) for tag in source.languages]
        found = {key: of for key, of in subsets.items() if of[0] == of[1] and of[0] in wanted}
        there = {of[0] for of in found.values()}
        if missing := [tag for tag in wanted if tag not in there]:
            raise DataError(f"{where}: no subset in {', '.join(missing)}; it has {listed(subsets, most=20)}.")
        return found
    if len(subsets) > 1:
        first = next(iter(subsets))
        raise DataError(
            f"{where}: several subsets; name one as mteb:{source.place}/{first}, or languages as "
            f"mteb@{subsets[first][0]}:{source.place}: {listed(subsets, most=20)}."
        )
    return dict(subsets)
