"""Which files of a repository hold a configuration and a split: by its card, or by how they are called.

Both ways are those of the hub's own viewer. A card lists patterns of files for each configuration and split; without
one, folders are configurations, and a word of the path, such as ``train`` or ``dev``, is the split.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from isoglot.data.filerows import KINDS, is_data, kind_of
from isoglot.data.hub.repository import Repository
from isoglot.errors import DataError
from isoglot.wording import listed

_SAME = ({"train", "training"}, {"validation", "valid", "val", "dev"}, {"test", "testing", "eval", "evaluation"})
_WORDS = re.compile(r"[/._\-\s]+")


def chosen_files(
    repository: Repository, *, config: str | None, split: str | None, files: str | None = None, default: Sequence[str]
) -> list[str]:
    """The paths, in order.

    Args:
        config: None for the only configuration, or the one called ``default``.
        split: None for the first of ``default`` that is there, or the only one.
        files: a pattern (``*``, ``**``, ``?``) that takes the place of both.
        default: splits, the best first.

    Raises:
        DataError: there is no such configuration or split, or several that could be meant.
    """
    if files is not None:
        found = _matching(repository.files, [files])
        if not found:
            raise DataError(f"{repository.name}: no file matches {files!r}; it has {listed(sorted(repository.files))}.")
        return found
    name = f"{repository.name}/{config}" if config else repository.name
    splits = _by_card(repository, config)
    if not splits and f"{repository.name.partition('/')[2]}.py" in repository.files:
        raise DataError(
            f"{name}: a script makes its rows, which isoglot does not run: add @refs/convert/parquet, where the "
            "hub keeps what it made, or #files=PATTERN for its own files."
        )
    splits = splits or _by_path(repository, config)
    if not splits:
        known = configurations(repository)
        there = f"it has {listed(known)}" if known else f"its files are {listed(sorted(repository.files))}"
        raise DataError(f"{name}: no data file of this configuration; {there}.")
    chosen = _split(splits, split, default)
    if chosen is None:
        raise DataError(f"{name}: no split {split or ' or '.join(default)!r}; it has {listed(sorted(splits))}.")
    found = splits[chosen]
    if config is None and len(folders := _folders(found)) > 1 and not repository.card.get("configs"):
        raise DataError(f"{name}: several configurations; name one as hf:{name}/CONFIG: {listed(folders)}.")
    return found


def holds(repository: Repository, config: str) -> bool:
    """Whether there are data files of a configuration."""
    return bool(_by_card(repository, config) or _by_path(repository, config))


def configurations(repository: Repository) -> list[str]:
    """The names of the configurations that its card lists; the folders with data where it lists none."""
    named = [str(of["config_name"]) for of in _configs(repository) if "config_name" in of]
    return named or _folders(filter(is_data, repository.files))


def _configs(repository: Repository) -> list[Mapping[str, Any]]:
    configs = repository.card.get("configs")
    return [of for of in configs if isinstance(of, Mapping)] if isinstance(configs, list) else []


def _by_card(repository: Repository, config: str | None) -> dict[str, list[str]]:
    """Split -> files; nothing where the card does not tell them."""
    configs = {str(of.get("config_name")): of for of in _configs(repository)}
    if config is None:
        defaults = [name for name, of in configs.items() if of.get("default") is True]
        config = next(iter(defaults or [name for name in configs if name == "default" or len(configs) == 1]), None)
        if configs and config is None:
            several = listed(sorted(configs))
            raise DataError(
                f"{repository.name}: several configurations; name one as hf:{repository.name}/CONFIG: {several}."
            )
    of = configs.get(str(config), {})
    stated = of.get("data_files")
    if stated is None:
        return {}
    entries = stated if isinstance(stated, list) else [stated]
    folder = f"{of['data_dir'].strip('/')}/" if isinstance(of.get("data_dir"), str) else ""
    splits: dict[str, list[str]] = {}
    for entry in entries:
        split, paths = (
            (str(entry.get("split", "train")), entry.get("path", []))
            if isinstance(entry, Mapping)
            else ("train", entry)
        )
        patterns = [folder + str(path) for path in (paths if isinstance(paths, list) else [paths])]
        splits.setdefault(split, []).extend(_matching(repository.files, patterns))
    return {split: paths for split, paths in splits.items() if paths}


def _by_path(repository: Repository, config: str | None) -> dict[str, list[str]]:
    """Split -> files, of those with the configuration in their path; what names no split is ``train``."""
    splits: dict[str, list[str]] = {}
    for path in sorted(filter(is_data, repository.files)):
        rest = path
        if config is not None:
            parts = path.split("/")
            stem = parts[-1].split(".")[0]
            if config in parts[:-1]:
                rest = "/".join(part for part in parts if part != config)
            elif stem == config or (stem.startswith(config) and stem[len(config)] in "-_"):
                rest = "/".join([*parts[:-1], parts[-1][len(config) :]])
            else:
                continue
        splits.setdefault(_split_in(rest) or "train", []).append(path)
    return {split: _of_one_kind(paths) for split, paths in splits.items()}


def _of_one_kind(paths: Sequence[str]) -> list[str]:
    """Some repositories hold the same rows as JSON lines and as tab-separated values."""
    kinds = [kind_of(Path(path)) for path in paths]
    best = min(kinds, key=KINDS.index)
    return [path for path, kind in zip(paths, kinds, strict=True) if kind == best]


def _split_in(path: str) -> str | None:
    """The last word of a path that names a split."""
    words = reversed(_WORDS.split(path.lower()))
    return next((word for word in words if any(word in same for same in _SAME)), None)


def _split(splits: Mapping[str, Any], wanted: str | None, default: Sequence[str]) -> str | None:
    """The split that is called so, or by another word for it."""
    for name in [wanted] if wanted else default:
        if name in splits:
            return name
        same = next((same for same in _SAME if name in same), {name})
        if found := [split for split in splits if split in same]:
            return found[0]
    return next(iter(splits)) if wanted is None and len(splits) == 1 else None


def _folders(paths: Iterable[str]) -> list[str]:
    """The folders of files, without what names a split or says that there is data."""
    folders = {
        "/".join(part for part in path.split("/")[:-1] if part != "data" and not _split_in(part)) for path in paths
    }
    return sorted(folders - {""})


def _matching(paths: Iterable[str], patterns: Iterable[str]) -> list[str]:
    forms = [re.compile(_regex(pattern)) for pattern in patterns]
    return [path for path in sorted(paths) if any(form.fullmatch(path) for form in forms)]


def _regex(pattern: str) -> str:
    """``*`` is anything within a name, ``**`` across folders."""
    words = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    forms = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(forms.get(word, re.escape(word)) for word in words)
