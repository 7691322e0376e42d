from pathlib import Path

from helpers.scored import scored


def test_a_short_run_does_not_reach_what_it_lacks(tmp_path: Path) -> None:
    """A passage below the last of a few hits may be among the first ten ranks, but no user sees it."""
    run, qrels, languages = tmp_path / "run", tmp_path / "qrels", tmp_path / "languages.tsv"
    run.write_text("q1 Q0 en1 1 2 x\nq1 Q0 de2 2 1 x\n")  # without de1, and without anything for q2
    qrels.write_text("q1 0 en1 1\nq1 0 de1 1\nq2 0 en2 1\nq2 0 de2 1\n")
    languages.write_text("en1\ten\nen2\ten\nde1\tde\nde2\tde\n")
    found = scored(run, qrels, query_language="en", passage_language=languages, draws=20).bias
    assert found["reach_same@10"].value == 0.5
    assert found["reach_other@10"].value == 0
