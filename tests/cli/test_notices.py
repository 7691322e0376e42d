"""What a user is told beside the results."""

import warnings

from isoglot.cli.notices import warnings_in_a_line


def test_a_warning_for_the_user_is_one_line_and_others_say_where_they_come_from() -> None:
    before = warnings.formatwarning
    with warnings_in_a_line():
        assert warnings.formatwarning("a\x1bb", UserWarning, "store.py", 67, "code()") == "warning: a\\x1bb\n"
        assert "store.py:67" in warnings.formatwarning("old", DeprecationWarning, "store.py", 67, "code()")
    assert warnings.formatwarning is before
