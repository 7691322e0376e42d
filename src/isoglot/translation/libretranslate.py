"""LibreTranslate, a server of open translation models (``GET /languages``, ``POST /translate``)."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from threading import Event
from typing import Any

import langcodes

from isoglot.endpoint.http import Endpoint, RequestFailed
from isoglot.errors import DataError, TranslationError
from isoglot.languages import english_name, normalise
from isoglot.translation.engine import Outcome, in_order
from isoglot.translation.options import HttpOptions
from isoglot.translation.requests import stream_translations

_OWN = {"zt": "zh-Hant", "pb": "pt-BR"}  # codes that BCP 47 does not have, or has for something else


class LibreTranslate:
    """A server.

    Args:
        url: what stands before ``/translate``.

    Raises:
        ConfigError: not an address, or a key that is not in the environment.
    """

    def __init__(self, url: str, options: HttpOptions) -> None:
        self._options = options
        self._endpoint = Endpoint(url, options, name="libretranslate", error=TranslationError)
        self._directions: dict[str, list[str]] | None = None

    @property
    def name(self) -> str:
        """With the address: the server does not say which models it has."""
        return " ".join(["libretranslate", self._endpoint.url, self._options.revision or ""]).rstrip()

    def check(self, source: str, target: str) -> None:
        """Whether the server has the direction.

        Raises:
            TranslationError: it does not, or does not answer.
            DataError: a code is not of BCP 47.
        """
        self._codes(source, target)

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[str]:
        """See :meth:`isoglot.translation.engine.Translator.translate`."""
        return in_order(self, texts, source=source, target=target)

    def stream(self, texts: Sequence[str], *, source: str, target: str) -> Iterator[Mapping[int, Outcome]]:
        """See :meth:`isoglot.translation.engine.StreamingTranslator.stream`."""
        codes = self._codes(source, target)
        return stream_translations(
            partial(self._send, *codes),
            texts,
            endpoint=self._endpoint,
            most=self._options.texts,
        )

    def _send(self, source: str, target: str, texts: list[str], stop: Event) -> object:
        body = {"q": texts, "source": source, "target": target, "format": "text"}
        if self._endpoint.key:
            body["api_key"] = self._endpoint.key
        answer = self._endpoint.ask("/translate", body=body, stop=stop)
        return answer.get("translatedText") if isinstance(answer, dict) else answer

    def _codes(self, source: str, target: str) -> tuple[str, str]:
        """What the server calls the languages."""
        if self._directions is None:
            self._directions = self._languages()
        one, other = _code(source, self._directions), _code(target, self._directions)
        if one is None or other is None or other not in self._directions[one]:
            raise TranslationError(
                f"{self.name} does not translate from {english_name(normalise(source))} ({source}) to "
                f"{english_name(normalise(target))} ({target}); its languages: {', '.join(sorted(self._directions))}."
            )
        return one, other

    def _languages(self) -> dict[str, list[str]]:
        """Source -> targets, in the server's codes."""
        self._endpoint.start()
        try:
            answer: Any = self._endpoint.ask("/languages")
        except RequestFailed as error:
            raise TranslationError(f"{self.name} does not say what it translates: {error}.") from error
        rows = _rows(answer)
        if not rows:
            raise TranslationError(f"{self.name} does not say what it translates: no list of languages.")
        every = list(rows)
        return {code: every if targets is None else targets for code, targets in rows.items()}


def _rows(answer: Any) -> dict[str, list[str] | None]:
    """Source -> targets, None where any, of the rows that have the right form."""
    rows = {}
    for row in answer if isinstance(answer, list) else []:
        code, targets = (row.get("code"), row.get("targets")) if isinstance(row, dict) else (None, None)
        if isinstance(code, str) and (targets is None or isinstance(targets, list)):
            rows[code] = targets
    return rows


def _code(tag: str, known: Mapping[str, object]) -> str | None:
    """The server's code of a language: with its region or script, or without the region."""
    wanted = langcodes.Language.get(normalise(tag))
    full = wanted.maximize()
    names = {code: _standard(code) for code in known}
    exact = (code for code, name in names.items() if name == wanted)
    written = (
        code
        for code, name in names.items()
        if name is not None
        and (name.maximize().language, name.maximize().script) == (full.language, full.script)
        and name.territory is None
    )
    return next(exact, None) or next(written, None)


def _standard(code: str) -> langcodes.Language | None:
    try:
        return langcodes.Language.get(normalise(_OWN.get(code, code)))
    except DataError:
        return None
