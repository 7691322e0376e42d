"""What comes while a batch is encoded is encoded together."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

import pytest

from isoglot.arrays import Vectors
from isoglot.search.hits import Hits
from isoglot.search.index import Index
from isoglot.search.service.engine import Engine
from isoglot.search.service.metrics import Metrics
from isoglot.search.service.question import Question

TEXTS = [f"question number {number}" for number in range(6)]


@pytest.fixture
def engine(repaired_index: Path) -> Iterator[Engine]:
    found = Engine(Index(repaired_index), Metrics())
    yield found
    found.close()


@pytest.fixture
def gate(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> tuple[Event, list[list[str]]]:
    """Encoding waits for the event; which texts were encoded together."""
    opened, batches, encode = Event(), [], Index.encode

    def encode_later(index: Index, queries: Sequence[str], languages: Sequence[str | None]) -> Vectors:
        batches.append(list(queries))
        assert opened.wait(10)
        if "spoilt" in queries:
            raise ValueError("a text that cannot be encoded")
        return encode(index, queries, languages)

    monkeypatch.setattr(Index, "encode", encode_later)
    return opened, batches


def test_many_clients_are_few_batches(
    repaired_index: Path, engine: Engine, gate: tuple[Event, list[list[str]]]
) -> None:
    opened, batches = gate

    async def ask_all() -> list[Hits]:
        asked = [asyncio.ensure_future(engine.search(Question(text=TEXTS[0])))]
        while not batches:  # one that comes alone waits for nobody
            await asyncio.sleep(0.001)
        asked += [asyncio.ensure_future(engine.search(Question(text=text))) for text in TEXTS[1:]]
        left = asyncio.ensure_future(engine.search(Question(text="of one who left")))
        await asyncio.sleep(0.01)
        left.cancel()
        await asyncio.sleep(0.01)
        opened.set()
        return await asyncio.gather(*asked)

    found = asyncio.run(ask_all())
    assert batches == [TEXTS[:1], TEXTS[1:]]
    alone = Index(repaired_index)
    for text, hits in zip(TEXTS, found, strict=True):
        assert hits.query == text
        assert [hit.id for hit in hits] == [hit.id for hit in alone.search(text)]


def test_one_text_does_not_spoil_the_others(engine: Engine, gate: tuple[Event, list[list[str]]]) -> None:
    opened, _ = gate

    async def ask_all() -> list[Hits | BaseException]:
        asked = [engine.search(Question(text=text)) for text in ("first", "second", "spoilt", "third")]
        opened.set()
        return await asyncio.gather(*asked, return_exceptions=True)

    found = asyncio.run(ask_all())
    assert [isinstance(each, Hits) for each in found] == [True, True, False, True]
    assert isinstance(found[2], ValueError)
