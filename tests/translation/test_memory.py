"""Nothing is translated twice, and a killed run loses one batch."""

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.engines import Labelled
from isoglot.errors import StorageError, TranslationError
from isoglot.translation import memory
from isoglot.translation.memory import translate_remembered

_CALLS = st.lists(
    st.tuples(
        st.sampled_from(["one", "two"]), st.sampled_from(["de", "es"]), st.lists(st.text(max_size=3), max_size=8)
    ),
    max_size=6,
)


@given(calls=_CALLS)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_text_is_translated_once_by_an_engine_into_a_language(
    calls: list[tuple[str, str, list[str]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISOGLOT_CACHE", str(tmp_path / str(len(list(tmp_path.iterdir())))))
    known: set[tuple[str, str, str]] = set()
    for engine, target, texts in calls:
        translator = Labelled(engine, lambda text, language, engine=engine: f"{engine} {language} {text}")
        told: list[int] = []
        found = translate_remembered(translator, texts, source="en", target=target, progress=told.append)
        assert found.translations == {text: f"{engine} {target} {text}" for text in texts}
        wanted = {(engine, target, text) for text in texts}
        assert sorted(text for _, batch in translator.asked for text in batch) == sorted(t for *_, t in wanted - known)
        assert found.remembered == len(wanted & known)
        assert sum(told) == len(wanted)
        known |= wanted


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_a_killed_run_loses_the_batch_it_was_at(batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_BATCH_TEXTS", 4)
    texts = [f"text {number}" for number in range(14)]

    class Killed(Labelled):
        def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
            if len(self.asked) == batch:
                raise KeyboardInterrupt
            return super().translate(texts, source=source, target=target)

    with pytest.raises(KeyboardInterrupt):
        translate_remembered(Killed(), texts, source="en", target="es")
    resumed = Labelled()
    found = translate_remembered(resumed, texts, source="en", target="es")
    assert found.remembered == 4 * batch
    assert sum(len(asked) for _, asked in resumed.asked) == 14 - 4 * batch
    assert found.translations == {text: f"es:{text}" for text in texts}


def test_batches_are_of_texts_of_one_length_and_of_limited_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_BATCH_CHARACTERS", 10)
    translator = Labelled()
    translate_remembered(translator, ["a", "b" * 20, "c" * 4, "d" * 5, "e" * 2], source="en", target="es")
    assert [[len(text) for text in asked] for _, asked in translator.asked] == [[20], [5, 4], [2, 1]]


def _translate_many(first: int) -> None:
    memory._BATCH_TEXTS = 5
    texts = [f"text {number}" for number in range(first, first + 200)]
    found = translate_remembered(Labelled(), texts, source="en", target="es")
    assert found.translations == {text: f"es:{text}" for text in texts}


def test_two_processes_at_once() -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_translate_many, args=(first,)) for first in (0, 100)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    translator = Labelled()
    translate_remembered(translator, [f"text {number}" for number in range(300)], source="en", target="es")
    assert translator.asked == []


class _Paid(Labelled):
    """Writes down what it was paid for, and takes its time."""

    def __init__(self, bill: Path) -> None:
        super().__init__()
        self._bill = bill

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
        time.sleep(0.05)
        with self._bill.open("a") as bill:
            bill.writelines(f"{text}\n" for text in texts)
        return super().translate(texts, source=source, target=target)


def _translate_paid(bill: Path, barrier: Any) -> None:
    memory._BATCH_TEXTS = 10
    barrier.wait(60)
    texts = [f"text {number}" for number in range(200)]
    found = translate_remembered(_Paid(bill), texts, source="en", target="es")
    assert found.translations == {text: f"es:{text}" for text in texts}


def test_two_processes_at_once_pay_once_for_a_text(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier, bill = context.Barrier(2), tmp_path / "bill"
    processes = [context.Process(target=_translate_paid, args=(bill, barrier)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0]
    assert sorted(bill.read_text().splitlines()) == sorted(f"text {number}" for number in range(200))


def test_an_engine_that_loses_a_text() -> None:
    class Short(Labelled):
        def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
            return super().translate(texts, source=source, target=target)[:-1]

    with pytest.raises(TranslationError, match=r"labelled 1 returned 2 translations for 3 texts \(en to es\)"):
        translate_remembered(Short(), ["a", "b", "c"], source="en", target="es")
    assert translate_remembered(Labelled(), ["a", "b", "c"], source="en", target="es").remembered == 0


def test_a_memory_that_is_none(cache: Path) -> None:
    path = cache / "translations" / "memory.sqlite"
    path.parent.mkdir()
    path.write_bytes(b"no database" * 1_000)
    with pytest.raises(StorageError, match=r"memory\.sqlite: .*delete it"):
        translate_remembered(Labelled(), ["a"], source="en", target="es")


@pytest.mark.parametrize(
    ("part", "message"),
    [({7: "x"}, "what it was not asked for"), ({0: 1}, "what it was not asked for"), ({0: "x"}, "returned 1 trans")],
)
def test_an_engine_that_streams_nonsense(part: dict[int, Any], message: str) -> None:
    class Wild(Labelled):
        def stream(self, texts: Sequence[str], *, source: str, target: str) -> Iterator[dict[int, Any]]:
            yield part

    with pytest.raises(TranslationError, match=message):
        translate_remembered(Wild(), ["a", "b"], source="en", target="es")


def test_what_a_stream_gave_before_it_broke_is_kept() -> None:
    class Breaking(Labelled):
        def stream(self, texts: Sequence[str], *, source: str, target: str) -> Iterator[dict[int, str]]:
            yield {2: "es:c"}
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        translate_remembered(Breaking(), ["a", "b", "c"], source="en", target="es")
    found = translate_remembered(Labelled(), ["a", "b", "c"], source="en", target="es")
    assert (found.remembered, found.translations) == (1, {text: f"es:{text}" for text in "abc"})
