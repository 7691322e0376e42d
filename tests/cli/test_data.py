import pytest

from helpers.commandline import run


def test_data_show_prints_the_same_random_items(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["data", "show", "sample/train", "--items", "3", "--languages", "en,zh", "--characters", "40"]
    (code, out, _), (_, again, _) = run(capsys, *arguments), run(capsys, *arguments)
    lines = out.splitlines()
    assert code == 0
    assert out == again
    assert [line.split()[:2] for line in lines[1:5]] == [
        ["query", "en"],
        ["query", "zh"],
        ["passage", "en"],
        ["passage", "zh"],
    ]
    assert len(lines) == 3 * 6
    assert max(map(len, lines)) <= 40 + len("  passage zh    ")
    assert run(capsys, *arguments, "--seed", "1")[1] != out


def test_data_list_names_every_set(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "data", "list")
    assert code == 0
    assert all(name in out for name in ("xquad-r", "mlqa-r", "sample"))
