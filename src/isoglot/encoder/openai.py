"""``openai:MODEL``: an encoder behind an OpenAI-compatible server (``POST /embeddings``)."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from isoglot.arrays import Vectors
from isoglot.encoder.consent import Sending, ask_to_send
from isoglot.encoder.options import OpenAIOptions
from isoglot.encoder.prompts import known_prompts
from isoglot.endpoint.hosts import checked_url, host_of, is_private
from isoglot.endpoint.spending import Caps, Tokens, estimated
from isoglot.errors import ConfigError, EncoderError
from isoglot.extras import need
from isoglot.roles import Role

if TYPE_CHECKING:  # which needs a library that may not be there
    from isoglot.endpoint.http import RequestFailed
    from isoglot.endpoint.openai import OpenAIApi

SCHEME = "openai:"

_FORM = 1  # counts what changed in how texts are asked for, where it changes vectors
_ADDRESS = "https://api.openai.com/v1"
_ADDRESS_VARIABLE, _KEY_VARIABLE = "OPENAI_BASE_URL", "OPENAI_API_KEY"
_KEPT = "what came before is kept"


class OpenAIEncoder:
    """An encoder behind OpenAI's protocol: OpenAI, vLLM, TEI, Ollama, Infinity, LM Studio; compared by cosine.

    Nothing is sent before texts have to be encoded that have no vector in the cache.

    Example::

        >>> encoder = isoglot.OpenAIEncoder("text-embedding-3-small", price=0.02, send_texts=True)
        >>> isoglot.audit(encoder, "my-docs")  # doctest: +SKIP

    Args:
        model: as the server calls it.
        options: as in an encoder's file (:class:`~isoglot.encoder.options.OpenAIOptions`): ``base_url``, ``key_env``,
            ``revision``, ``query_prompt``, ``document_prompt``, ``dimensions``, ``batch_tokens``, ``batch_texts``,
            ``parallel``, ``requests_per_minute``, ``timeout``, ``retries``, ``price``, ``max_cost``,
            ``max_spent_tokens`` and ``send_texts``, without which no text goes to a public host.

    Attributes:
        options: that were given.
        loaded_as: what results call it.
        url: of the server.
        fingerprint: SHA-256 over model, address, prompts, dimensions and revision.

    Raises:
        ConfigError: there is no such option, or it has an unusable value.
    """

    similarity_fn_name = "cosine"

    def __init__(self, model: str, **options: Any) -> None:
        self.options = OpenAIOptions.parse({"model": model, **options}, where="OpenAIEncoder")
        self.loaded_as = f"{SCHEME}{model}"
        self.url = self.options.base_url or _address()
        self._prompts = _prompts(self.options)
        self._announced = False
        self._width: int | None = None
        asked = [_FORM, model, self.url, self._prompts, self.options.dimensions, self.options.revision]
        self.fingerprint = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

    def encode_query(self, inputs: list[str], **options: Any) -> Vectors:
        """(texts,) -> (texts, width) float32.

        Raises:
            EncoderError: see :meth:`stream`.
        """
        return self._encode(inputs, "query")

    def encode_document(self, inputs: list[str], **options: Any) -> Vectors:
        """The same for passages."""
        return self._encode(inputs, "passage")

    def announce(self, texts: Iterable[tuple[Role, str]]) -> None:
        """See :meth:`isoglot.encoder.streaming.StreamingEncoder.announce`; asked once, before the first text is sent.

        Raises:
            EncoderError, ConfigError: see :func:`isoglot.encoder.consent.ask_to_send`.
        """
        if self._announced:
            return
        count, tokens = 0, 0
        for role, text in texts:
            count, tokens = count + 1, tokens + estimated(self._prompts[role] + text)
        if not count:
            return
        ask_to_send(
            Sending(
                encoder=self.loaded_as,
                host=self._host,
                texts=count,
                tokens=tokens,
                cost=self._caps.cost(Tokens(read=tokens, written=0)) if self._caps.priced else None,
                agreed=self.options.send_texts or is_private(self._host),
            )
        )
        self._announced = True

    def stream(self, texts: list[str], *, role: Role) -> Iterator[Mapping[int, npt.NDArray[np.float32]]]:
        """See :meth:`isoglot.encoder.streaming.StreamingEncoder.stream`.

        Raises:
            EncoderError: the server cannot be reached, refuses, or answers with something else than one finite vector
                for each text, all of one width; a cap is reached; or texts must not be sent.
            ConfigError: the key is not in the environment.
        """
        self.announce((role, text) for text in texts)
        api = self._api
        from isoglot.endpoint.requests import groups_of, stream_requests

        asked = [self._prompts[role] + text for text in texts]
        sizes = sorted(((place, estimated(text)) for place, text in enumerate(asked)), key=lambda each: -each[1])
        groups = groups_of(sizes, most=self.options.batch_texts, budget=self.options.batch_tokens)
        yield from stream_requests(self._send, asked, groups, endpoint=api.endpoint, failed=self._refused)

    @property
    def _host(self) -> str:
        return host_of(self.url)

    @cached_property
    def _caps(self) -> Caps:
        return Caps(
            max_spent_tokens=self.options.max_spent_tokens,
            max_cost=self.options.max_cost,
            price_in=self.options.price,
            price_out=None if self.options.price is None else 0.0,
        )

    @cached_property
    def _api(self) -> OpenAIApi:
        need("httpx2", extra="endpoint", what="an encoder behind a server needs", error=EncoderError)
        from isoglot.endpoint.openai import OpenAIApi

        options = self.options
        # The usual key goes to the usual address alone: a file with an address of its own names its own key.
        if options.key_env is None and options.base_url is None and self._needs_key():
            options = options.model_copy(update={"key_env": _KEY_VARIABLE})
        return OpenAIApi(self.url, options, self._caps, name=self.loaded_as, error=EncoderError)

    def _needs_key(self) -> bool:
        return bool(os.environ.get(_KEY_VARIABLE)) or not is_private(self._host)

    def _encode(self, texts: list[str], role: Role) -> Vectors:
        found: dict[int, npt.NDArray[np.float32]] = {}
        for part in self.stream(texts, role=role):
            found.update(part)
        vectors = np.empty((len(texts), self._width or 0), dtype=np.float32)
        for place, vector in found.items():
            vectors[place] = vector
        return vectors

    def _send(self, texts: list[str], stop: Event) -> Vectors:
        body: dict[str, Any] = {"model": self.options.model, "input": texts, "encoding_format": "float"}
        if self.options.dimensions is not None:
            body["dimensions"] = self.options.dimensions
        estimate = Tokens(read=sum(map(estimated, texts)), written=0)
        return self._vectors(self._api.post("/embeddings", body, estimate=estimate, stop=stop), texts)

    def _vectors(self, answer: Any, texts: list[str]) -> Vectors:
        """(texts, width) float32 of an answer, in the order of the texts."""
        rows = _rows(answer)
        if rows is None:
            raise self._wrong("with something else than OpenAI's list of embeddings: look at the address and the model")
        if sorted(rows) != list(range(len(texts))):
            raise self._wrong(f"with {len(rows):,} vectors for {len(texts):,} texts: give fewer by batch_texts")
        widths = {self._width or len(rows[0]), *map(len, rows.values())}
        if len(widths) > 1:
            said = " and of ".join(map(str, sorted(widths)))
            raise self._wrong(f"with vectors of {said} numbers in one run: look at the model that it serves")
        vectors = np.array([rows[place] for place in range(len(texts))], dtype=np.float32)
        sound = np.isfinite(vectors).all(axis=1)
        if not sound.all():
            bad = texts[int(np.argmin(sound))]
            raise self._wrong(f"with NaN or infinite values for the text {bad[:80]!r}: leave it out or shorten it")
        self._width = vectors.shape[1]
        return vectors

    def _wrong(self, what: str) -> EncoderError:
        return EncoderError(f"{self.loaded_as}: {self.url} answers {what}; {_KEPT}.")

    def _refused(self, text: str, failure: RequestFailed) -> npt.NDArray[np.float32]:
        raise EncoderError(
            f"{self.loaded_as}: {self.url} gives no vector for the text {text[:80]!r}: {failure.reason.rstrip('.')}; "
            f"{_KEPT}."
        ) from failure


def _address() -> str:
    try:
        return checked_url(os.environ.get(_ADDRESS_VARIABLE, "").strip() or _ADDRESS)
    except ConfigError as error:
        raise ConfigError(f"{_ADDRESS_VARIABLE}: {error}") from error


def _prompts(options: OpenAIOptions) -> dict[Role, str]:
    """What is said, or else what the model is known to need."""
    known = {} if (options.query_prompt, options.document_prompt) != (None, None) else known_prompts(options.model)
    return {
        "query": options.query_prompt or known.get("query", ""),
        "passage": options.document_prompt or known.get("document", ""),
    }


def _rows(answer: Any) -> dict[int, list[float]] | None:
    """Place -> vector, by the number that the answer gives each; None where the answer has another form."""
    try:
        rows = {row.get("index", place): row["embedding"] for place, row in enumerate(answer["data"])}
        sound = all(isinstance(number, int | float) for row in rows.values() for number in row)
        return rows if sound and all(rows.values()) and all(isinstance(place, int) for place in rows) else None
    except (LookupError, TypeError, AttributeError):
        return None
