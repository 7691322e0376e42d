"""An encoder behind a server: whatever it answers, vectors are right or none, and what was paid for is kept."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

import isoglot
from helpers.embedding import EmbeddingServer, answer, drawn
from helpers.server import Reply, serving
from isoglot.cache import CACHE_VARIABLE
from isoglot.encoder import openai, streaming
from isoglot.encoder.embed import embed
from isoglot.encoder.given import given_encoder
from isoglot.endpoint import http
from isoglot.errors import ConfigError, EncoderError

_TEXTS = [f"text number {number}" for number in range(40)]
_KEY = "sk-not-to-be-seen-7"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(http, "_FIRST_WAIT", 0.01)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    with serving(EmbeddingServer) as one:
        yield one


def _encoder(server: EmbeddingServer, **options: Any) -> isoglot.OpenAIEncoder:
    return isoglot.OpenAIEncoder(
        "org/m", base_url=f"{server.url}/v1/", **{"retries": 2, "timeout": 5, "batch_texts": 4, **options}
    )


def _embed(encoder: isoglot.OpenAIEncoder, texts: list[str] = _TEXTS) -> Any:
    return np.asarray(embed(encoder, texts, role="query", fingerprint=encoder.fingerprint))


def test_an_evaluation_through_it_is_the_folders(server: EmbeddingServer, tiny_encoder: Path) -> None:
    model = SentenceTransformer(str(tiny_encoder), device="cpu")
    server.encode = lambda texts: model.encode(texts)
    options = isoglot.EvaluationOptions(draws=20)
    served = isoglot.evaluate(_encoder(server, batch_texts=32), "sample/test@en,de", options=options)
    folder = isoglot.evaluate(str(tiny_encoder), "sample/test@en,de", options=options)
    for setting in ("mono", "cross", "multi"):
        assert served.value(setting, "AP") == pytest.approx(folder.value(setting, "AP"), abs=1e-6)
    assert (served.encoder, served.similarity) == ("openai:org/m", folder.similarity)


def test_what_is_asked(server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_KEY", _KEY)
    told = {"query_prompt": "Q: ", "document_prompt": "D: ", "dimensions": 8, "key_env": "THE_KEY", "batch_tokens": 30}
    encoder = _encoder(server, **told)
    texts = ["x" * 200, *_TEXTS[:6]]
    np.testing.assert_array_equal(encoder.encode_query(texts), drawn([f"Q: {text}" for text in texts]))
    assert encoder.encode_document([]).shape == (0, 8)
    assert encoder.encode_document(["a"]).shape == (1, 8)
    assert server.asked[-1] == ["D: a"]
    assert max(map(len, server.asked)) == 3  # a text has 9 tokens by the estimate, and 30 were allowed
    assert ["Q: " + "x" * 200] in server.asked
    assert {body["model"] for body in server.bodies} == {"org/m"}
    assert {body["dimensions"] for body in server.bodies} == {8}
    assert set(server.paths) == {"/v1/embeddings"}
    assert {headers["Authorization"] for headers in server.headers} == {f"Bearer {_KEY}"}


def test_the_environment_says_where_and_with_which_key(
    server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
    given_encoder("openai:multilingual-e5-small").encode_query(["a"])
    assert (server.asked, "Authorization" in server.headers[0]) == ([["query: a"]], False)
    monkeypatch.setenv("OPENAI_API_KEY", _KEY)
    given_encoder("openai:m").encode_query(["b"])
    assert server.headers[1]["Authorization"] == f"Bearer {_KEY}"
    _encoder(server).encode_query(["c"])  # at an address of its own, which has a key of its own
    assert "Authorization" not in server.headers[2]
    monkeypatch.setattr(openai, "is_private", lambda host: False)
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ConfigError, match="the environment variable OPENAI_API_KEY is not set"):
        isoglot.OpenAIEncoder("m", send_texts=True).encode_query(["d"])
    monkeypatch.setenv("OPENAI_BASE_URL", "ftp://x")
    with pytest.raises(ConfigError, match=r"OPENAI_BASE_URL: 'ftp://x' is not an address"):
        given_encoder("openai:m")


_PASSING = {
    "429": Reply(status=429, headers={"Retry-After": "0"}, body={"error": "slow down"}),
    "500": Reply(status=500, body=b"oops"),
    "a page of a proxy": Reply(body=b"<html>"),
    "a cut answer": Reply(body=answer(drawn(["x"] * 4)), cut=True),
    "no answer in time": Reply(wait=0.5),
}


@pytest.mark.parametrize("fault", _PASSING)
def test_what_passes_is_tried_again(fault: str, server: EmbeddingServer) -> None:
    server.misbehave = lambda texts: _PASSING[fault] if len(server.asked) == 1 else None
    found = _embed(_encoder(server, parallel=1, timeout=0.3), _TEXTS[:4])
    np.testing.assert_array_equal(found, drawn(_TEXTS[:4]))
    assert len(server.asked) == 2


def test_the_order_is_that_of_the_numbers(server: EmbeddingServer) -> None:
    def shuffled(texts: list[str]) -> Any:
        content = answer(drawn(texts))
        return {**content, "data": content["data"][::-1]}

    server.misbehave = shuffled
    np.testing.assert_array_equal(_embed(_encoder(server)), drawn(_TEXTS))


_FINAL = {
    "fewer": (lambda texts: answer(drawn(texts)[1:]), r"answers with 3 vectors for 4 texts: give fewer by batch_texts"),
    "none": (lambda texts: {"data": []}, "answers with 0 vectors for 4 texts"),
    "a place twice": (lambda texts: {"data": answer(drawn(texts))["data"][:1] * 4}, "answers with 1 vectors for 4"),
    "another form": (lambda texts: {"embeddings": [[1.0]] * 4}, "something else than OpenAI's list of embeddings"),
    "texts": (lambda texts: {"data": [{"index": 0, "embedding": "1 2"}]}, "something else than OpenAI's list"),
    "another width": (lambda texts: answer(drawn(texts, width=9)), "answers with vectors of 8 and of 9 numbers in one"),
    "NaN": (lambda texts: answer(drawn(texts) * [[np.nan]]), r"NaN or infinite values for the text 'text number \d+'"),
    "401": (
        lambda texts: Reply(status=401, body=f"bad key {_KEY}"),
        r"HTTP 401 Unauthorized: .bad key \*\*\*.; name the",
    ),
    "404": (lambda texts: Reply(status=404, body={"error": "no model"}), "404 Not Found: .*look at the address and th"),
    "400": (
        lambda texts: Reply(status=400, body="too long"),
        r"no vector for the text 'text number \d+': HTTP 400 .*lo",
    ),
    "500": (lambda texts: Reply(status=500), r"gives no vector for the text 'text number \d+': HTTP 500 Internal"),
    "a day": (lambda texts: Reply(status=429, headers={"Retry-After": "86400"}), "asks to wait 86,400 s"),
}


@pytest.mark.parametrize("fault", _FINAL)
def test_what_does_not_pass_is_one_sentence_and_what_was_paid_for_is_kept(
    fault: str, server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THE_KEY", _KEY)
    wrong, message = _FINAL[fault]
    server.misbehave = lambda texts: wrong(texts) if len(server.asked) > 3 else None
    encoder = _encoder(server, parallel=1, retries=1, key_env="THE_KEY")
    with pytest.raises(EncoderError, match=message) as refused:
        _embed(encoder)
    said = str(refused.value)
    assert (said.startswith(f"openai:org/m: {server.url}/v1 "), "\n" in said, _KEY in said) == (True, False, False)
    paid = {text for asked in server.asked[:3] for text in asked}
    server.misbehave = lambda texts: None
    server.asked.clear()
    np.testing.assert_array_equal(_embed(encoder), drawn(_TEXTS))
    assert sorted(server.texts) == sorted(set(_TEXTS) - paid)


def test_a_server_that_is_another_than_before_spoils_nothing(server: EmbeddingServer) -> None:
    _embed(_encoder(server))
    server.encode = lambda texts: drawn(texts, width=9)
    with pytest.raises(EncoderError, match="different widths: 8 and 9; if another one has taken its name, remove the"):
        _embed(_encoder(server), [*_TEXTS, "new"])
    assert _embed(_encoder(server)).shape == (40, 8)


_CAPS = {
    "tokens": ({"max_spent_tokens": 150}, "max_spent_tokens = 150; spent: 120 tokens in 3 requests"),
    "money": (
        {"max_cost": 0.00013, "price": 1.0},
        r"max_cost = 0\.00013; spent: 120 tokens in 3 requests, 0\.00012 in",
    ),
}


@pytest.mark.parametrize("cap", _CAPS)
def test_the_cap_is_kept_and_so_is_what_was_paid_for(cap: str, server: EmbeddingServer) -> None:
    options, message = _CAPS[cap]
    with pytest.raises(EncoderError, match=message):
        _embed(_encoder(server, parallel=1, **options))
    assert len(server.asked) == 3
    _embed(_encoder(server))
    assert sorted(server.texts) == sorted(_TEXTS)


def test_what_came_is_kept_when_it_is_stopped(server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "_TEXTS", 8)
    done: list[int] = []

    def stop(count: int) -> None:
        done.append(count)
        if len(done) == 5:
            raise KeyboardInterrupt

    encoder = _encoder(server, parallel=1)
    with pytest.raises(KeyboardInterrupt):
        embed(encoder, _TEXTS, role="query", fingerprint=encoder.fingerprint, progress=stop)
    asked = len(server.texts)
    _embed(encoder)
    assert len(server.texts) == asked + 20


def test_threads_do_not_stop_each_other(server: EmbeddingServer) -> None:
    server.misbehave = lambda texts: Reply(body=answer(drawn(texts)), wait=0.01 * (len(server.asked) % 4))
    encoder = _encoder(server, batch_texts=1, parallel=2)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda number: encoder.encode_query(_TEXTS[number : number + 3]), range(12)))
    for number, vectors in enumerate(found):
        np.testing.assert_array_equal(vectors, drawn(_TEXTS[number : number + 3]))


def test_what_is_cached_asks_nobody(server: EmbeddingServer) -> None:
    first = _embed(_encoder(server))
    away = _encoder(server, key_env="NOT_SET", parallel=9, price=1.0, send_texts=True)  # nothing that changes vectors
    np.testing.assert_array_equal(_embed(away), first)
    others = [{"dimensions": 8}, {"query_prompt": "Q"}, {"document_prompt": "Q"}, {"revision": "b"}]
    assert len({_encoder(server, **other).fingerprint for other in [{}, *others]}) == 5


def test_texts_do_not_leave_for_a_public_host_unless_somebody_said_so(
    server: EmbeddingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai, "is_private", lambda host: False)
    with pytest.raises(
        EncoderError, match=r"^openai:org/m: this would send up to 40 texts \(about [\d,]+ tokens, 0\.00\d+"
    ):
        _embed(_encoder(server, price=1.0))
    with pytest.raises(EncoderError, match=r"to 127\.0\.0\.1, which is a public host: say send_texts=True"):
        _encoder(server).encode_query(["a"])
    assert server.asked == []
    _embed(_encoder(server, send_texts=True))


def test_the_key_is_in_no_file(server: EmbeddingServer, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_KEY", _KEY)
    _embed(_encoder(server, key_env="THE_KEY"))
    assert any(cache.rglob("*.shard"))
    assert all(_KEY.encode() not in path.read_bytes() for path in cache.rglob("*") if path.is_file())
    with pytest.raises(ConfigError, match=r"OpenAIEncoder: key 'key': there is no such key \(got a text\)"):
        _encoder(server, key=_KEY)
    with pytest.raises(ConfigError, match=r"OpenAIEncoder: key 'key_env': string should match .* \(got a text\)"):
        _encoder(server, key_env=_KEY)
    with pytest.raises(ConfigError, match="key 'max_cost': needs 'price', the price of a million tokens"):
        _encoder(server, max_cost=1.0)
