"""Engines that are servers: whatever they answer, no text is lost and none is wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.server import Reply, Server, serving
from isoglot.endpoint import http
from isoglot.errors import TranslationError
from isoglot.translation import memory
from isoglot.translation.engine import Translator
from isoglot.translation.load import translator
from isoglot.translation.memory import translate_remembered

_TEXTS = [f"text number {number}" for number in range(40)]
_KEY = "sk-not-to-be-seen-7"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_FIRST_WAIT", 0.01)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("THE_KEY", _KEY)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server) as one:
        yield one


def _engine(kind: str, server: Server, **options: Any) -> Translator:
    names = {"chat": f"openai:org/a@b@{server.url}/v1", "libre": f"libretranslate:{server.url}/"}
    return translator({"name": names[kind], "retries": 2, "timeout": 5, **options})


def _translate(engine: Translator, texts: list[str] = _TEXTS) -> memory.Translated:
    return translate_remembered(engine, texts, source="en", target="es")


both = pytest.mark.parametrize("kind", ["chat", "libre"])


@both
def test_every_text_has_its_own_translation(kind: str, server: Server) -> None:
    texts = [*_TEXTS, "", " \n", 'a "quoted"\nline \\ 中文 😀', "x" * 9_000]
    found = _translate(_engine(kind, server, key_env="THE_KEY"), texts)
    assert found.translations == {text: f"<{text}>" if text.strip() else text for text in texts}
    assert found.failed == {}
    assert max(len(asked) for asked in server.asked) == 10
    assert ["x" * 9_000] in server.asked
    if kind == "chat":
        assert {headers["Authorization"] for headers in server.headers} == {f"Bearer {_KEY}"}
        assert {(body["model"], body["temperature"]) for body in server.bodies} == {("org/a@b", 0)}
        assert set(server.paths) == {"/v1/chat/completions"}
        assert "from" not in server.bodies[0]
        assert "into Spanish (es)" in server.bodies[0]["messages"][0]["content"]
    else:
        assert {body["api_key"] for body in server.bodies} == {_KEY}
        assert {(body["source"], body["target"], body["format"]) for body in server.bodies} == {("en", "es", "text")}


_PASSING = {
    "429": Reply(status=429, body={"error": "slow down"}),
    "500": Reply(status=500, body=b"oops"),
    "a page of a proxy": Reply(body=b"<html><title>Welcome</title></html>"),
    "brackets without end": Reply(body=b"[" * 100_000),
    "a cut answer": Reply(body={"translatedText": ["x"] * 10}, cut=True),
    "no answer in time": Reply(body={}, wait=0.8),
    "an answer in drops": Reply(body={"padding": "x" * 200}, trickle=True),
}


@both
@pytest.mark.parametrize("fault", _PASSING)
def test_what_passes_is_tried_again(kind: str, fault: str, server: Server) -> None:
    server.misbehave = lambda texts: _PASSING[fault] if len(server.asked) <= 2 else None
    found = _translate(_engine(kind, server, timeout=0.4, parallel=1, texts=10), _TEXTS[:10])
    assert found.translations == {text: f"<{text}>" for text in _TEXTS[:10]}
    assert len(server.asked) == 3


_WRONG = {
    "fewer": lambda texts: [f"<{text}>" for text in texts[1:]],
    "more": lambda texts: [*texts, "one more"],
    "an empty one": lambda texts: [" ", *texts[1:]],
    "a number": lambda texts: [1, *texts[1:]],
    "half a character": lambda texts: ["\ud83d", *texts[1:]],
    "an object": lambda texts: {"translations": "none", "why": "?"},
    "HTTP 400 for all": lambda texts: Reply(status=400, body={"error": "no"}),
    "HTTP 500 for all": lambda texts: Reply(status=500, body={"error": "no"}),
}


@both
@pytest.mark.parametrize("wrong", _WRONG)
def test_a_text_that_cannot_be_translated_costs_no_other(kind: str, wrong: str, server: Server) -> None:
    bad = _TEXTS[13]
    server.misbehave = lambda texts: _WRONG[wrong](texts) if bad in texts else None
    told: list[int] = []
    engine = _engine(kind, server, retries=1)
    found = translate_remembered(engine, _TEXTS, source="en", target="es", progress=told.append)
    assert found.translations == {text: f"<{text}>" for text in _TEXTS if text != bad}
    assert found.failed.keys() == {bad}
    assert sum(told) == 40
    server.misbehave = lambda texts: None
    server.asked.clear()
    again = _translate(_engine(kind, server))
    assert (server.asked, again.remembered, again.failed) == ([[bad]], 39, {})


@both
def test_half_a_character_is_not_sent(kind: str, server: Server) -> None:
    found = _translate(_engine(kind, server), ["one", "two \ud83d", "three"])
    assert found.translations == {"one": "<one>", "three": "<three>"}
    assert found.failed == {"two \ud83d": "half a character (a lone surrogate) in the text"}


def test_a_model_that_talks_is_not_believed(server: Server) -> None:
    def talk(texts: list[str]) -> Any:
        if texts == ["text number 1"]:
            return "Sure! Here is the translation: número 1"
        if texts == ["text number 2"]:
            return Reply(body={"choices": [{"message": {"content": '["cut"]'}, "finish_reason": "length"}]})
        if texts == ["text number 3"]:
            return '<think>hm</think>\n```json\n{"translations": ["tres"]}\n```'
        if texts == ["text number 4"]:
            return ["Write <think>x</think> here"]
        return None

    server.misbehave = talk
    found = _translate(_engine("chat", server, texts=1), _TEXTS[:5])
    assert found.translations["text number 3"] == "tres"
    assert found.translations["text number 4"] == "Write <think>x</think> here"
    assert found.failed == {
        "text number 1": "an answer that is not the list asked for",
        "text number 2": "an answer that ended early (length)",
    }


@both
def test_a_server_that_only_fails_is_given_up_and_what_it_did_is_kept(kind: str, server: Server) -> None:
    server.misbehave = lambda texts: None if len(server.asked) <= 2 else Reply(status=503, body={"error": "no quota"})
    with pytest.raises(
        TranslationError, match=r"5 requests in a row without a good answer.*503 Service Unavailable: .*no quota"
    ):
        _translate(_engine(kind, server, parallel=1, retries=1))
    assert len(server.asked) == 2 + 5 * 2
    server.misbehave = lambda texts: None
    assert _translate(_engine(kind, server)).remembered == 20


def test_too_many_failures_are_an_error(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_FEW_FAILED", 3)
    server.misbehave = lambda texts: [""] * len(texts) if len(server.asked) > 2 else None
    with pytest.raises(TranslationError, match=r"failed at \d+ of 40 texts, at \d+ of them so: an empty answer; what"):
        _translate(_engine("libre", server, parallel=1, texts=5))
    server.misbehave = lambda texts: None
    assert _translate(_engine("libre", server)).remembered == 10


_LIMITS = {
    "tokens": ({"max_spent_tokens": 1_700}, r"max_spent_tokens = 1,700; spent: [\d,]+ tokens in"),
    "money": ({"max_cost": 0.0045, "price_in": 2.0, "price_out": 10.0}, r"max_cost = 0\.0045; spent: .* in money"),
}


@pytest.mark.parametrize("limit", _LIMITS)
@pytest.mark.parametrize("parallel", [1, 8])
def test_the_cap_is_kept_and_so_is_what_was_paid_for(limit: str, parallel: int, server: Server) -> None:
    options, message = _LIMITS[limit]
    texts = [f"{text} {'long ' * 10}" for text in _TEXTS]
    with pytest.raises(TranslationError, match=message):
        _translate(_engine("chat", server, texts=1, parallel=parallel, **options), texts)
    done = len(server.asked)
    tokens, cost = 110 * done, (100 * 2 + 10 * 10) * done / 1e6
    assert tokens <= 1_700 if limit == "tokens" else cost <= 0.0045
    assert done >= 3
    assert _translate(_engine("chat", server, texts=1), texts).remembered == done


def test_answers_that_come_too_late_are_counted_as_paid_for(server: Server) -> None:
    server.misbehave = lambda texts: Reply(wait=0.3)
    options = {"texts": 1, "parallel": 1, "timeout": 0.1, "retries": 9, "max_spent_tokens": 1_000}
    with pytest.raises(TranslationError, match=r"spent: [\d,]+ tokens in and \d+ out in [2-6] requests"):
        _translate(_engine("chat", server, **options))
    assert 2 <= len(server.asked) <= 6


@both
def test_a_refusal_is_an_error_at_once_and_never_shows_the_key(kind: str, server: Server) -> None:
    for status, message in ((401, "key_env=NAME"), (402, "402 Payment Required"), (404, "address and the model")):
        server.asked.clear()
        server.misbehave = lambda texts, status=status: Reply(status=status, body={"error": f"bad key {_KEY}"})
        with pytest.raises(TranslationError, match=message) as refused:
            _translate(_engine(kind, server, key_env="THE_KEY", parallel=1))
        assert len(server.asked) == 1
        assert _KEY not in str(refused.value)
        assert "bad key ***" in str(refused.value)
    for before in range(140, 200, 7):  # masked first and cut then: no part of it stands at the end
        said = "x" * before + _KEY
        server.misbehave = lambda texts, said=said: Reply(status=402, body=said)
        with pytest.raises(TranslationError) as refused:
            _translate(_engine(kind, server, key_env="THE_KEY", parallel=1))
        assert _KEY[:4] not in str(refused.value)
    server.misbehave = lambda texts: Reply(status=302, headers={"Location": "http://127.0.0.1:9/else"})
    with pytest.raises(TranslationError, match=r"it sends to http://127\.0\.0\.1:9/else, use that address"):
        _translate(_engine(kind, server, key_env="THE_KEY"))


def test_the_key_is_in_no_file(server: Server, cache: Path) -> None:
    engine = _engine("chat", server, key_env="THE_KEY")
    _translate(engine)
    assert _KEY not in engine.name
    assert all(_KEY.encode() not in path.read_bytes() for path in cache.rglob("*") if path.is_file())


def test_directions_of_libretranslate(server: Server) -> None:
    engine = _engine("libre", server)
    for source, target in (("en-GB", "es"), ("en", "zh-TW"), ("zh-Hant", "en")):
        engine.check(source, target)
    for source, target in (("en", "zh"), ("es", "zh-TW"), ("de", "en")):
        with pytest.raises(TranslationError, match=r"does not translate from .*; its languages: en, es, zt"):
            engine.check(source, target)


@pytest.mark.parametrize("rows", [[], {"error": "x"}, ["en", "es"], [{"code": ["en"]}, {"code": "en", "targets": 5}]])
def test_a_server_that_does_not_say_its_languages(
    rows: object, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpers.server.LANGUAGES", rows)
    with pytest.raises(TranslationError, match="does not say what it translates: no list of languages"):
        _engine("libre", server).check("en", "es")


def test_what_changes_a_translation_changes_the_name(server: Server) -> None:
    told: list[dict[str, Any]] = [{}, {"texts": 1}, {"revision": "b"}, {"body": {"temperature": 1}}]
    assert len({_engine("chat", server, **options).name for options in told}) == 4
    speed = {"timeout": 9, "retries": 9, "parallel": 9, "requests_per_minute": 9, "max_spent_tokens": 9}
    assert _engine("chat", server, **speed).name == _engine("chat", server).name
