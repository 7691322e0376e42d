"""The command line as a user meets it."""

import pytest

from isoglot.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit status, what stands on the screen, and the errors with their line breaks."""
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    captured = capsys.readouterr()
    assert isinstance(stopped.value.code, int)
    return stopped.value.code, captured.out, captured.err


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one sentence of an error."""
    code, said, sentence = run(capsys, *arguments)
    assert (code, said) == (1, "")
    assert "unexpected" not in sentence
    assert len(sentence.strip().splitlines()) == 1
    return sentence
