"""Sequence-to-sequence models: sentences, languages, batches, and nothing cut off without a word."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save

pytest.importorskip("sentencex")
pytest.importorskip("sentencepiece")

from helpers import models
from isoglot.errors import ConfigError, TranslationError
from isoglot.text.sentences import split
from isoglot.translation.codes import flores, m2m, opus
from isoglot.translation.engine import Failed
from isoglot.translation.load import translator
from isoglot.translation.neural import Generated, NeuralTranslator
from isoglot.translation.options import NeuralOptions

_PIECES = st.sampled_from(
    ["Dr. ", "One two", ". ", "? ", "!", "\n", "\n\n", " ", "  ", "。", "再见", "है। ", "، ", "x" * 30]
)
_TEXTS = st.lists(_PIECES | st.text(max_size=3), max_size=20).map("".join)


@given(text=_TEXTS, language=st.sampled_from(["en", "zh", "hi", "ar", "th", "pt-BR", "gsw"]), most=st.integers(3, 40))
def test_sentences_are_the_text(text: str, language: str, most: int) -> None:
    parts = split(text, language=language, fits=lambda piece: len(piece) <= most)
    assert parts.joined([sentence.text for sentence in parts.sentences], gap="") == text
    for sentence in parts.sentences:
        assert sentence.text == sentence.text.strip() != ""
        assert not sentence.before.strip()
        assert "\n" not in sentence.text
        before_its_end = sentence.text.rstrip("，、,")  # where it could have been cut
        assert len(sentence.text) <= most or not any(character in before_its_end for character in " ，、,")


def test_sentences_by_the_rules_of_languages() -> None:
    def of(text: str, language: str) -> list[str]:
        return [sentence.text for sentence in split(text, language=language, fits=lambda _: True).sentences]

    assert of("Dr. Smith paid 3.50 today. He left.", "en") == ["Dr. Smith paid 3.50 today.", "He left."]
    assert of("你好。再见！", "zh-Hant") == ["你好。", "再见！"]
    assert of("यह है। वह था।", "hi") == ["यह है।", "वह था।"]


class _Letters:
    """A family whose tokens are letters."""

    def check(self, source: str, target: str) -> None:
        pass

    def encode(self, text: str, *, source: str, target: str) -> list[int]:
        return [ord(letter) for letter in text]

    def start(self, target: str) -> str | None:
        return None

    def decode(self, tokens: list[int]) -> str:
        return "".join(chr(token) for token in tokens)


class _Shouting:
    """A model that turns letters into capitals, never ends at a Q, and has nothing to say about a Z."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def generate(
        self, inputs: Sequence[list[int]], *, start: str | None, beams: int, max_tokens: int
    ) -> list[Generated]:
        texts = ["".join(chr(token) for token in row) for row in inputs]
        self.batches.append(texts)
        return [
            Generated(tokens=[] if "z" in text else [ord(letter) for letter in text.upper()], ended="q" not in text)
            for text in texts
        ]


def _shouting(**options: int) -> tuple[NeuralTranslator, _Shouting]:
    model = _Shouting()
    return NeuralTranslator("s", family=_Letters(), generator=model, options=NeuralOptions(**options)), model


@given(texts=st.lists(st.text("abc d.\n?", max_size=60), max_size=12), batch=st.integers(16, 200))
def test_texts_come_back_whole_and_in_order(texts: list[str], batch: int) -> None:
    engine, model = _shouting(max_tokens=64, batch_tokens=batch)
    whole = [text for text in texts if not any(len(word) > 32 for word in text.split())]
    assert engine.translate(whole, source="en", target="zh") == [text.upper() for text in whole]
    sent = [text for one in model.batches for text in one]
    assert len(sent) == len(set(sent))
    assert [len(text) for text in sent] == sorted((len(text) for text in sent), reverse=True)
    assert all(len(one) == 1 or len(one) * len(one[0]) <= batch for one in model.batches)
    assert all(len(text) <= 32 and any(map(str.isalnum, text)) for text in sent)


def test_what_a_model_cannot_do_whole_it_has_not_done() -> None:
    engine, _ = _shouting(max_tokens=64)
    texts = ["a", "b. " + "c" * 33, "A good one. A bad queue.", "A good one. The zoo.", "— ... ! 😀", " \n", "a \ud83d"]
    (found,) = engine.stream(texts, source="en", target="es")
    reasons = {place: outcome.reason for place, outcome in found.items() if isinstance(outcome, Failed)}
    assert {place: outcome for place, outcome in found.items() if place not in reasons} == {
        0: "A",
        4: "— ... ! 😀",
        5: " \n",
    }
    assert ["too long" in reasons[1], "did not end" in reasons[2], "to nothing" in reasons[3]] == [True] * 3
    assert "half a character" in reasons[6]


def test_where_chinese_has_no_space_english_has_one() -> None:
    engine, _ = _shouting()
    assert engine.translate(["你好。再见。\n\n你好。"], source="zh", target="en") == ["你好。 再见。\n\n你好。"]
    assert engine.translate(["你好。再见。"], source="zh", target="ja") == ["你好。再见。"]


_CODES = {  # BCP 47 -> (FLORES-200, M2M-100, Opus-MT's of the targets below)
    "en": ("eng_Latn", "en", None),
    "es-MX": ("spa_Latn", "es", "spa"),
    "ar": ("arb_Arab", "ar", "ara"),
    "zh": ("zho_Hans", "zh", "cmn_Hans"),
    "zh-TW": ("zho_Hant", None, "cmn_Hant"),
    "fa": ("pes_Arab", "fa", None),
    "sw": ("swh_Latn", "sw", None),
    "nb": ("nob_Latn", "no", "nob"),
    "pt-BR": ("por_Latn", "pt", "pt_BR"),
    "sr": ("srp_Cyrl", "sr", "srp_Cyrl"),
    "sr-Latn": ("srp_Latn", None, "srp_Latn"),
    "fil": ("tgl_Latn", "tl", None),
    "lv": ("lvs_Latn", "lv", None),
}


@pytest.mark.parametrize("tag", _CODES)
def test_codes_of_the_families(tag: str) -> None:
    targets = {"spa", "ara", "cmn_Hans", "cmn_Hant", "nob", "pt_BR", "pt", "srp_Cyrl", "srp_Latn"}
    assert (flores(tag), m2m(tag), opus(tag, targets)) == _CODES[tag]


_BUILDERS = {"m2m": models.m2m, "nllb": models.nllb, "marian": models.marian}
_SENTENCES = ["The quick brown fox.", "Is it?", "dog", "a lazy dog jumps over 99", "Fox 12."]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {kind: build(tmp_path_factory.mktemp(kind)) for kind, build in _BUILDERS.items()}


@pytest.mark.parametrize("kind", _BUILDERS)
def test_greedy_generation_is_the_likeliest_token_each_time(kind: str, made: dict[str, Path]) -> None:
    engine = translator(f"hf:{made[kind]},device=cpu")
    family, generator = engine._family, engine._generator
    model, tokenizer = generator._model, generator._tokenizer
    start = family.start("es")
    assert start == {"m2m": "__es__", "nllb": "spa_Latn", "marian": None}[kind]
    inputs = [family.encode(text, source="en", target="es") for text in _SENTENCES]
    first = {"m2m": "__en__", "nllb": "eng_Latn"}.get(kind)
    assert first is None or {row[0] for row in inputs} == {tokenizer.convert_tokens_to_ids(first)}
    found = generator.generate(inputs, start=start, beams=1, max_tokens=20)
    for row, one in zip(inputs, found, strict=True):
        tokens = [model.config.decoder_start_token_id, *([tokenizer.convert_tokens_to_ids(start)] if start else [])]
        begin = len(tokens)
        while len(tokens) <= 20:
            with torch.inference_mode():
                logits = model(input_ids=torch.tensor([row]), decoder_input_ids=torch.tensor([tokens])).logits[0, -1]
            tokens.append(int(logits.argmax()))
            if tokens[-1] == tokenizer.eos_token_id:
                break
        ended = tokens[-1] == tokenizer.eos_token_id
        assert one == Generated(tokens=tokens[begin : -1 if ended else None], ended=ended)


@pytest.mark.parametrize("beams", [1, 3])
def test_a_translation_that_is_cut_off_has_not_ended(beams: int, made: dict[str, Path]) -> None:
    engine = translator({"name": f"hf:{made['marian']}", "beams": beams, "max_tokens": 16, "device": "cpu"})
    engine._generator._model.final_logits_bias[0, 0] = -100.0  # it never ends by itself
    (found,) = engine.stream(["dog"], source="en", target="es")
    assert "did not end" in found[0].reason


@pytest.mark.parametrize("kind", _BUILDERS)
def test_what_looks_like_a_token_is_text(kind: str, made: dict[str, Path]) -> None:
    engine = translator(f"hf:{made[kind]},device=cpu")
    for text in ("the </s> dog <pad> is", "it is spa_Latn or eng_Latn, no?", ">>ita<< dog", "__es__ dog"):
        tokens = engine._generator._tokenizer.convert_ids_to_tokens(
            engine._family.encode(text, source="en", target="es")
        )
        letters = [letter for letter in text if letter.isalpha()]
        assert [token for token in tokens if token.isalpha()] == letters
        assert (tokens.index("</s>"), "<pad>" in tokens) == (len(tokens) - 1, False)


@pytest.mark.parametrize("beams", [1, 3])
def test_a_translation_depends_on_its_text_alone(beams: int, made: dict[str, Path]) -> None:
    engine = translator({"name": f"hf:{made['marian']}", "beams": beams, "max_tokens": 40, "device": "cpu"})
    texts = ["The quick brown fox. Is it?", "dog\n\n a lazy dog", "Fox 12. Fox 13!", "jumps"]
    (together,) = engine.stream(texts, source="en", target="es")
    assert together == {
        place: found[0] for place, text in enumerate(texts) for found in engine.stream([text], source="en", target="es")
    }
    assert any(isinstance(outcome, str) for outcome in together.values())


@pytest.mark.parametrize("kind", ["nllb", "marian"])  # the converter cannot read M2M-100 with transformers 5
def test_ctranslate2_says_the_same(kind: str, made: dict[str, Path], tmp_path: Path) -> None:
    ctranslate2 = pytest.importorskip("ctranslate2")
    tokenizer = [
        path.name for path in made[kind].iterdir() if path.suffix != ".safetensors" and path.name != "config.json"
    ]
    ctranslate2.converters.TransformersConverter(str(made[kind]), copy_files=tokenizer).convert(str(tmp_path / "ct2"))
    one, other = translator(f"hf:{made[kind]},device=cpu"), translator(f"ct2:{tmp_path / 'ct2'},device=cpu")
    inputs = [one._family.encode(text, source="en", target="es") for text in _SENTENCES]
    asked = {"start": one._family.start("es"), "beams": 1, "max_tokens": 20}
    assert one._generator.generate(inputs, **asked) == other._generator.generate(inputs, **asked)
    assert other.name.startswith("ct2 ct2 ")
    third = translator(f"ct2:{tmp_path / 'ct2'},device=cpu,tokenizer={made[kind]}")
    assert len({one.name, other.name, third.name}) == 3


def test_what_changes_a_translation_changes_the_name(made: dict[str, Path]) -> None:
    place = f"hf:{made['nllb']},device=cpu"
    names = {translator(place + more).name for more in ("", ",beams=1", ",max_tokens=30", ",dtype=bfloat16")}
    assert len(names) == 4
    assert translator(f"{place},batch_tokens=99").name in names


def test_directions(made: dict[str, Path], tmp_path: Path) -> None:
    translator(f"hf:{made['nllb']}").check("sr", "zh-TW")
    with pytest.raises(TranslationError, match=r"does not know Klingon \(tlh\), which it would call tlh_Latn"):
        translator(f"hf:{made['nllb']}").check("en", "tlh")
    translator(f"hf:{made['marian']}").check("en-GB", "es")
    with pytest.raises(TranslationError, match="translates en to es, not es to en"):
        translator(f"hf:{made['marian']}").check("es", "en")
    silent = f"hf:{models.marian(tmp_path / 'silent', source=None, target=None)}"
    with pytest.raises(TranslationError, match="add direction, such as direction=en-es"):
        translator(silent).check("en", "es")
    translator(f"{silent},direction=en-es").check("en", "es")
    several = translator(f"hf:{models.marian(tmp_path / 'several', target='roa', marks=('spa', 'ita'))}")
    tokens = several._generator._tokenizer.convert_ids_to_tokens(
        several._family.encode("fox", source="en", target="it")
    )
    assert tokens[0] == ">>ita<<"
    with pytest.raises(TranslationError, match="translates to ita, spa, and not to German"):
        several.check("en", "de")


@pytest.mark.parametrize(
    ("spec", "missing", "extra"),
    [
        ("hf:m", "sentencepiece", "translate"),
        ("ct2:m", "ctranslate2", "ctranslate2"),
        ("openai:m@http://host", "httpx2", "translate"),
        ("libretranslate:http://host", "httpx2", "translate"),
    ],
)
def test_a_library_that_is_missing(spec: str, missing: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(TranslationError, match=rf"needs the package {missing}: pip install 'isoglot\[{extra}\]'\.$"):
        translator(spec)


def test_refusals(made: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(TranslationError, match=r"nothing: no tokenizer of a translation model \(no such folder"):
        translator(f"hf:{tmp_path}/nothing")
    with pytest.raises(TranslationError, match="cannot be put on device 'cuda:77'"):
        translator(f"hf:{made['nllb']},device=cuda:77")
    for name, content, message in (
        ("model.safetensors", b"\xff" * 9, "not a translation model: "),
        ("model.safetensors", save({"other": torch.zeros(1)}), "its files lack weights, such as "),
        ("tokenizer.json", b"{}", "no tokenizer of a translation model: "),
        ("tokenizer.json", None, "tokenizer.json is missing"),
    ):
        broken = Path(shutil.copytree(made["nllb"], tmp_path / "broken", dirs_exist_ok=True))
        (broken / name).unlink() if content is None else (broken / name).write_bytes(content)
        with pytest.raises(TranslationError, match=f"broken: .*{message}"):
            translator(f"hf:{broken}")
    with pytest.raises(ConfigError, match="option 'beams' of translation engine 'hf'"):
        translator(f"hf:{made['nllb']},beams=0")
    pytest.importorskip("ctranslate2")
    with pytest.raises(TranslationError, match=r"no folder with a model.bin: convert a model with ct2-transf"):
        translator(f"ct2:{made['nllb']}")
    (tmp_path / "model.bin").write_bytes(b"?")
    with pytest.raises(TranslationError, match=r"has no tokenizer: copy the original's"):
        translator(f"ct2:{tmp_path}")
    with pytest.raises(TranslationError, match=r"CTranslate2 cannot load the model"):
        translator(f"ct2:{tmp_path},tokenizer={made['nllb']}")
