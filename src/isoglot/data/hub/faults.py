"""What can go wrong between isoglot and the hub, one sentence each; and what another try may cure."""

import errno
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TypeVar

from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RevisionNotFoundError,
)

from isoglot.cache import CACHE_VARIABLE
from isoglot.errors import FetchError, IsoglotError

_TRIES = 3
_FIRST_WAIT_S = 1.0  # between the first and the second try; doubled after each
_LONGEST_WAIT_S = 60.0  # that a hub may ask for

_KEPT = "what was fetched is kept, so run again later"

Answer = TypeVar("Answer")


def asked(ask: Callable[[], Answer]) -> Answer:
    """What the hub answers, asked again where it is busy or away; its last fault is raised as it came."""
    wait = _FIRST_WAIT_S
    for left in reversed(range(_TRIES)):
        try:
            return ask()
        except Exception as error:
            if not left or not _passing(error):
                raise
            time.sleep(min(_LONGEST_WAIT_S, max(wait, _asked_to_wait(error))))
            wait *= 2
    raise AssertionError("no try")


@contextmanager
def told(what: str, *, revision_gone: str = "") -> Iterator[None]:
    """Make one sentence of whatever the hub's client raises in the block.

    Args:
        what: the data set, or a file of it.
        revision_gone: the sentence where the revision is not there, without its end.

    Raises:
        FetchError: in place of the client's errors.
    """
    try:
        yield
    except IsoglotError:
        raise
    except Exception as error:  # of the client, of its HTTP library, which has been another before, or of the disk
        raise FetchError(f"{_sentence(error, what, revision_gone)}.") from error


def _sentence(error: Exception, what: str, revision_gone: str) -> str:
    cause = _hub_error(error)
    status = getattr(getattr(cause, "response", None), "status_code", None)
    if isinstance(error, HFValidationError):
        return f"{what}: no name of a data set ({error}); write OWNER/NAME"
    if isinstance(cause, OfflineModeIsEnabled):
        return f"{what}: not in the cache, and HF_HUB_OFFLINE is set: unset it to ask the hub"
    if isinstance(cause, GatedRepoError) or status == HTTPStatus.FORBIDDEN:
        return f"{what}: its owner lets in only who accepts the terms on its page: accept them, and set HF_TOKEN"
    if status == HTTPStatus.UNAUTHORIZED:
        return (
            f"{what}: the hub wants a login, or has no data set of this name: set HF_TOKEN to a token that may read "
            "it, or mend the name"
        )
    if isinstance(cause, RevisionNotFoundError):
        return revision_gone or f"{what}: the hub has this revision no more; {_KEPT} with another"
    if status == HTTPStatus.NOT_FOUND or (isinstance(cause, EntryNotFoundError) and cause is error and status):
        return f"{what}: the hub has none of this name; mend the name or the revision"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return f"{what}: the hub takes no more requests from here for now (HTTP 429); {_KEPT}"
    if status is not None:
        return f"{what}: the hub failed (HTTP {status}); {_KEPT}"
    if isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{what}: the disk is full: make room, or set {CACHE_VARIABLE} to a folder on another disk; {_KEPT}"
    reason = str(cause).strip().partition("\n")[0] or type(cause).__name__
    return f"{what}: could not be fetched ({reason.rstrip('.')}): check the network and HF_ENDPOINT; {_KEPT}"


def _hub_error(error: BaseException) -> BaseException:
    """What lies behind the client's remark that a file is not in its cache either."""
    while isinstance(error, LocalEntryNotFoundError) and error.__cause__ is not None:
        error = error.__cause__
    return error


def _passing(error: Exception) -> bool:
    if isinstance(error, HfHubHTTPError):
        status = error.response.status_code
        return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS
    return not isinstance(error, HFValidationError | OfflineModeIsEnabled)


def _asked_to_wait(error: Exception) -> float:
    headers = error.response.headers if isinstance(error, HfHubHTTPError) else {}
    said = headers.get("Retry-After", "")
    return float(said) if said.isdigit() else 0.0
