"""Many texts as requests to a server: several at once, and one by one where several came to nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Event
from typing import TypeVar

from isoglot.endpoint.http import Endpoint, RequestFailed, Stopped
from isoglot.errors import IsoglotError

_Answer = TypeVar("_Answer")
Send = Callable[[list[str], Event], Iterable[_Answer]]
"""Asks for some texts and gives one answer for each; waits no longer once the event is set."""

_Done = tuple[dict[int, _Answer], IsoglotError | None]


def stream_requests(
    send: Send[_Answer],
    texts: Sequence[str],
    groups: Iterable[list[int]],
    *,
    endpoint: Endpoint,
    failed: Callable[[str, RequestFailed], _Answer],
) -> Iterator[Mapping[int, _Answer]]:
    """Answers by place as they come, those of a request together.

    Args:
        send: raises RequestFailed, the endpoint's error or Stopped, as :meth:`Endpoint.ask` does.
        texts: of which some are sent.
        groups: places of texts, those of a request together.
        endpoint: that ``send`` asks.
        failed: what stands for the answer of a text whose own request failed, by text and failure; or raises.

    Raises:
        IsoglotError: what ``send`` or ``failed`` raised, once all that was under way is given.
    """
    left = iter(groups)
    endpoint.start()
    stop = Event()
    fault: IsoglotError | None = None
    with ThreadPoolExecutor(endpoint.options.parallel) as pool:
        waiting: set[Future[_Done[_Answer]]] = set()
        try:
            while True:
                while fault is None and len(waiting) < endpoint.options.parallel and (group := next(left, None)):
                    waiting.add(pool.submit(_answers, send, failed, texts, group, stop))
                if not waiting:
                    break
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    part, stopped_by = future.result()
                    yield part
                    if stopped_by is not None and fault is None:
                        fault = stopped_by
                        stop.set()
        finally:
            stop.set()
    if fault is not None:
        raise fault


def _answers(
    send: Send[_Answer],
    failed: Callable[[str, RequestFailed], _Answer],
    texts: Sequence[str],
    group: list[int],
    stop: Event,
) -> _Done[_Answer]:
    """What a group came to, and what put an end to it."""
    try:
        return dict(zip(group, send([texts[place] for place in group], stop), strict=True)), None
    except Stopped:
        return {}, None
    except IsoglotError as error:
        return {}, error
    except RequestFailed as failure:
        if len(group) == 1:
            try:
                return {group[0]: failed(texts[group[0]], failure)}, None
            except IsoglotError as error:
                return {}, error
    found: dict[int, _Answer] = {}
    for place in group:
        part: dict[int, _Answer]
        part, stopped_by = _answers(send, failed, texts, [place], stop)
        found.update(part)
        if stopped_by is not None:
            return found, stopped_by
    return found, None


def groups_of(sizes: Iterable[tuple[int, int]], *, most: int, budget: int) -> Iterator[list[int]]:
    """Places, as many together as a request may have.

    Args:
        sizes: (place, size) of each text.
        most: texts of a group.
        budget: their sizes together, unless the group has one text.
    """
    group: list[int] = []
    total = 0
    for place, size in sizes:
        if group and (len(group) == most or total + size > budget):
            yield group
            group, total = [], 0
        group.append(place)
        total += size
    if group:
        yield group
