"""Many texts as requests to a server: several at once, and one by one where several came to nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from isoglot.errors import TranslationError
from isoglot.translation.engine import Failed, Outcome
from isoglot.translation.http import Endpoint, RequestFailed, Stopped
from isoglot.translation.options import HttpOptions

Send = Callable[[list[str]], object]
"""Asks for the translations of some texts; gives what the server calls them, unchecked."""

_Done = tuple[dict[int, Outcome], TranslationError | None]

_CHARACTERS = 8_000  # of a request, unless it has one text


def stream_requests(
    send: Send, texts: Sequence[str], *, endpoint: Endpoint, options: HttpOptions
) -> Iterator[Mapping[int, Outcome]]:
    """Outcomes by place as they come, those of a request together. White space alone is its own translation.

    Args:
        send: raises RequestFailed, TranslationError or Stopped, as :meth:`Endpoint.ask` does.

    Raises:
        TranslationError: what ``send`` raised, once all that was under way is given.
    """
    blank = {place: text for place, text in enumerate(texts) if not text.strip()}
    if blank:
        yield blank
    groups = _groups(texts, options.texts)
    endpoint.start()
    fault: TranslationError | None = None
    with ThreadPoolExecutor(options.parallel) as pool:
        waiting: set[Future[_Done]] = set()
        try:
            while True:
                while fault is None and len(waiting) < options.parallel and (group := next(groups, None)):
                    waiting.add(pool.submit(_outcomes, send, texts, group))
                if not waiting:
                    break
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    part, stopped_by = future.result()
                    yield part
                    if stopped_by is not None and fault is None:
                        fault = stopped_by
                        endpoint.stop()
        finally:
            endpoint.stop()
    if fault is not None:
        raise fault


def _outcomes(send: Send, texts: Sequence[str], group: list[int]) -> tuple[dict[int, Outcome], TranslationError | None]:
    """What a group came to, and what put an end to it."""
    try:
        return dict(zip(group, _checked(send([texts[place] for place in group]), len(group)), strict=True)), None
    except Stopped:
        return {}, None
    except TranslationError as error:
        return {}, error
    except RequestFailed as failure:
        if len(group) == 1:
            return {group[0]: Failed(failure.reason)}, None
    found: dict[int, Outcome] = {}
    for place in group:
        part, stopped_by = _outcomes(send, texts, [place])
        found.update(part)
        if stopped_by is not None:
            return found, stopped_by
    return found, None


def _checked(answer: object, wanted: int) -> list[str]:
    if not isinstance(answer, list):
        raise RequestFailed(f"an answer of the wrong form ({type(answer).__name__} for a list)", spent=True)
    if len(answer) != wanted:
        many = "more" if len(answer) > wanted else "fewer"
        raise RequestFailed(f"an answer with {many} translations than texts", spent=True)
    for translation in answer:
        if not isinstance(translation, str):
            raise RequestFailed(f"an answer of the wrong form ({type(translation).__name__} for a text)", spent=True)
        if not translation.strip():
            raise RequestFailed("an empty answer", spent=True)
        if any("\ud800" <= character <= "\udfff" for character in translation):
            raise RequestFailed("half a character (a lone surrogate) in the answer", spent=True)
    return answer


def _groups(texts: Sequence[str], most: int) -> Iterator[list[int]]:
    """Places of texts that are not white space, as many as a request may have."""
    group: list[int] = []
    characters = 0
    for place, text in enumerate(texts):
        if not text.strip():
            continue
        if group and (len(group) == most or characters + len(text) > _CHARACTERS):
            yield group
            group, characters = [], 0
        group.append(place)
        characters += len(text)
    if group:
        yield group
