"""Families of sequence-to-sequence translation models: what their tokenizers want to know about languages."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, Protocol

import langcodes

from isoglot.errors import TranslationError, first_line
from isoglot.languages import english_name, normalise
from isoglot.translation.codes import flores, m2m, opus, same
from isoglot.translation.engine import engine_needs


class Family(Protocol):
    """A model's tokenizer, told about languages in the way of its family. Codes are BCP 47."""

    def check(self, source: str, target: str) -> None:
        """Raises:
        TranslationError: the model does not translate so.
        """

    def encode(self, text: str, *, source: str, target: str) -> list[int]:
        """The model's input, special tokens and all; what looks like one in the text (``</s>``) is text."""

    def start(self, target: str) -> str | None:
        """The token that every translation must begin with, if there is one."""

    def decode(self, tokens: list[int]) -> str:
        """The text of a translation, without special tokens."""


class Multilingual:
    """NLLB-200 (arXiv 2207.04672) and M2M-100 (arXiv 2010.11125): a token names the language on either side.

    Args:
        code: the family's code of a language; None if it can have none.
        token: of a code, as a format.
        known: the tokens of all languages of the model, perhaps among others.
    """

    def __init__(
        self, tokenizer: Any, *, code: Callable[[str], str | None], token: str, known: Collection[str]
    ) -> None:
        self._tokenizer, self._code, self._token, self._known = tokenizer, code, token, known

    def check(self, source: str, target: str) -> None:
        for tag in (source, target):
            self._language(tag)

    def encode(self, text: str, *, source: str, target: str) -> list[int]:
        code = self._language(source)
        if self._tokenizer.src_lang != code:
            self._tokenizer.src_lang = code
        return _tokens(self._tokenizer, text)

    def start(self, target: str) -> str | None:
        return self._token.format(self._language(target))

    def decode(self, tokens: list[int]) -> str:
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True)).strip()

    def _language(self, tag: str) -> str:
        code = self._code(tag)
        if code is None or self._token.format(code) not in self._known:
            named = f", which it would call {code}" if code else " in this script"
            raise TranslationError(f"the model does not know {english_name(normalise(tag))} ({tag}){named}.")
        return code


class OpusMT:
    """Opus-MT (Tiedemann and Thottingal 2020), Marian models of one direction, or of one to several languages.

    Args:
        direction: of a model whose files do not say it, such as ``en-es``.
    """

    def __init__(self, tokenizer: Any, *, direction: str | None) -> None:
        self._tokenizer = tokenizer
        said = direction.split("-") if direction else (tokenizer.source_lang, tokenizer.target_lang)
        self._source, self._target = (name or "" for name in said)
        self._targets = {token[2:-2] for token in tokenizer.supported_language_codes}

    def check(self, source: str, target: str) -> None:
        source, target = normalise(source), normalise(target)
        if not self._source or not (self._target or self._targets):
            raise TranslationError(
                "the model's files do not say what it translates: add direction, such as direction=en-es."
            )
        if self._targets and opus(target, self._targets) is None:
            known = ", ".join(sorted(self._targets))
            raise TranslationError(f"the model translates to {known}, and not to {english_name(normalise(target))}.")
        wrong_target = not self._targets and not same(self._target, target)
        if wrong_target or not (same(self._source, source) or _is_group(self._source)):
            raise TranslationError(f"the model translates {self._source} to {self._target}, not {source} to {target}.")

    def encode(self, text: str, *, source: str, target: str) -> list[int]:
        # The tokenizer takes >>this<< for a target wherever it is first; behind a space it is text.
        mark = f">>{opus(target, self._targets)}<< " if self._targets else " " if text.startswith(">>") else ""
        return _tokens(self._tokenizer, mark + text)

    def start(self, target: str) -> str | None:
        return None

    def decode(self, tokens: list[int]) -> str:
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True)).strip()


def read_family(place: str, *, direction: str | None) -> tuple[Family, Any]:
    """(The family, its tokenizer) of a model, by its tokenizer.

    Args:
        place: a folder or an id.
        direction: see :class:`OpusMT`.

    Raises:
        TranslationError: no tokenizer is there, a library is missing, or the model is of none of the families.
    """
    engine_needs("sentencepiece", extra="translate")
    transformers = engine_needs("transformers", extra="translate")
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(place)
    except Exception as error:  # the libraries raise anything where files are broken
        where = "" if Path(place).is_dir() else " (no such folder, and no such model of the hub at hand)"
        raise TranslationError(f"{place}: no tokenizer of a translation model{where}: {first_line(error)}.") from error
    if hasattr(tokenizer, "spm_source"):
        return OpusMT(tokenizer, direction=direction), tokenizer
    if hasattr(tokenizer, "lang_code_to_token"):
        # They are in no vocabulary: the tokenizer numbers them itself.
        known = frozenset(tokenizer.lang_code_to_token.values())
        return Multilingual(tokenizer, code=m2m, token="__{}__", known=known), tokenizer
    vocabulary = tokenizer.get_vocab()
    if "eng_Latn" in vocabulary and hasattr(tokenizer, "src_lang"):
        if len(vocabulary) <= len(tokenizer.added_tokens_encoder):  # no word: all that a missing file leaves
            raise TranslationError(f"{place}: no tokenizer of a translation model: tokenizer.json is missing.")
        return Multilingual(tokenizer, code=flores, token="{}", known=vocabulary), tokenizer
    raise TranslationError(
        f"{place}: a model with {type(tokenizer).__name__}, and not of NLLB-200, M2M-100 or Opus-MT (Marian)."
    )


def _tokens(tokenizer: Any, text: str) -> list[int]:
    return list(tokenizer(text, truncation=False, verbose=False, split_special_tokens=True)["input_ids"])


def _is_group(name: str) -> bool:
    """Whether Opus-MT means several languages by it, such as ROMANCE, mul or gmw."""
    try:
        return langcodes.Language.get(name).to_alpha3() == "mul"
    except (LookupError, ValueError):  # a family of languages, or nothing of BCP 47
        return True
