"""How a user names data of the hub: ``OWNER/NAME[/CONFIG][@REVISION][#key=value&key=value]`` behind ``hf:``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from isoglot.errors import DataError
from isoglot.languages import normalise

_FORM = re.compile(r"(?P<name>[\w.-]+/[\w.-]+)(?:/(?P<config>[^@#/]+))?(?:@(?P<revision>[^#@]+))?(?:#(?P<rest>.*))?")
_COLUMNS = ("id", "query", "passage", "text", "negative", "group", "domain", "label", "unless")
_BY_LANGUAGE = re.compile(r"(query|passage)\.(.+)")
_SETTINGS = ("files", "rows", "passage_lang", "labels")
_ELSEWHERE = {"split": "hf/SPLIT:", "lang": "hf@LANGUAGE:", "language": "hf@LANGUAGE:"}


@dataclass(frozen=True, kw_only=True)
class Address:
    """A data set of the hub, or a part of one.

    Attributes:
        repository: ``OWNER/NAME``.
        config: a configuration of it; None for the only or default one.
        revision: a branch, tag or commit; None for the repository's main branch.
        files: pattern of the files to read, instead of those that config and split tell.
        rows: read no more than so many; files behind them are not fetched.
        passage_language: of passages that state none, where it is not that of the queries.
        labels: what the numbers of the label's column mean, from 0 on: ``("entailment", "neutral", "contradiction")``.
        columns: what of an item -> the column that holds it: ``query``, or ``query.de`` for a text in that language;
            ``text`` is both sides of a sentence; a row in which ``unless`` is true is passed over.
    """

    repository: str
    config: str | None = None
    revision: str | None = None
    files: str | None = None
    rows: int | None = None
    passage_language: str | None = None
    labels: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """``OWNER/NAME/CONFIG``, which data is filed under and messages begin with."""
        return "/".join(part for part in (self.repository, self.config) if part)


def parse_address(text: str) -> Address:
    """Read what stands behind ``hf:``.

    Raises:
        DataError: it is no such name, or a key or its value is none.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise DataError(f"hf:{text}: write it as hf:OWNER/NAME, hf:OWNER/NAME/CONFIG or hf:OWNER/NAME/CONFIG@REVISION.")
    given = dict(_assignment(text, word) for word in (match["rest"] or "").split("&") if word)
    settings = {key: given.pop(key, None) for key in _SETTINGS}
    for key in given:
        _check_column(text, key)
    return Address(
        repository=match["name"],
        config=match["config"],
        revision=match["revision"],
        files=settings["files"],
        rows=None if settings["rows"] is None else _count(text, settings["rows"]),
        passage_language=None if settings["passage_lang"] is None else normalise(settings["passage_lang"]),
        labels=tuple((settings["labels"] or "").split(",")) if settings["labels"] else (),
        columns=given,
    )


def _assignment(text: str, word: str) -> tuple[str, str]:
    key, equals, value = word.partition("=")
    if not equals or not key or not value:
        raise DataError(f"hf:{text}: {word!r} must be key=value, such as query=question.")
    return key, value


def _check_column(text: str, key: str) -> None:
    if key in _COLUMNS:
        return
    if by_language := _BY_LANGUAGE.fullmatch(key):
        normalise(by_language[2])
        return
    if key in _ELSEWHERE:
        raise DataError(f"hf:{text}: say the {key} in front, as {_ELSEWHERE[key]}OWNER/NAME.")
    known = ", ".join((*_COLUMNS, "query.LANGUAGE", "passage.LANGUAGE", *_SETTINGS))
    raise DataError(f"hf:{text}: unknown key {key!r}; choose from {known}.")


def _count(text: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or not int(value):
        raise DataError(f"hf:{text}: rows must be a whole number above 0, but is {value!r}.")
    return int(value)
