"""Named parallel text: sentences, questions and sentence pairs in many languages, from a mirror only."""

from typing import Any

from isoglot.data.entry import Entry, mirrored_pairs

# fmt: off
_XQUAD_LANGUAGES = ("ar", "de", "el", "en", "es", "hi", "ru", "th", "tr", "vi", "zh")
_NEWS_LANGUAGES = (
    *_XQUAD_LANGUAGES, "fr", "it", "pt", "nl", "pl", "ja", "ko", "id", "sv", "cs", "fi", "hu", "uk", "fa",
)
# fmt: on
_BY_LANGUAGE = "the files of its homepage, a line a sentence with its text by language"


def _bitext(name: str, *, file: str, held_out: float = 0.1, **facts: Any) -> Entry:
    path = f"bitext/{file}.jsonl.gz"
    return mirrored_pairs(name, path=path, parts=("train", "dev"), held_out=held_out, apart=True, **facts)


BITEXT = (
    _bitext(
        "ntrex",
        title="NTREX-128: 1,997 news sentences of 123 documents, in 25 languages",
        languages=_NEWS_LANGUAGES,
        licence="CC BY-SA 4.0",
        use="alignment of languages, and development (ntrex/dev: 10% of the documents)",
        homepage="https://github.com/MicrosoftTranslator/NTREX",
        file="ntrex",
        public=_BY_LANGUAGE,
        size=4_170_620,
        sha256="c07156ae2c5090bae580c43e28e7f1cf2f54693b3d2322e3d7237699625d1642",
    ),
    _bitext(
        "tico19",
        title="TICO-19: 3,071 sentences of 31 documents on COVID-19, half from Wikipedia, in 6 languages",
        languages=("en", "ar", "es", "hi", "ru", "zh"),
        licence="CC0",
        use="alignment of languages; parts tico19/train and tico19/dev (10% of the documents)",
        homepage="https://tico-19.github.io",
        file="tico19",
        public=_BY_LANGUAGE,
        size=1_481_778,
        sha256="57c970638a0ef1c3ad6c2db6fc1e322158d95e4e0358e82aedd4e263e1dc80fc",
    ),
    _bitext(
        "sib200",
        title="SIB-200: 1,004 encyclopedic sentences of FLORES, in 25 languages",
        languages=_NEWS_LANGUAGES,
        licence="CC BY-SA",
        use="alignment of languages, but not where Belebele is scored, whose passages are FLORES's; sib200/dev: 10%",
        homepage="https://github.com/dadelani/sib-200",
        file="sib200",
        public=_BY_LANGUAGE,
        size=2_341_005,
        sha256="66967bd51dd8fb2f5ac4c5c45cbb7d1fe8863460428320473a8152430341dabe",
        leaks=("belebele",),
    ),
    _bitext(
        "mintaka",
        title="Mintaka, dev: 2,000 questions without passages, human translations in 9 languages",
        languages=("en", "ar", "de", "ja", "hi", "pt", "es", "it", "fr"),
        licence="CC BY 4.0",
        use="alignment of questions; parts mintaka/train and mintaka/dev (10%)",
        homepage="https://github.com/amazon-science/mintaka",
        file="mintaka_dev_questions",
        public=_BY_LANGUAGE,
        size=465_298,
        sha256="8373400bc5aaf17fc988ecc368b00ada1c781785c9b65f919098d86a9f529bf7",
    ),
    _bitext(
        "xnli",
        title="XNLI: 7,500 hypotheses on 2,500 premises, 2,490 of them labelled, human translations in 15 languages",
        languages=(*_XQUAD_LANGUAGES, "bg", "fr", "sw", "ur"),
        licence="CC BY-NC 4.0",
        use="training, non-commercial and not redistributed: say so in a model's card; xnli/dev: 10% of the premises",
        homepage="https://github.com/facebookresearch/XNLI",
        file="xnli",
        public="xnli-hub, of the same texts in other rows",
        size=6_717_130,
        sha256="d10aaae09667151f9e0588674fdf459d6034e1ce98043d93c54559b75df35abf",
    ),
    _bitext(
        "pawsx",
        title="PAWS-X: 4,000 pairs of Wikipedia sentences in 7 languages; 863 paraphrases, 1,137 that look like one",
        languages=("de", "en", "es", "fr", "ja", "ko", "zh"),
        licence="free with credit to Google",
        use="training with hard negatives; parts pawsx/train and pawsx/dev (5%)",
        homepage="https://github.com/google-research-datasets/paws",
        file="pawsx",
        public="pawsx-hub, of the same texts in other rows",
        held_out=0.05,  # its sentences stand in several pairs: a dev of 10% would cost training a third of them
        size=2_584_860,
        sha256="b126bb7773c56ecc137d7048b01872a684f9350382b09b2a97042d986bbf0736",
    ),
)
