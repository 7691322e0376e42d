"""Named training data that is read from the hub (:mod:`isoglot.data.hubentries`)."""

from typing import Any

from isoglot.data.entry import Entry, HubRows
from isoglot.data.formats.tydi import WORDS
from isoglot.data.hubentries import CONVERTED, hub_entry, hub_rows

_MMARCO = {
    "ar": "arabic",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "hi": "hindi",
    "id": "indonesian",
    "it": "italian",
    "ja": "japanese",
    "nl": "dutch",
    "pt": "portuguese",
    "ru": "russian",
    "vi": "vietnamese",
    "zh": "chinese",
}
_XNLI = ("ar", "bg", "de", "el", "en", "es", "fr", "hi", "ru", "sw", "th", "tr", "ur", "vi", "zh")
_PAWSX = ("de", "en", "es", "fr", "ja", "ko", "zh")
# fmt: off
_MFAQ = (
    "cs", "da", "de", "en", "es", "fi", "fr", "he", "hr", "hu", "id",
    "it", "nl", "no", "pl", "pt", "ro", "ru", "sv", "tr", "vi",
)
_MKQA = (
    "ar", "da", "de", "en", "es", "fi", "fr", "he", "hu", "it", "ja", "ko", "km",
    "ms", "nl", "no", "pl", "pt", "ru", "sv", "th", "tr", "vi", "zh-CN", "zh-HK", "zh-TW",
)
# fmt: on

_TRAIN = {"": "train", "train": "train"}
_TRAIN_DEV = {**_TRAIN, "dev": "validation"}
_DEV_TEST = {"": "validation", "dev": "validation", "test": "test"}


def _english(name: str, **facts: Any) -> Entry:
    return hub_rows(name, kind="parallel", languages=["en"], **facts)


HUB_TRAINING = (
    hub_rows(
        "mrtydi-train",
        title="Mr. TyDi, training: questions with a passage of Wikipedia and BM25 negatives, in 11 languages",
        kind="parallel",
        languages=WORDS,
        licence="Apache-2.0; text CC BY-SA",
        use="monolingual training, but not where MIRACL is scored, whose questions these are",
        repository="castorini/mr-tydi",
        revision="",
        columns="#files=mrtydi-v1.1-{}/train.jsonl.gz",
        splits={"": "train"},
        leaks=("miracl",),
        large=True,
    ),
    hub_rows(
        "mmarco",
        title="mMARCO: triples of MS MARCO, machine-translated into 13 languages, as far as the hub converted them",
        kind="parallel",
        languages=_MMARCO,
        licence="Apache-2.0; MS MARCO: non-commercial research",
        use="training; rows of one number are taken for translations; mmarco@en,de#rows=100000 takes the first",
        repository="unicamp-dl/mmarco",
        config="{}",
        splits={"": "train"},
        joined="row",
        large=True,
        terms="MS MARCO is for non-commercial research only",
    ),
    hub_entry(
        "mkqa",
        title="MKQA: 10,000 questions of Natural Questions in 26 languages, without passages",
        kind="parallel",
        languages=_MKQA,
        licence="CC BY 3.0",
        use="alignment of questions; with a corpus of your own it is a test, as mkqa:FOLDER",
        repository="apple/mkqa",
        recipe=HubRows(sources={"all": f"apple/mkqa/mkqa{CONVERTED}#id=example_id&text=queries"}, splits={"": "train"}),
    ),
    _english(
        "squad",
        title="SQuAD 1.1: 87,599 questions on Wikipedia for training, 10,570 for development",
        licence="CC BY-SA 4.0",
        use="training; squad/dev has articles of XQuAD",
        repository="rajpurkar/squad",
        config="plain_text",
        splits=_TRAIN_DEV,
        answers=True,
        leaks=("xquad-r", "xquad"),
    ),
    *(
        _english(
            f"squadshifts-hub-{name.replace('_', '-')}",
            title=f"SQuADShifts, {title}",
            licence="CC BY 4.0",
            evaluate_only=True,
            use="evaluate only: development, domain shift",
            repository="ludwigschmidt/squadshifts",
            config=name,
            splits={"": "test"},
            answers=True,
        )
        for name, title in (
            ("new_wiki", "new Wikipedia articles"),
            ("nyt", "New York Times"),
            ("reddit", "Reddit"),
            ("amazon", "Amazon reviews"),
        )
    ),
    _english(
        "nq",
        title="Natural Questions: questions with the passage of Wikipedia that answers them",
        licence="CC BY-SA 3.0",
        use="training; it may hold questions of nq-oracle, which `isoglot leaks` finds",
        repository="sentence-transformers/natural-questions",
        config="pair",
        columns="#query=query&passage=answer",
        splits={"": "train"},
        leaks=("nq-oracle",),
    ),
    _english(
        "triviaqa",
        title="TriviaQA: questions with a passage that holds the answer",
        licence="none stated",
        use="training",
        repository="sentence-transformers/trivia-qa",
        config="pair",
        columns="#query=query&passage=answer",
        splits={"": "train"},
    ),
    _english(
        "yahoo-answers",
        title="Yahoo Answers: titles of questions with the best answer",
        licence="none stated",
        use="training",
        repository="sentence-transformers/yahoo-answers",
        config="title-answer-pair",
        columns="#query=title&passage=answer",
        splits={"": "train"},
    ),
    _english(
        "wikiqa",
        title="WikiQA: questions of Bing with sentences of Wikipedia, labelled as answers or not",
        licence="Microsoft Research Data License",
        use="training",
        repository="microsoft/wiki_qa",
        config="default",
        columns="#query=question&passage=answer&label=label&group=question_id",
        splits=_TRAIN_DEV,
        terms="the Microsoft Research Data License is for research",
    ),
    _english(
        "duorc",
        title="DuoRC, SelfRC: questions on plots of films, whole plots as passages",
        licence="MIT",
        use="training; the plots are longer than most encoders read",
        repository="ibm/duorc",
        config="SelfRC",
        columns="#id=question_id&query=question&passage=plot&group=plot_id&unless=no_answer",
        splits=_TRAIN_DEV,
    ),
    _english(
        "newsqa",
        title="NewsQA: questions on articles of CNN",
        licence="terms of its own",
        use="training",
        repository="lucadiliello/newsqa",
        config="default",
        columns="#id=key&query=question&passage=context&group=context",
        splits=_TRAIN_DEV,
        terms="NewsQA and its articles come under terms of their own, for research, without passing them on",
    ),
    hub_rows(
        "mfaq",
        title="MFAQ: questions and answers of FAQ pages in 21 languages, none of them translations",
        kind="parallel",
        languages=_MFAQ,
        licence="CC0",
        use="monolingual training",
        repository="clips/mfaq",
        config="{}_flat",
        columns="#query=question&passage=answer",
        splits=_TRAIN_DEV,
        large=True,
    ),
    hub_rows(
        "xnli-hub",
        title="XNLI: 2,490 hypotheses on premises (dev) and 5,010 (test), labelled, in 15 languages",
        kind="parallel",
        languages=_XNLI,
        licence="CC BY-NC 4.0",
        use="training, non-commercial and not redistributed: say so in a model's card",
        repository="facebook/xnli",
        config="{}",
        columns="#query=hypothesis&passage=premise&label=label&labels=entailment,neutral,contradiction&group=premise",
        splits=_DEV_TEST,
        joined="row",
    ),
    hub_rows(
        "pawsx-hub",
        title="PAWS-X: 2,000 pairs of Wikipedia sentences (dev) and 2,000 (test) in 7 languages, labelled",
        kind="parallel",
        languages=_PAWSX,
        licence="free with credit to Google",
        use="training with hard negatives",
        repository="google-research-datasets/paws-x",
        config="{}",
        columns="#id=id&query=sentence1&passage=sentence2&label=label",
        splits=_DEV_TEST,
        joined="id",
    ),
)
