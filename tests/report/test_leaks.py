from helpers.planted import collection, filler, item, training, words
from isoglot.leakage.find import find_leaks
from isoglot.report.leaks import leaks_summary

COPIED = words("copied", 80)
LEAK = item("copy", group="page", query_en=words("own", 8), passage_en=COPIED, passage_de=words("own", 80, "de"))
BESIDE = item("beside", group="page", query_en=words("other", 8), passage_en=words("other", 80))
TEST = collection(item("asked", query_en=words("asked", 8), passage_en=COPIED))


def test_what_leaks_is_said_and_where_is_in_the_details() -> None:
    found = leaks_summary(find_leaks([training(*filler(6), LEAK, BESIDE)], [TEST], names=["train [1]"], near=None))
    short, whole = " ".join(found.text().split()), found.text(details=True)
    assert short.startswith("1 of 8 training items leaks, 2 with all items of their groups.")
    assert f"an answer, of 1 of 1 query in {TEST.name}" in short
    assert "train [1] copy (en)" not in short
    assert "train [1] copy (en)" in whole
    clean = leaks_summary(find_leaks([training(*filler(2))], [TEST], near=None))
    assert "Nothing leaks by these checks: exact, overlap, id" in " ".join(clean.text().split())
