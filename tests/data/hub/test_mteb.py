"""Retrieval tasks of MTEB: the package says where they are, and their files are read from the hub."""

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from helpers.hub import Hub
from helpers.tables import parquet
from isoglot.data.foresee import foresee_data
from isoglot.data.load import load_collection
from isoglot.errors import DataError

BY_SUBSET = {"ar": ["arb-Arab"], "th": ["tha-Thai"], "ar-zh": ["arb-Arab", "cmn-Hans"]}


def task(name: str, languages: Any, *, own: bool = False, splits: tuple[str, ...] = ("dev",)) -> Any:
    """A task as far as it is looked at; its methods say in which module they were written."""

    class Task:
        metadata = SimpleNamespace(
            name=name, eval_langs=languages, eval_splits=list(splits), dataset={"path": f"zoo/{name}", "revision": "v1"}
        )

        def load_data(self) -> None: ...

        def dataset_transform(self) -> None: ...

    Task.load_data.__module__ = "mteb.tasks.retrieval" if own else "mteb.abstasks.retrieval"
    return Task()


@pytest.fixture
def mteb(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Hub:
    tasks = [
        task("Birds", ["deu-Latn"]),
        task("Many", BY_SUBSET, splits=("dev", "test")),
        task("Code", ["python-Code"]),
        task("Own", ["deu-Latn"], own=True),
    ]
    monkeypatch.setitem(sys.modules, "mteb", SimpleNamespace(get_tasks=lambda **_: tasks))
    for name, subsets in (("Birds", [""]), ("Many", [f"{subset}-" for subset in BY_SUBSET])):
        files = {}
        for before in subsets:
            files |= {
                f"{before}corpus/dev.parquet": parquet([{"_id": "p", "title": "", "text": f"{before}text"}]),
                f"{before}queries/dev.parquet": parquet([{"_id": "q", "text": "?"}]),
                f"{before}qrels/dev.parquet": parquet([{"query-id": "q", "corpus-id": "p", "score": 1}]),
                f"{before}qrels/test.parquet": parquet([{"query-id": "q", "corpus-id": "p", "score": 1}]),
            }
        hub.put(f"zoo/{name}", files, revision="v1")
    return hub


def test_a_task_is_read_at_its_commit_in_its_language(mteb: Hub) -> None:
    found = load_collection("mteb:Birds")
    assert (found.name, found.languages, len(found), len(found.passages)) == ("Birds", ("de",), 1, 1)
    assert [foresee_data(source).where for source in ("mteb:Birds", "mteb@th:Many", "mteb:Bird")] == [
        "here",
        "to fetch",
        "missing",
    ]


def test_subsets_are_chosen_by_name_or_by_language(mteb: Hub) -> None:
    pool = load_collection("mteb@ar,th:Many")
    assert pool.name == "Many@ar,th"
    assert pool.passages.select(["id", "lang"]).to_pylist() == [
        {"id": "ar/p", "lang": "ar"},
        {"id": "th/p", "lang": "th"},
    ]
    across = load_collection("mteb/dev:Many/ar-zh")
    assert across.queries["lang"].to_pylist() == ["ar"]
    assert across.passages["lang"].to_pylist() == ["zh"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("mteb:Bird", "no retrieval task of texts of this name: did you mean Birds"),
        ("mteb:Own", r"prepares this task by code of its own \(load_data\), .* what the hub has is zoo/Own"),
        ("mteb:Code", "mteb:Code: 'python' is not a language code"),
        ("mteb:Many", r"several subsets; name one as mteb:Many/ar, or languages as mteb@ar:Many: ar, th, ar-zh"),
        ("mteb:Many/fr", "no such subset; it has ar, th, ar-zh"),
        ("mteb@zh:Many", "no subset in zh"),
        ("mteb/train:Birds", "is not evaluated on a split 'train'; it has dev"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(mteb: Hub, source: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        load_collection(source)


@pytest.mark.reproduction  # the package takes seconds to import
def test_the_package_has_what_is_read_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    package = pytest.importorskip("mteb")
    from isoglot.data.hub.mteb import _subsets, _task

    assert _task("SciFact").metadata.dataset["path"] == "mteb/scifact"
    assert _subsets(_task("MIRACLRetrieval"))["zh"] == ("zh", "zh")
    assert "test" in package.get_task("SciFact").metadata.eval_splits
    with pytest.raises(DataError, match="by code of its own"):
        _task("BelebeleRetrieval")
