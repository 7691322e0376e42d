"""The same numbers, whichever way a user takes: the object, its dict, its file, its frame, ``--json``, the table."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import isoglot
from isoglot.cli.document import write_document
from isoglot.report.audited import audit_summary
from isoglot.report.comparison import comparison_summaries
from isoglot.report.evaluation import evaluation_summary
from isoglot.report.values import Value, value_of
from isoglot.summary import Summary, TextTable

Found = isoglot.Evaluation | isoglot.Audit | isoglot.Comparison
OPTIONS = isoglot.EvaluationOptions(measures=["AP", "Success@1"], draws=20)


@pytest.fixture(scope="module")
def found(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Found, Summary]]:
    """Verb -> its result and what is printed of it."""
    folder = tmp_path_factory.mktemp("numbers")
    (folder / "qrels").write_text("q1 0 p1 1\nq1 0 p2 1\nq2 0 p2 1\n")
    (folder / "passages").write_text("p1\ten\np2\tde\n")
    (folder / "run").write_text("q1 Q0 p1 1 2 x\nq1 Q0 p2 2 1 x\nq2 Q0 p1 1 2 x\nq2 Q0 p2 2 1 x\n")
    evaluation = isoglot.evaluate(str(tiny_encoder), "sample/test", name="A", options=OPTIONS)
    audit = isoglot.Audit(evaluation=evaluation, sections=())  # whose sentences are of these numbers
    languages = {"query_language": "en", "passage_language": folder / "passages"}
    scored = isoglot.score(folder / "run", folder / "qrels", options=isoglot.ScoreOptions(draws=20, **languages))
    compared = isoglot.compare(evaluation, audit, options=isoglot.CompareOptions(margin=0.01, draws=20))
    return {
        "evaluate": (evaluation, evaluation_summary("A", evaluation.collections["sample/test"])),
        "audit": (audit, audit_summary(audit)),
        "score": (scored, evaluation_summary("run", scored.collections["qrels"])),
        "compare": (compared, *comparison_summaries(compared)),
    }


@pytest.mark.parametrize("verb", ["evaluate", "audit", "score", "compare"])
def test_dict_file_document_frame_and_table_agree(
    found: dict[str, tuple[Found, Summary]], verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result, summary = found[verb]
    content = result.to_dict()
    result.save(tmp_path / "saved.json")
    write_document(content)
    assert json.loads((tmp_path / "saved.json").read_text()) == json.loads(capsys.readouterr().out) == content
    assert content["what"] == f"isoglot {verb}"
    frame = {tuple(row[:4]): row[4:] for row in rows_of(result)}
    assert frame == dict(values_in(content, verb))
    assert summary.table is not None
    printed = list(printed_in(summary.table, frame))
    assert len(printed) == len(summary.table.rows) >= 3
    for cells, (value, numbers) in printed:
        assert cells == [value.form(number) for number in numbers]


def rows_of(result: Found) -> Iterator[tuple[object, ...]]:
    """(collection, table, name, cell, value, ...) of the frame."""
    numbers = ["a", "b", "difference", "p_bh"] if isinstance(result, isoglot.Comparison) else ["value"]
    frame = result.to_frame()[["collection", "table", "name", "cell", *numbers]]
    return (tuple(row) for row in frame.itertuples(index=False))


def values_in(content: dict[str, object], verb: str) -> Iterator[tuple[tuple[str, ...], tuple[float, ...]]]:
    """The same of the dict."""
    for collection, tables in content["collections"].items():
        for table in ("mono", "cross", "multi", "single-gold", "bias"):
            for name, one in tables.get(table, {}).items():
                if verb == "compare":
                    for cell, effect in {"all": one, **one["cells"]}.items():
                        numbers = tuple(effect[key] for key in ("a", "b", "difference", "p_bh"))
                        yield (collection, table, name, cell), numbers
                else:
                    for cell, value in {"all": one, **tables["cells"][table][name]}.items():
                        yield (collection, table, name, cell), (value,)


def printed_in(
    table: TextTable, frame: dict[tuple[object, ...], Sequence[float]]
) -> Iterator[tuple[list[str], tuple[Value, Sequence[float]]]]:
    """The numbers of a printed row, and those that it is made of."""
    averages = {key[1:3]: numbers for key, numbers in frame.items() if key[3] == "all"}
    labels = {value.label: (value, averages[key]) for key in averages for value in [value_of(*key)]}
    for label, *cells in table.rows:
        value, numbers = labels[label]
        shown = 2 if len(numbers) > 1 else 1
        yield list(cells[:shown]), (value, numbers[:shown])
