"""Debian's help packages against the shared file that was made from the same pages by other means."""

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from isoglot.documents.read import read_documents

HELP = Path("/usr/share/libreoffice/help")
LANGUAGES = ("en", "de", "es", "fr", "it")

pytestmark = pytest.mark.reproduction


def held_to_its_bounds(row: dict[str, Any]) -> list[str]:
    """The languages of an item that the shared file would have; bounds read off that file."""
    query, passage = row["query"], row["passage"]
    if "en" not in query or "#@" in row["id"]:  # it has each anchor of a page once
        return []
    kept = [
        language
        for language in query
        if len(query[language]) >= 6
        and len(passage[language]) >= 60
        and (language == "en" or query[language] != query["en"])
    ]
    return kept if "en" in kept and len(kept) >= 4 else []


def test_items_are_as_many_as_in_the_shared_file(mirror: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = {language: HELP / ("en-US" if language == "en" else language) / "text" for language in LANGUAGES}
    path = mirror / "libreoffice" / "libreoffice_help.jsonl.gz"
    if not path.is_file() or not all(folder.is_dir() for folder in folders.values()):
        pytest.skip("needs the shared file and Debian's libreoffice-help-{en-us,de,es,fr,it}")
    data, told = read_documents(folders, domain="libreoffice")
    ours, bounded = {}, Counter[str]()
    for row in data:
        ours[row["id"].replace(".html#", "#")] = row["query"].keys()
        bounded.update(held_to_its_bounds(row))
    theirs, found = Counter[str](), Counter[str]()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            theirs.update(set(LANGUAGES) & row["query"].keys())
            found.update(set(LANGUAGES) & row["query"].keys() & ours.get(row["id"], set()))
    with capsys.disabled():
        print("\nlanguage  shared  found here  bounded  all")
        for language in LANGUAGES:
            print(language, theirs[language], found[language], bounded[language], told.items[language])
        print(*(" ".join(map(str, row)) for row in told.table()), sep="\n")
    for language in LANGUAGES:
        assert found[language] > 0.95 * theirs[language]  # Spanish: it keeps passages that are half English
        assert bounded[language] == pytest.approx(theirs[language], rel=0.1)
