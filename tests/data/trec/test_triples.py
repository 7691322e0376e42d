from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from isoglot.data.trec import triples
from isoglot.data.trec.qrels import Qrels, read_qrels
from isoglot.data.trec.runs import read_run
from isoglot.errors import DataError

IDS = st.sampled_from(["q1", "q2", "é", "p\u00a01", '"', '"a"', "a,b", "NA", "\\", "#", "qid"])
NUMBERS = st.sampled_from(["1", "-2", "+3", "0.5", ".5", "5.", "1e-3", "-inf", "1e999", "nan", "1_0", "0x1f", "", "q"])
SEPARATORS = st.sampled_from([" ", " ", " ", "\t", "\t", "  ", "\v", " \t"])
ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", " \n", "\n\n", "\r", "\n "])


@st.composite
def files(draw: st.DrawFn) -> str:
    """Lines like those of a run or of qrels: most alike, some with an odd separator, end or column."""
    separator, end = draw(SEPARATORS), draw(ENDS)
    columns = draw(st.sampled_from([[IDS, IDS, NUMBERS], [IDS] * 3 + [NUMBERS], [IDS] * 3 + [NUMBERS, NUMBERS, IDS]]))
    text = draw(st.sampled_from(["", "", "\n", "\ufeff", "qid p grade\n"]))
    for _ in range(draw(st.integers(0, 6))):
        fields = [draw(column) for column in columns]
        odd = draw(st.integers(0, 9)) == 0
        text += (draw(SEPARATORS) if odd else separator).join(fields) + (draw(ENDS) if odd else end)
    return text


@settings(max_examples=200, deadline=None)
@given(files())
def test_files_mean_the_same_read_at_once_and_line_by_line(text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(text.encode())
        for reader in (read_run, read_qrels, beir_qrels):
            with mock.patch.object(triples, "_read_fast", return_value=None):
                slow = outcome(reader, path)
            assert outcome(reader, path) == slow


def beir_qrels(path: Path) -> Qrels:
    return read_qrels(path, layout="beir", repeats=True)


def outcome(reader: Callable[[Path], object], path: Path) -> object:
    try:
        return {
            name: value.tolist() if hasattr(value, "tolist") else value.to_pylist()
            for name, value in vars(reader(path)).items()
            if name != "path"
        }
    except DataError as error:
        return str(error)


def test_files_of_one_separator_are_read_at_once(tmp_path: Path) -> None:
    """Or a run of millions of lines takes a minute."""
    for text in ("q Q0 p 1 0.5 t\nq Q0 r 2 0.25 t\n", "query-id\tcorpus-id\tscore\r\nq\tp\t1\r\n", "q 0 p 1"):
        (tmp_path / "file").write_bytes(text.encode())
        with mock.patch.object(triples, "_read_lines", side_effect=AssertionError):
            (read_run if "Q0" in text else read_qrels)(tmp_path / "file")
