"""The sentence of a passage that holds the answer: what rows say of it, and where it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from isoglot.data.answers import answer_start
from isoglot.data.lines import languages_at
from isoglot.errors import DataError
from isoglot.text.sentences import sentence_around

PassageForm = Literal["whole", "sentence"]
"""The passage as it is, or its sentence that holds the answer (LAReQA: Roy et al. 2020, arXiv 2004.05484)."""

_KEYS = ("sentence_span", "answer", "answer_start")


@dataclass(frozen=True, kw_only=True)
class AnswerSentences:
    """Attributes:
    texts: language -> the sentence; nothing for a language in which the row does not say where the answer is.
    split: whether sentencex was asked, so that its version decides them too.
    """

    texts: dict[str, str]
    split: bool


def answer_sentences(row: Mapping[str, Any], passages: Mapping[str, str], where: str) -> AnswerSentences:
    """The sentence that holds the answer, in each language in which the row says where that is.

    It is said by ``sentence_span``, ``{lang: [start, end)}``; else by ``answer``, ``{lang: text}``, of whose places in
    the passage the one nearest to ``answer_start`` counts (the first where that is missing); else by ``answer_start``,
    ``{lang: character}``.

    Args:
        row: as it stands in the file.
        passages: its passages, language -> text.
        where: what errors begin with.

    Raises:
        DataError: a span or a start that is not inside its passage, or is no number.
        ConfigError: a row has no span, and sentencex, which finds sentences, is not installed.
    """
    spans, answers, starts = (_by_language(row, key, where) for key in _KEYS)
    texts, split = {}, False
    for language, passage in passages.items():
        if language in spans:
            texts[language] = _spanned(spans[language], passage, f'{where}: key "sentence_span.{language}"')
            continue
        start = _start(answers.get(language), starts.get(language), passage, f"{where}: language {language!r}")
        if start is not None:
            begin, end = sentence_around(passage, start, language=language)
            texts[language], split = passage[begin:end], True
    return AnswerSentences(texts=texts, split=split)


def _by_language(row: Mapping[str, Any], key: str, where: str) -> dict[str, Any]:
    value = row.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise DataError(f'{where}: key "{key}" must be an object by language.')
    given = {tag: entry for tag, entry in value.items() if entry is not None}
    return {language: given[tag] for language, tag in languages_at(given, f'{where}: key "{key}"').items()}


def _spanned(span: Any, passage: str, where: str) -> str:
    if not (isinstance(span, list) and len(span) == 2 and all(type(end) is int for end in span)):
        raise DataError(f"{where} must be [start, end), two whole numbers, but is {span!r}.")
    start, end = span
    if not 0 <= start < end <= len(passage) or not passage[start:end].strip():
        raise DataError(f"{where} is {span}, which is no sentence of a passage of {len(passage):,} characters.")
    return passage[start:end].strip()


def _start(answer: Any, said: Any, passage: str, where: str) -> int | None:
    if said is not None and (type(said) is not int or not 0 <= said < len(passage)):
        raise DataError(
            f'{where}: "answer_start" must be a place in the passage, a whole number below {len(passage):,}, but is '
            f"{said!r}."
        )
    if answer is None and said is None:
        return None
    if answer is not None and not isinstance(answer, str):
        raise DataError(f'{where}: "answer" must be a text, but is {answer!r}.')
    return answer_start(answer, said or 0, passage)
