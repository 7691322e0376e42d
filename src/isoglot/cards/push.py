"""``push``: an encoder's folder to the hub, by the hub's own client."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, ClassVar

from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalTokenNotFoundError, OfflineModeIsEnabled

from isoglot.arguments import checked
from isoglot.cards.card import README
from isoglot.cards.origin import encoder_folder
from isoglot.data.hub.client import client, quiet_client
from isoglot.errors import EncoderError, FetchError, first_line
from isoglot.progress import doing
from isoglot.result import Result
from isoglot.seals import missing

_NOT_ALLOWED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


@dataclass(frozen=True, kw_only=True, repr=False)
class Pushed(Result):
    """An encoder on the hub, or what would be.

    Example::

        >>> would = isoglot.push("runs/hybrid", "me/hybrid-e5", dry_run=True)
        >>> would.private, "README.md" in would.files
        (True, True)

    Attributes:
        repository: ``OWNER/NAME``.
        files: path -> bytes.
        private: whether it is to be seen by its owner alone; a repository that is there already stays as it is.
        url: of the commit; None where nothing was sent.
    """

    verb: ClassVar[str] = "push"

    repository: str
    files: dict[str, int]
    private: bool
    url: str | None

    def _headline(self) -> str:
        return f"{len(self.files):,} files {'to' if self.url else 'for'} {self.repository}"

    def _rows(self) -> Iterator[dict[str, object]]:
        return ({"file": path, "bytes": size} for path, size in self.files.items())

    def _content(self) -> dict[str, Any]:
        return {"repository": self.repository, "private": self.private, "url": self.url, "files": self.files}


@checked
def push(model: str | Path, repository: str, *, public: bool = False, dry_run: bool = False) -> Pushed:
    """Send an encoder's folder to the hub; who may do so is told by the hub's own token (``hf auth login``, HF_TOKEN).

    Example::

        >>> isoglot.push("runs/hybrid", "me/hybrid-e5", dry_run=True).repository
        'me/hybrid-e5'

    Args:
        model: the folder, with its card (:func:`isoglot.card`).
        repository: ``OWNER/NAME``, which is made where it is not there.
        public: make it one that everybody sees.
        dry_run: send nothing, and say what would be sent.

    Raises:
        EncoderError: the folder is no encoder, lacks files that it had, or has no card.
        FetchError: the hub cannot be reached, or refuses.
    """
    folder = encoder_folder(model)
    _check(folder)
    files = {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }
    url = None
    if not dry_run:
        with doing(f"sending {folder} to {repository}"), quiet_client():
            url = _sent(folder, repository, files, private=not public)
    return Pushed(repository=repository, files=files, private=not public, url=url)


def _check(folder: Path) -> None:
    if gone := missing(folder):
        raise EncoderError(f"{folder} lacks {', '.join(gone)}, which it had when it was saved: make it again.")
    if not (folder / README).is_file():
        raise EncoderError(f"{folder} has no {README}: write its card first, by `isoglot card {folder}`.")


def _sent(folder: Path, repository: str, files: dict[str, int], *, private: bool) -> str:
    api = client()
    try:
        api.create_repo(repository, private=private, exist_ok=True)
        commit = api.upload_folder(
            repo_id=repository, folder_path=folder, allow_patterns=list(files), commit_message="Model, by isoglot"
        )
    except (LocalTokenNotFoundError, HFValidationError, OfflineModeIsEnabled) as error:
        raise FetchError(f"{repository}: {first_line(error)}") from error
    except HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else None
        remedy = (
            "log in with `hf auth login`, or set HF_TOKEN to a token that may write" if status in (401, 403) else ""
        )
        raise FetchError(f"{repository}: the hub refuses ({first_line(error)}){remedy and f': {remedy}'}.") from error
    except Exception as error:  # of the HTTP library that the client uses
        raise FetchError(f"{repository}: the hub cannot be reached ({first_line(error)}); run it again.") from error
    return str(commit.commit_url)
