"""Code and names are told from language."""

from isoglot.text.prose import natural, prose_words


def test_code_and_names_are_no_prose() -> None:
    assert natural("Use the =SUM(A1:B2) function in Calc_2 or camelCase") == "Use the function in or"
    assert prose_words("Marco Polo Bridge Incident Museum") == 0
    assert prose_words("When did Marco Polo leave Venice?") == 2
    assert prose_words("这是一个没有空格的句子") > 4
