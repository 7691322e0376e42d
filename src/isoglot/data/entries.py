"""The named data sets: what each is for, its licence, and its files down to the byte."""

from collections.abc import Mapping
from typing import Any

from isoglot.data.bitextentries import BITEXT
from isoglot.data.entry import Entry, Sample, mirrored_pairs
from isoglot.data.fetch import RemoteFile
from isoglot.data.hubentries import HUB_COLLECTIONS
from isoglot.data.hubtraining import HUB_TRAINING
from isoglot.data.qaentries import NATIVE_QA

_LAREQA = "https://github.com/google-research-datasets/lareqa"


def _lareqa(folder: str, *, commit: str, pins: Mapping[str, tuple[int, str]]) -> tuple[RemoteFile, ...]:
    """The files of one LAReQA folder; `pins`: language -> (size in bytes, SHA-256)."""
    raw = _LAREQA.replace("//github.com/", "//raw.githubusercontent.com/")
    return tuple(
        RemoteFile(
            path=f"lareqa/{folder}/{language}.json",
            sha256=sha256,
            size=size,
            url=f"{raw}/{commit}/{folder}/{language}.json",
        )
        for language, (size, sha256) in pins.items()
    )


_XQUAD_R = {
    "ar": (2_234_875, "c52922d3b8ac1ae03ed5ac38647ad59870dca3dda2beefe18ecdc30729acb69d"),
    "de": (732_156, "16fb0f4bf4916154b585a20c24c66074591c9718a1affe764ff4697572328949"),
    "el": (2_810_127, "163fd43ee785a30eb534ae2061e9eaa766a7ee4e8ffce5e4b422480c150f64b6"),
    "en": (628_651, "7b0954f39297c27a31fef610f0883337dd2907fa8699151dc922afdd0fa12ffe"),
    "es": (746_335, "f8e836b2d91009c4363e04315f7ede363eedbbb49c67dda60de6c4aa782f58de"),
    "hi": (2_408_404, "ea45ba8ae4513d1533b222bebdc02a90bc319c055d3aeea68584a053d2e92872"),
    "ru": (2_764_904, "7f4dff853538b9a5fcc28c070b8bb983a5c5d190ac747b8e005a1ada9cab18f1"),
    "th": (2_618_544, "c3a041864c3a9fb0b4dd91cfdf99cf36b411b3e704c58a303c97bc6dc786cfe4"),
    "tr": (827_827, "f3e8c13002bbce154a4578f535f7533cb70f3da08840e6b62735935baec7bd94"),
    "vi": (1_132_303, "e35926bf5cc6fc6ecbdfca49467aabeb454f08d152d7818143a906bd31dde995"),
    "zh": (959_291, "80c2cde7b9c2fb134c303cbb52f2ba396ead9eb0014aec43993543d2ba9e93ed"),
}

_MLQA_R = {
    "ar": (3_329_081, "2132fbc03208535c0fe01f2e2c5121d06f9c2aa799af93b0a719dbc105bdf137"),
    "de": (887_185, "ce9454dc5aa6f2d85c23cd6e49cb367fbb7c4c6e62d7f71e355c6b5dae4d0886"),
    "en": (2_251_129, "fedd9a5cc0848dda80caf84aa36f482adaae230526a3f6e9e86926a93ef3b1e4"),
    "es": (819_818, "70ecba276b8c96a692b120693a595d076ce94ad21d4b28311538a9fcbfe0f9d7"),
    "hi": (3_179_023, "4dd0fb3c06f737a5481d705bc1dcac7876712a5815c9265908fbb3a0696cb654"),
    "vi": (1_807_239, "9d3baff6ba03e6793b25594217265ea59a136b9733833dca8a9582a84a78ff85"),
    "zh": (1_360_698, "57f01d2fff50cf3392805635b01445339f225ad5bf28ba8443b12f8dbd1e69dc"),
}


def _english(name: str, *, path: str, **facts: Any) -> Entry:
    answers = path.startswith("squadshifts/")
    return mirrored_pairs(name, path=path, languages=("en",), answers=answers, **facts)


# fmt: off
_LIBREOFFICE_LANGUAGES = (
    "en", "it", "el", "de", "nl", "fr", "cs", "es", "pl", "hu", "pt",
    "id", "tr", "ru", "sv", "fi", "vi", "ja", "ko", "zh", "hi",
)
# fmt: on

ENTRIES = (
    Entry(
        name="xquad-r",
        title="XQuAD-R: 1,190 questions on 240 paragraphs, in 11 languages each; a candidate is a sentence",
        kind="collection",
        languages=tuple(_XQUAD_R),
        licence="CC BY-SA 4.0",
        use="public test: never train or tune on it",
        homepage=_LAREQA,
        files=_lareqa("xquad-r", commit="5405d2a77e83d5ccb47623a3f9e5604c3f103193", pins=_XQUAD_R),
    ),
    Entry(
        name="mlqa-r",
        title="MLQA-R: 1,148 questions, each in 2 to 4 of 7 languages; a candidate is a sentence",
        kind="collection",
        languages=tuple(_MLQA_R),
        licence="CC BY-NC 4.0",
        use="public test, non-commercial: evaluate only, never train or tune on it",
        homepage=_LAREQA,
        # Other commits hold these files in a folder mlqa-dev-r.
        files=_lareqa("mlqa-r", commit="354d67d1cd066854cdfbf5ad0e6105528976141d", pins=_MLQA_R),
    ),
    Entry(
        name="sample",
        title="Sample: 128 items of four domains, written for this project, in 7 languages each",
        kind="parallel",
        languages=("ar", "de", "en", "es", "hi", "vi", "zh"),
        licence="Apache-2.0",
        use="to try everything on; built in; halves sample/train and sample/test",
        homepage="built in",
        parts=("train", "test"),
        packaged=("samples/train.jsonl", "samples/test.jsonl"),
    ),
    mirrored_pairs(
        "libreoffice-help",
        title="LibreOffice 7.4 help: 9,008 headings with the text under each, in up to 21 languages",
        languages=_LIBREOFFICE_LANGUAGES,
        licence="MPL-2.0 / LGPL-3.0-or-later",
        use="training and development; parts libreoffice-help/train and libreoffice-help/dev (5% of the pages)",
        homepage="https://help.libreoffice.org",
        parts=("train", "dev"),
        public="what `isoglot prepare` makes of Debian's packages libreoffice-help-* (docs/data.md)",
        path="libreoffice/libreoffice_help.jsonl.gz",
        size=15_129_388,
        sha256="51f3f557fdb5eb213b002339edc8e25f8fa80766a8dc97dc478eac7e914c3890",
    ),
    mirrored_pairs(
        "squad-dev-parallel",
        title="SQuAD 1.1 dev, machine-translated: 10,570 questions in English, 4,402 to 7,857 in 8 others",
        languages=("en", "es", "da", "zh", "it", "pt", "fi", "sv", "id"),
        licence="en, it CC BY-SA 4.0; es CC BY 4.0; sv, fi Apache-2.0; id CC BY-SA; da, zh, pt state none",
        use="training, and only rows in `in_dev20_articles` and not `in_xquad` where XQuAD-R is the test",
        homepage="https://rajpurkar.github.io/SQuAD-explorer/",
        public="squad/dev for English; the translations have homepages of their own",
        path="squad/squad_dev_parallel.jsonl.gz",
        size=6_267_155,
        sha256="51abb4505402a65fdef12ab601eb1f8c809c073dcc1ded93bd9bf24399ecd281",
        leaks=("xquad-r",),
    ),
    mirrored_pairs(
        "squad-train-parallel",
        title="SQuAD 1.1 train: 87,599 questions in English, fi 86,883, pt 3,286, de 1,027",
        languages=("en", "fi", "pt", "de"),
        licence="CC BY-SA 4.0; fi Apache-2.0",
        use="training",
        homepage="https://rajpurkar.github.io/SQuAD-explorer/",
        public="squad/train for English; the translations have homepages of their own",
        path="squad/squad_train_parallel.jsonl.gz",
        size=15_785_419,
        sha256="5a3c0eb94468252533a64521018691da48313eae525fe602a5188f90edbf938d",
    ),
    _english(
        "nq-oracle",
        title="Natural Questions, open domain: 2,655 questions with the gold passage",
        licence="text CC BY-SA 3.0",
        use="test of the NQ domain: never train on it",
        homepage="https://ai.google.com/research/NaturalQuestions",
        public="nq-open-oracle.jsonl.gz of https://github.com/nelson-liu/lost-in-the-middle, read as a file",
        path="nq/nq-open-oracle.jsonl.gz",
        size=900_334,
        sha256="6a7f72b846f663a133ef952244e5a4e43f06bcf190afe34e8fbe687ce0d1653e",
    ),
    _english(
        "qed-train",
        title="QED: 7,167 Natural Questions with the paragraph that answers them",
        licence="CC BY-SA 3.0",
        use="training; 444 items are in nq-oracle, which `isoglot leaks -o` takes out",
        homepage="https://github.com/google-research-datasets/QED",
        public="qed-train.jsonlines of its homepage, read as a file called .jsonl",
        path="nq/qed-train.jsonl.gz",
        size=2_811_700,
        sha256="2a76200e8b7fc179b4e91016a53478036741a4d4c0c04d74c81529fa6dfb8203",
        leaks=("nq-oracle",),
    ),
    _english(
        "qed-dev",
        title="QED: 1,204 Natural Questions with the paragraph that answers them",
        licence="CC BY-SA 3.0",
        use="development; 917 items are in nq-oracle",
        homepage="https://github.com/google-research-datasets/QED",
        public="qed-dev.jsonlines of its homepage, read as a file called .jsonl",
        path="nq/qed-dev.jsonl.gz",
        size=418_328,
        sha256="dcff555668e6ded6f41551766444e66a2f2e51d46ff1ecdd42ae3dde3f717688",
        leaks=("nq-oracle",),
    ),
    mirrored_pairs(
        "trivia-distant",
        title="TriviaQA: 1,045 questions with a distantly matched passage, about two thirds of them right",
        languages=("en",),
        licence="none stated",
        use="weak training and tests of the TriviaQA domain; parts trivia-distant/train and trivia-distant/dev (30%)",
        homepage="https://nlp.cs.washington.edu/triviaqa/",
        parts=("train", "dev"),
        held_out=0.3,
        public="triviaqa, of other passages",
        path="triviaqa/trivia_distant.jsonl.gz",
        size=484_878,
        sha256="0c2b3e1057d3631a49e597fcdaecf6d1e992fedbd30ec120d09f62164ae9fb60",
    ),
    _english(
        "squadshifts-new-wiki",
        title="SQuADShifts, new Wikipedia articles: 7,938 questions on 1,581 paragraphs",
        licence="none stated",
        evaluate_only=True,
        use="evaluate only: development, domain shift",
        homepage="https://modestyachts.github.io/squadshifts-website/",
        public="squadshifts-hub-new-wiki",
        path="squadshifts/new_wiki_v1.0.json.gz",
        size=771_063,
        sha256="15c4fb74e9be89776dc04eb7c3ce85b570ec7bc91cd78a34a0b899ae51d80cb4",
    ),
    _english(
        "squadshifts-reddit",
        title="SQuADShifts, Reddit: 9,803 questions on 2,035 posts",
        licence="none stated",
        evaluate_only=True,
        use="evaluate only: development, domain shift",
        homepage="https://modestyachts.github.io/squadshifts-website/",
        public="squadshifts-hub-reddit",
        path="squadshifts/reddit_v1.0.json.gz",
        size=1_052_572,
        sha256="cf6052543ef52175b55cf39e46b508ddb9bae25d16270c49511dacd25d38348a",
    ),
    _english(
        "squadshifts-amazon",
        title="SQuADShifts, Amazon reviews: 9,885 questions on 2,050 reviews",
        licence="none stated",
        evaluate_only=True,
        use="evaluate only: development, domain shift",
        homepage="https://modestyachts.github.io/squadshifts-website/",
        public="squadshifts-hub-amazon",
        path="squadshifts/amazon_reviews_v1.0.json.gz",
        size=1_026_003,
        sha256="3cbc4ab060301b54d31859f587af50c43154f5c90f26597e6e6da61486d9bb47",
    ),
    Entry(
        name="squadshifts",
        title="SQuADShifts: its three domains at hand, 27,626 questions",
        kind="parallel",
        languages=("en",),
        licence="none stated",
        evaluate_only=True,
        use="evaluate only: development, domain shift; as a collection, squadshifts/dev is 300 questions a domain",
        homepage="https://modestyachts.github.io/squadshifts-website/",
        parts=("dev",),
        members=("squadshifts-new-wiki", "squadshifts-reddit", "squadshifts-amazon"),
        public="squadshifts-hub-new-wiki, squadshifts-hub-reddit, squadshifts-hub-amazon",
        answers=True,
        sample=Sample(by="domain", questions=300, passages=500),
    ),
    *BITEXT,
    *NATIVE_QA,
    *HUB_COLLECTIONS,
    *HUB_TRAINING,
)
