"""TriviaQA's distant pairs: pages are groups, and a bad line is named."""

import json
from pathlib import Path

import pytest

from isoglot.data.formats.triviaqa import read_trivia_distant
from isoglot.errors import DataError

ROW = {"score": 24.4, "cov": 1.0, "question": "What is p?", "answer": "p", "title": "Cranes", "passage": "Cranes: p."}


def test_pairs_of_one_page_are_a_group(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = [ROW, {**ROW, "passage": "More."}, {**ROW, "title": "Herons", "passage": "Herons."}]
    path.write_text("\n".join(map(json.dumps, rows)))
    data = read_trivia_distant(path)
    assert data.groups.tolist() == [0, 0, 1]
    first = next(iter(data))
    assert (first["query"], first["passage"]) == ({"en": "What is p?"}, {"en": "Cranes: p."})
    assert first["domain"] == "triviaqa"


@pytest.mark.parametrize("key", ["question", "passage", "title"])
def test_a_bad_line_is_named(tmp_path: Path, key: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(ROW) + "\n" + json.dumps({**ROW, key: None}))
    with pytest.raises(DataError, match=f'{path}: line 2: key "{key}" must be a non-empty text'):
        read_trivia_distant(path)


def test_the_real_pairs_are_read_whole(mirror: Path) -> None:
    data = read_trivia_distant(mirror / "triviaqa" / "trivia_distant.jsonl.gz")
    assert len(data) == 1_045
    assert data.groups.max() + 1 == 684  # titles
