"""Questions of many clients, encoded together."""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Lock, Thread

from isoglot.arrays import Vectors
from isoglot.errors import ConfigError
from isoglot.search.hits import Hits
from isoglot.search.index import Index
from isoglot.search.page import Asked, Query
from isoglot.search.service.metrics import Metrics
from isoglot.search.service.question import Question

_TOGETHER = 32  # queries
_RANKING = 4  # threads: an index that is not in memory waits for its store


@dataclass(frozen=True, eq=False)
class _Job:
    question: Question
    found: "Future[Hits]" = field(default_factory=Future)


class Engine:
    """Answers questions from an index; one thread encodes.

    Whatever has come while a batch was encoded is the next batch. A question that comes alone waits for nobody.

    Args:
        index: that is asked. One that another process changes is seen as often as it looks.
        metrics: told of every batch.

    Raises:
        DataError, EncoderError, StorageError: the index cannot be searched.
    """

    def __init__(self, index: Index, metrics: Metrics) -> None:
        self._index, self._metrics = index, metrics
        self._looking = Lock()
        self._now = index.still()
        _warm(self._now)
        self._bare: Index | None = None  # the same without its repair
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._ranking = ThreadPoolExecutor(_RANKING, thread_name_prefix="isoglot-rank")
        self._encoding = Thread(target=self._run, name="isoglot-encode", daemon=True)
        self._encoding.start()

    def now(self, *, repaired: bool = True) -> Index:
        """The index as it is, which stays so.

        Raises:
            DataError, EncoderError, StorageError: it was changed into what cannot be searched.
        """
        with self._looking:
            now = self._index.still()
            if now.table is not self._now.table:  # it was read again
                self._now, self._bare = now, None
            if repaired:
                return self._now
            if self._bare is None:
                self._bare = self._now.without_repair()
            return self._bare

    async def search(self, question: Question) -> Hits:
        """The hits.

        Raises:
            ConfigError: the index does not know what the question names.
            DataError, EncoderError, StorageError: the index cannot be searched at this moment.
        """
        job = _Job(question)
        self._queue.put(job)
        return await asyncio.wrap_future(job.found)

    def close(self) -> None:
        """Answer what was asked, and end."""
        self._queue.put(None)
        self._encoding.join()
        self._ranking.shutdown()

    def _run(self) -> None:
        more = True
        while more:
            batch, more = self._next()
            for repaired in (True, False):
                jobs = [job for job in batch if job.question.repair == repaired]
                self._encode([job for job in jobs if job.found.set_running_or_notify_cancel()], repaired)

    def _next(self) -> tuple[list[_Job], bool]:
        """What has come, waiting for the first; and whether more may come."""
        batch: list[_Job] = []
        try:
            while len(batch) < _TOGETHER:
                job = self._queue.get(block=not batch)
                if job is None:
                    return batch, False
                batch.append(job)
        except Empty:
            pass
        return batch, True

    def _encode(self, jobs: Sequence[_Job], repaired: bool) -> None:
        if not jobs:
            return
        begun = time.perf_counter()
        texts = [job.question.text for job in jobs]
        try:
            index = self.now(repaired=repaired)
            tags = index.tell(texts, [job.question.language for job in jobs])
            vectors = index.encode(texts, tags)
        except Exception as error:
            if len(jobs) == 1:
                jobs[0].found.set_exception(error)
                return
            for job in jobs:  # one text does not spoil the others'
                self._encode([job], repaired)
            return
        self._metrics.encoded(len(jobs), time.perf_counter() - begun)
        for job, tag, vector in zip(jobs, tags, vectors, strict=True):
            self._ranking.submit(_rank, job, index, tag, vector)


def _warm(index: Index) -> None:
    """Load what the first question would wait for."""
    text = "isoglot"
    with suppress(ConfigError):  # languages of the index that no text tells: who asks must name them
        index.tell([text], [None])
    index.rank(Query(text, index.encode([text], [None])[0], None), Asked(policy="plain"))


def _rank(job: _Job, index: Index, language: str | None, vector: Vectors) -> None:
    try:
        hits = index.rank(Query(job.question.text, vector, language), job.question.asked())
    except Exception as error:
        job.found.set_exception(error)
    else:
        job.found.set_result(hits)
