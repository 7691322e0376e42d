import pytest

from helpers.planted import collection, filler, item, training, words
from isoglot.cli.leaks import print_leaks
from isoglot.leakage.find import find_leaks

COPIED = words("copied", 80)
LEAK = item("copy", group="page", query_en=words("own", 8), passage_en=COPIED, passage_de=words("own", 80, "de"))
BESIDE = item("beside", group="page", query_en=words("other", 8), passage_en=words("other", 80))
TEST = collection(item("asked", query_en=words("asked", 8), passage_en=COPIED))


def test_it_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    print_leaks(find_leaks([training(*filler(6), LEAK, BESIDE)], [TEST], names=["train [1]"], near=None))
    shown = capsys.readouterr().out
    assert "passages in the training data" in shown
    assert "train [1] copy (en)" in shown
    assert "1 training items leak, 2 with what shares a group" in shown
    print_leaks(find_leaks([training(*filler(2))], [TEST], near=None))
    assert "Nothing leaks by these checks: exact, overlap, id" in " ".join(capsys.readouterr().out.split())
