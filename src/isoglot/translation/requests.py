"""Texts as requests to a translation server, and which of its answers are translations."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Event

from isoglot.endpoint.http import Endpoint, RequestFailed
from isoglot.endpoint.requests import groups_of, stream_requests
from isoglot.translation.engine import Failed, Outcome

_CHARACTERS = 8_000  # of a request, unless it has one text


def stream_translations(
    send: Callable[[list[str], Event], object], texts: Sequence[str], *, endpoint: Endpoint, most: int
) -> Iterator[Mapping[int, Outcome]]:
    """Outcomes by place as they come, those of a request together. White space alone is its own translation.

    Args:
        send: asks for the translations of some texts; gives what the server calls them, unchecked. It raises what
            :meth:`Endpoint.ask` does.
        most: texts of a request.

    Raises:
        TranslationError: what ``send`` raised, once all that was under way is given.
    """
    blank = {place: text for place, text in enumerate(texts) if not text.strip()}
    if blank:
        yield blank
    sizes = ((place, len(text)) for place, text in enumerate(texts) if place not in blank)
    yield from stream_requests(
        lambda group, stop: _checked(send(group, stop), len(group)),
        texts,
        groups_of(sizes, most=most, budget=_CHARACTERS),
        endpoint=endpoint,
        failed=lambda text, failure: Failed(failure.reason),
    )


def _checked(answer: object, wanted: int) -> list[Outcome]:
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
