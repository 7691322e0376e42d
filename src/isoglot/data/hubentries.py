"""Named data sets that are read from the hub: where each is, and how its rows or files are read.

None of them could be read when this was written: names of files and columns are those that their owners describe, no
revision is pinned, and every entry says so. The first fetch writes the commit and the digests to the lock file.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from isoglot.data.entry import Entry, HubFiles, HubRows
from isoglot.data.formats.tydi import WORDS

CONVERTED = "@refs/convert/parquet"
"""Where the hub keeps every configuration and split as ``CONFIG/SPLIT/0000.parquet``."""

_NOT_VERIFIED = "layout not verified"
_TEST = "public test: never train or tune on it"

_MIRACL = ("ar", "bn", "de", "en", "es", "fa", "fi", "fr", "hi", "id", "ja", "ko", "ru", "sw", "te", "th", "yo", "zh")
_MLQA = ("ar", "de", "en", "es", "hi", "vi", "zh")
_XQUAD = ("ar", "de", "el", "en", "es", "hi", "ro", "ru", "th", "tr", "vi", "zh")
# fmt: off
_BELEBELE = (
    "ar", "bg", "bn", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ja",
    "ko", "nl", "pl", "pt", "ro", "ru", "sv", "sw", "te", "th", "tr", "uk", "ur", "vi", "zh-Hans", "zh-Hant",
)
# fmt: on


def hub_entry(name: str, *, use: str, repository: str, **facts: Any) -> Entry:
    """An entry without a pinned file, which its use says."""
    homepage = f"https://huggingface.co/datasets/{repository}"
    return Entry(name=name, use=f"{use}; {_NOT_VERIFIED}", homepage=homepage, **facts)


def hub_rows(
    name: str,
    *,
    repository: str,
    config: str = "",
    languages: Mapping[str, str] | Iterable[str],
    columns: str = "",
    revision: str = CONVERTED,
    splits: Mapping[str, str],
    joined: Literal["row", "id"] | None = None,
    **facts: Any,
) -> Entry:
    """An entry of rows; `{}` in `config` and `columns` stands for what a language is called there."""
    words = languages if isinstance(languages, Mapping) else {language: language for language in languages}
    place = f"{repository}{f'/{config}' if config else ''}{revision}{columns}"
    sources = {language: place.replace("{}", word) for language, word in words.items()}
    return hub_entry(
        name,
        repository=repository,
        languages=tuple(words),
        parts=tuple(part for part in splits if part),
        recipe=HubRows(sources=sources, splits=splits, joined=joined),
        **facts,
    )


HUB_COLLECTIONS = (
    hub_entry(
        "miracl",
        title="MIRACL 1.0: questions of speakers of 18 languages on their Wikipedias, 106 million passages",
        kind="collection",
        languages=_MIRACL,
        licence="Apache-2.0; text CC BY-SA",
        use="test; miracl/train are its training questions, as a collection",
        repository="miracl/miracl",
        parts=("dev", "train"),
        large=True,
        recipe=HubFiles(
            format="miracl",
            files=(
                ("miracl/miracl", "miracl-v1.0-{language}/topics/topics.miracl-v1.0-{language}-{split}.tsv"),
                ("miracl/miracl", "miracl-v1.0-{language}/qrels/qrels.miracl-v1.0-{language}-{split}.tsv"),
                ("miracl/miracl-corpus", "miracl-corpus-v1.0-{language}/docs-*.jsonl.gz"),
            ),
            splits={"": "dev", "dev": "dev", "train": "train"},
        ),
    ),
    hub_rows(
        "mrtydi",
        title="Mr. TyDi: questions of speakers of 11 languages on their Wikipedias",
        kind="collection",
        languages=WORDS,
        licence="Apache-2.0; text CC BY-SA",
        use=_TEST,
        repository="mteb/mrtidy",
        config="{}",
        revision="",
        splits={"": "test", "test": "test"},
        large=True,
    ),
    hub_rows(
        "mlqa",
        title="MLQA: questions on paragraphs of 7 Wikipedias, each in 2 to 4 languages; a candidate is a paragraph",
        kind="collection",
        languages=_MLQA,
        licence="CC BY-SA 3.0",
        use=_TEST,
        repository="facebook/mlqa",
        config="mlqa.{}.{}",
        splits={"": "test", "test": "test", "dev": "validation"},
        joined="id",
    ),
    hub_entry(
        "belebele",
        title="Belebele: questions on passages of FLORES, in 35 of its 122 language variants",
        kind="collection",
        languages=_BELEBELE,
        licence="CC BY-SA 4.0",
        use=_TEST,
        repository="facebook/belebele",
        recipe=HubFiles(format="belebele", files=(("facebook/belebele", "data/*.jsonl"),), splits={"": "test"}),
        large=True,
    ),
    hub_rows(
        "xquad",
        title="XQuAD: 1,190 questions on 240 paragraphs of SQuAD, in 12 languages; a candidate is a paragraph",
        kind="collection",
        languages=_XQUAD,
        licence="CC BY-SA 4.0",
        use=_TEST,
        repository="google/xquad",
        config="xquad.{}",
        splits={"": "validation"},
        joined="id",
    ),
)
