"""Steps are made once, under a name made of what decides them, and again where something is missing or unfinished."""

from pathlib import Path

from isoglot.data.parallel import ParallelDataset
from isoglot.data.sample import load_sample
from isoglot.data.steps import Made, content_fingerprint, kept_step


def made(data: ParallelDataset, calls: list[int], *, whole: bool = True) -> Made:
    calls.append(len(data))
    return Made(data=data, facts={"calls": len(calls)}, whole=whole)


def test_a_step_is_made_once_for_the_same_parts(tmp_path: Path) -> None:
    data, calls = load_sample("sample/test"), list[int]()
    first = kept_step(tmp_path / "steps", "clean", {"form": 1, "before": "x"}, lambda: made(data, calls))
    again = kept_step(tmp_path / "steps", "clean", {"before": "x", "form": 1}, lambda: made(data, calls))
    assert (first.kept, again.kept, len(calls)) == (False, True, 1)
    assert (again.path, again.facts, again.data.fingerprint) == (first.path, first.facts, first.data.fingerprint)
    other = kept_step(tmp_path / "steps", "clean", {"form": 1, "before": "y"}, lambda: made(data, calls))
    assert other.path != first.path
    assert other.facts == {"calls": 2}


def test_what_is_unfinished_or_gone_is_made_again(tmp_path: Path) -> None:
    data, calls = load_sample("sample/test"), list[int]()
    for whole in (False, True):
        assert not kept_step(tmp_path, "translate", {}, lambda whole=whole: made(data, calls, whole=whole)).kept
    kept = kept_step(tmp_path, "translate", {}, lambda: made(data, calls))
    assert kept.kept
    kept.path.unlink()
    assert not kept_step(tmp_path, "translate", {}, lambda: made(data, calls)).kept
    for path in (kept.path, kept.path.with_suffix(".json")):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])  # as a full disk may have cut it elsewhere
        again = kept_step(tmp_path, "translate", {}, lambda: made(data, calls))
        assert (again.kept, len(again.data)) == (False, len(data))


def test_names_stay_what_they_were() -> None:
    """Results of earlier versions are found by them."""
    assert content_fingerprint({"b": 1, "a": ["é", None]}) == "9830686b5fe6"
