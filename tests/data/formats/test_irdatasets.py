"""ir_datasets: the package's own objects become collections; skips where it is not installed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from isoglot.data.formats.irdatasets import read_ir_dataset
from isoglot.errors import DataError

ir_datasets = pytest.importorskip("ir_datasets", reason="needs the extra ir")


class Record:
    """A document without a default text, as some of the package are."""

    def __init__(self, doc_id: str, text: str) -> None:
        self.doc_id, self.text = doc_id, text


@pytest.fixture
def register(tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """Register a data set of the package made from local files, under an id that is returned."""

    def make(*, lang: str | None = "en", qrels: str = "1 0 a 2\n1 0 b 0\n2 0 gone 1\n", documents: Any = None) -> str:
        formats, util = ir_datasets.formats, ir_datasets.util
        files = {
            "docs": "a\tCranes dance.\nb\tHerons wait.\nc\t \n",
            "queries": "1\tWho dances?\n2\tWho?\n",
            "qrels": qrels,
        }
        for name, content in files.items():
            (tmp_path / name).write_text(content)
        local = {name: util.LocalDownload(tmp_path / name) for name in files}
        parts = [
            documents or formats.TsvDocs(local["docs"], lang=lang),
            formats.TsvQueries(local["queries"], lang=lang),
            formats.TrecQrels(local["qrels"], {}),
        ]
        identity = f"isoglot-test/{request.node.name}-{len(list(ir_datasets.registry))}"
        ir_datasets.registry.register(identity, ir_datasets.Dataset(*parts))
        return identity

    return make


def test_a_data_set_is_read(register: Any) -> None:
    identity = register()
    made = read_ir_dataset(identity)
    assert made.name == identity
    assert [(row["id"], row["text"], row["lang"]) for row in made.passages.to_pylist()] == [
        ("a", "Cranes dance.", "en"),
        ("b", "Herons wait.", "en"),
        ("c", "", "en"),
    ]
    assert made.queries["text"].to_pylist() == ["Who dances?", "Who?"]
    judged = made.judgements
    assert [judged.query.tolist(), judged.passage.tolist(), judged.grade.tolist()] == [[0, 0], [0, 1], [2, 0]]
    assert made.faults == {"empty passages": 1, "judgements of absent passages": 1}
    with pytest.raises(DataError, match=f"{identity}: passage 'c' has an empty text"):
        read_ir_dataset(identity, strict=True)


def test_a_language_is_stated_or_told(register: Any) -> None:
    with pytest.raises(DataError, match="the documents have no stated language; say it, as in ir_datasets@en:ID"):
        read_ir_dataset(register(lang=None))
    assert read_ir_dataset(register(lang=None), language="DE").languages == ("de",)
    assert read_ir_dataset(register(lang="fr"), language="de").languages == ("fr",)


def test_documents_without_a_default_text_have_their_text(register: Any) -> None:
    class Documents(ir_datasets.formats.BaseDocs):  # type: ignore[misc, name-defined]
        def docs_iter(self) -> Iterator[Record]:
            yield Record("a", "plain")

        def docs_lang(self) -> str:
            return "en"

    assert read_ir_dataset(register(documents=Documents())).passages["text"].to_pylist() == ["plain"]


def test_what_cannot_be_read_is_told(register: Any) -> None:
    with pytest.raises(DataError, match="ir_datasets has no data set 'no/such'"):
        read_ir_dataset("no/such")
    with pytest.raises(DataError, match="has no queries"):
        read_ir_dataset("miracl/ar")
    with pytest.raises(DataError, match="grade 'a' twice for query '1'"):
        read_ir_dataset(register(qrels="1 0 a 1\n1 0 a 2\n"))
