"""A summary: what fits 80 columns whatever its cells are, and what is kept for those who ask."""

from rich.cells import cell_len

from isoglot.columns import columns
from isoglot.summary import WIDTH, Summary, TextTable


def test_a_summary_is_the_finding_a_table_and_the_next_command() -> None:
    table = TextTable(("measure", "value"), [("mono mAP", ".976"), ("rank distance", "1,214")], note="Of 12 queries.")
    found = Summary(
        finding=("It works.", "Mostly."),
        table=table,
        then="isoglot audit e5-small xquad-r",
        why="to see where",
        details=("All of it.\n- In two lines.",),
    )
    assert str(found).splitlines() == [
        "It works. Mostly.",
        "",
        "measure        value",
        "────────────────────",
        "mono mAP        .976",
        "rank distance  1,214",
        "Of 12 queries.",
        "",
        "Next, to see where:",
        "  isoglot audit e5-small xquad-r",
    ]
    assert "All of it.\n- In two lines.\n\nNext" in found.text(details=True)
    assert str(Summary(finding=("Done.",))) == "Done."


def test_everything_but_a_command_fits_80_columns_and_no_number_is_cut() -> None:
    numbers = ["-123,456.7"] * 4
    rows = [
        ["a name of a data set that nobody could have thought of " * 2, *numbers],
        ["質問の言語の文書を" * 9, *numbers],
    ]
    table = TextTable(("data", *"abcd"), rows)
    command = f"isoglot audit {'x' * WIDTH}"
    text = Summary(finding=("word " * 40,), table=table, then=command).text()
    long = [line for line in text.splitlines() if cell_len(line) > WIDTH]
    assert long == [f"  {command}"]
    assert text.count("-123,456.7") == 8
    assert text.count("…") == 2


def test_on_a_narrow_terminal_a_row_is_a_paragraph() -> None:
    table = TextTable(
        ("value", "was", "is", "change [95%]"), [("page 1: own language", "99.8%", "", "−2.0 [−3.5, −0.8]")]
    )
    found = Summary(finding=("word " * 20,), table=table)
    assert found.text(width=40).splitlines()[-2:] == [
        "- page 1: own language: was 99.8%,",
        "  change [95%] −2.0 [−3.5, −0.8]",
    ]
    assert all(len(line) <= 40 for line in found.text(width=40).splitlines())


def test_arabic_and_hebrew_cells_stay_in_their_columns() -> None:
    lines = list(TextTable(("data", "n"), [("مجموعة", "48"), ("ascii", "7")], note="").lines())
    assert [columns(line) for line in lines[1:]] == [10, 10, 10]
    assert lines[2] == "\u200eمجموعة\u200e  48"
    assert lines[3] == "ascii    7"
