"""The files that examples name and do not make themselves: small ones, from the built-in sample."""

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import isoglot
from isoglot.data.sample import load_sample

_CONFIG = """
output = "OUTPUT"
[encoder]
name = "ENCODER"
[data]
train = ["sample/train"]
[batch]
policy = "hybrid"
size = 4
[optimization]
steps = 2
"""
_STUDY = """
output = "study"
zero_shot = false
[train]
encoder = {name = "ENCODER"}
optimization = {steps = 2}
[arms.hybrid]
batch = {policy = "hybrid", size = 4}
[domains.sample]
train = ["sample/train"]
[tests]
sample = "sample/test@de,en"
"""
_PREPARE = """
output = "pairs.parquet"
clean = false
[[sources]]
data = "sample/train"
"""
_CATALOGUE = """
#. type: Title #
#: page.md:1
msgid "How to begin with it"
msgstr "{0} begin"

#. type: Plain text
#: page.md:3
msgid "A long enough text that says how this is done, and where it is."
msgstr "{0} text of the same length, which says how it is done, and where."
"""


_MARKS = {"de": "ZZZZZZZZ", "en": "aaaaaaaa", "zh": "########"}


def write_given(folder: Path, encoder: str) -> None:
    """Write them, with results of this encoder and configurations that train it for two steps."""
    _write_configurations(folder, encoder)
    _write_texts(folder)
    (folder / "run.trec").write_text("q Q0 p 1 2.0 tag\n")
    (folder / "qrels.tsv").write_text("q 0 p 1\n")
    found = isoglot.evaluate(encoder, "sample/test", options=isoglot.EvaluationOptions(draws=20))
    found.save(folder / "a.json")
    for name in ("b", "c", "d", *(f"{arm}-seed{seed}" for arm in "ab" for seed in (1, 2, 3))):
        for ending in (".json", ".topics.parquet"):
            shutil.copy(folder / f"a{ending}", folder / f"{name}{ending}")
    np.save(
        folder / "vectors.npy",
        isoglot.load_encoder(encoder).encode_document(["One.", "Two.", "Three."], normalize_embeddings=True),
    )


def _write_configurations(folder: Path, encoder: str) -> None:
    for name, text in (("config", _CONFIG), ("again", _CONFIG), ("study", _STUDY), ("prepare", _PREPARE)):
        output = "runs/again" if name == "again" else "runs/hybrid"
        (folder / f"{name}.toml").write_text(text.replace("ENCODER", encoder).replace("OUTPUT", output))


def _write_texts(folder: Path) -> None:
    for site in ("help", "site"):
        for language in ("en", "de"):
            (folder / site / language).mkdir(parents=True)
            text = "A long enough text that says how this is done, and where." if language == "en" else "Ein Text, " * 9
            (folder / site / language / "page.md").write_text(f"# {language} heading of it\n\n{text}\n")
    (folder / "po").mkdir()
    for language in ("de", "fr"):
        (folder / "po" / f"{language}.po").write_text(_CATALOGUE.format(language))
    items = list(load_sample("sample/train"))
    for name in ("items", "train"):
        _write_lines(folder / f"{name}.jsonl", items[:32])
    _write_collection(folder / "my-docs", list(_by_language(40)))
    _write_collection(folder / "scifact", [_in_english(item) for item in items[:32]], lang=False)
    questions = ({"_id": f"q{n}", "text": f"Question number {n}?", "lang": "en"} for n in range(200))
    (folder / "other-questions" / "qrels").mkdir(parents=True)
    _write_lines(folder / "other-questions" / "queries.jsonl", questions)
    _write_lines(folder / "other-questions" / "corpus.jsonl", [{"_id": "p", "text": "No answer.", "lang": "en"}])
    rows = "".join(f"q{n}\tp\t1\n" for n in range(200))
    (folder / "other-questions" / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{rows}")


def _by_language(count: int) -> Iterator[dict[str, Any]]:
    """Items that an encoder of letters ranks by their language, so that a repair gains much."""
    rng = np.random.default_rng(0)
    for number in range(count):
        word = "".join(rng.choice(list("bcdfghjklmnpqrstuvwx"), 16))
        sides = {"query": word[:14], "passage": word}
        texts = {side: {tag: f"{text} {mark}" for tag, mark in _MARKS.items()} for side, text in sides.items()}
        yield {"id": f"i{number}", **texts}


def _in_english(item: dict[str, Any]) -> dict[str, Any]:
    return {**item, **{side: {"en": item[side]["en"]} for side in ("query", "passage")}}


def _write_collection(folder: Path, items: list[dict[str, Any]], *, lang: bool = True) -> None:
    """A BEIR folder: each query has its own item's passages as answers, in all languages."""
    (folder / "qrels").mkdir(parents=True)
    for side, file in (("query", "queries"), ("passage", "corpus")):
        rows = [
            {"_id": f"{item['id']}-{tag}", "text": text, "group": item["id"], **({"lang": tag} if lang else {})}
            for item in items
            for tag, text in item[side].items()
        ]
        _write_lines(folder / f"{file}.jsonl", rows)
    pairs = (
        f"{item['id']}-{a}\t{item['id']}-{b}\t1\n" for item in items for a in item["query"] for b in item["passage"]
    )
    (folder / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{''.join(pairs)}")


def _write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
