"""The public face, as a notebook and a type checker see it."""

import subprocess
import sys
from pathlib import Path

import pytest

import isoglot

# Five misused names, one a line from the fourth on.
_MISUSED = """
import isoglot

found = isoglot.evalute("e5-small", "sample/test")
isoglot.evaluate("e5-small", "sample/test", option=isoglot.EvaluationOptions())
isoglot.EvaluationOptions(measure=["nDCG@10"])
isoglot.compare("a.json", "b.json").collection
isoglot.Hybrid(alpha="half")
"""


def test_a_notebook_from_loading_to_a_frame(tiny_encoder: Path, tmp_path: Path) -> None:
    script = Path(__file__).with_name("notebook.py").read_text(encoding="utf-8")
    assert len(script.splitlines()) <= 25
    names: dict[str, object] = {"ENCODER": str(tiny_encoder), "FOLDER": tmp_path}
    exec(compile(script, "notebook.py", "exec"), names)
    assert isinstance(names["comparison"], isoglot.Comparison)
    assert (tmp_path / "debiased" / "modules.json").is_file()


def test_misused_names_are_type_errors(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    file, config = tmp_path / "user.py", tmp_path / "mypy.ini"
    file.write_text(_MISUSED, encoding="utf-8")
    # What users name, and no more: the whole house with torch and numpy behind it takes a minute to read.
    read = [
        "isoglot",
        "isoglot.arguments",
        "isoglot.result",
        *(f"isoglot.{home}" for home in sorted(set(isoglot._HOMES.values()))),
    ]
    sections = [f"[mypy-{module}]\nfollow_imports = silent\n" for module in read]
    config.write_text("[mypy]\nstrict = True\nfollow_imports = skip\n" + "".join(sections), encoding="utf-8")
    mypy = [sys.executable, "-m", "mypy", "--config-file", str(config), "--cache-dir", str(tmp_path), str(file)]
    said = subprocess.run(mypy, capture_output=True, text=True).stdout
    errors = [line.split(": ", 2)[0].rpartition(":")[2] for line in said.splitlines() if ": error:" in line]
    assert errors == ["4", "5", "6", "7", "8"], said


def test_wrong_arguments_say_what_to_do(tiny_encoder: Path) -> None:
    encoder = str(tiny_encoder)
    for call, message in (
        (lambda: isoglot.evaluate(encoder, "no-such"), "'no-such': `isoglot data list`"),
        (lambda: isoglot.evaluate(encoder, []), "name at least one collection"),
        (lambda: isoglot.evaluate(encoder, 3), "int is no collection: give a name of"),  # type: ignore[arg-type]
        (lambda: isoglot.evaluate(object(), "sample/test"), "object is no encoder: give"),  # type: ignore[arg-type]
        (lambda: isoglot.EvaluationOptions(measures=["much"]), "'much' is not a measure: use AP"),
        (lambda: isoglot.merge(encoder, encoder, weight=0.5), "are one encoder"),
        (lambda: isoglot.read_results("none.json"), r"none\.json: no such file"),
        (lambda: isoglot.train("none.toml"), r"none\.toml: no such file"),
    ):
        with pytest.raises(isoglot.IsoglotError, match=message):
            call()
    found = isoglot.evaluate(encoder, "sample/test", options=isoglot.EvaluationOptions(draws=20, measures=["nDCG@10"]))
    assert found.value("multi", "nDCG@10") == found.value("multi", "ndcg_cut_10")
    assert 0 <= found.value("bias", "lpr") <= 1
    with pytest.raises(isoglot.IsoglotError, match=r"there is no 'lprr' in 'bias', only .*lpr"):
        found.value("bias", "lprr")
    with pytest.raises(isoglot.IsoglotError, match=r"there is no table 'all', only mono"):
        found.value("all", "map")
    with pytest.raises(isoglot.IsoglotError, match="A and B are the same results"):
        isoglot.compare(found, found)
