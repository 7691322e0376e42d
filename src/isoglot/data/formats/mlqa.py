"""MLQA (Lewis et al. 2020, arXiv 1910.07475) as a collection: questions in up to 7 languages on contexts in each.

The files are SQuAD JSON, ``{split}-context-{lang}-question-{lang}.json``, anywhere under one folder. Those whose
two languages agree hold every question and every context, so only they are read. A question exists in two to four
languages under one id; relevant are the contexts that this id has in any language. The contexts of one question are
paragraphs around one sentence in several Wikipedias, not translations of each other.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from isoglot.data.clusters import components
from isoglot.data.collection import Collection
from isoglot.data.formats.squad import squad_rows
from isoglot.errors import DataError
from isoglot.languages import normalise

_NAME = "{split}-context-{lang}-question-{lang}.json"


def read_mlqa(
    folder: Path, *, languages: Sequence[str] | None = None, split: str | None = None, strict: bool = False
) -> Collection:
    """Read MLQA.

    Args:
        folder: where the files lie, at any depth.
        languages: all that the folder has files of if None.
        split: ``test`` if None.
        strict: see :mod:`isoglot.data.published`.

    Raises:
        DataError: a file is missing or is not SQuAD JSON, or a question id occurs twice in it.
    """
    passages: dict[tuple[str, str], dict[str, str]] = {}  # (language, text)
    texts: dict[str, dict[str, str]] = {}  # question id -> language -> question
    contexts: dict[str, dict[str, str]] = {}  # question id -> language -> passage id
    for language, path in _files(folder, languages, split or "test").items():
        for row in squad_rows(path):
            identity = row["id"]
            if language in texts.setdefault(identity, {}):
                raise DataError(f"{path}: question id {identity!r} occurs twice.")
            texts[identity][language] = row["question"]
            passage = {"id": f"{language}/{row['paragraph']}", "text": row["context"], "lang": language}
            passage = passages.setdefault((language, row["context"]), passage)
            contexts.setdefault(identity, {})[language] = passage["id"]
    cluster = components(list(versions.values()) for versions in contexts.values())
    queries = [
        {
            "id": f"{language}/{identity}",
            "text": text,
            "lang": language,
            "cluster": cluster[contexts[identity][language]],
            "group": identity,
        }
        for identity, versions in texts.items()
        for language, text in versions.items()
    ]
    relevant = {
        (f"{language}/{identity}", passage): 1
        for identity, versions in contexts.items()
        for language in versions
        for passage in versions.values()
    }
    return Collection.from_rows(
        "mlqa", queries=queries, passages=list(passages.values()), relevant=relevant, strict=strict
    )


def _files(folder: Path, languages: Sequence[str] | None, split: str) -> Mapping[str, Path]:
    """Language -> its file, the shortest path where there are several."""
    form = re.compile(re.escape(_NAME.format(split=split, lang="@")).replace("@", "([a-z]+)"))
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob(_NAME.format(split=split, lang="*")), key=lambda path: (len(path.parts), path)):
        if (match := form.fullmatch(path.name)) and match[1] == match[2]:
            found.setdefault(normalise(match[1]), path)
    chosen = sorted(found) if languages is None else sorted({normalise(language) for language in languages})
    for language in chosen or ["LANGUAGE"]:
        if language not in found:
            name = _NAME.format(split=split, lang=language)
            raise DataError(f"{folder / name}: no such file, here or deeper.")
    return {language: found[language] for language in chosen}
