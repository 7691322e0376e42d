"""Named question answering written by speakers of one language each, for monolingual batches; from a mirror only."""

from typing import Any

from isoglot.data.entry import Entry, Sample, mirrored_pairs

_TRAINING = "monolingual training"
_EXPERIMENTS = "monolingual training, for experiments only"
_NO_DERIVATIVES = "monolingual training; derivatives must not be shared"
_MIRACL = "monolingual training, but not where MIRACL or Mr. TyDi is scored, whose questions these are"


def _native(
    file: str, *, language: str, use: str = _TRAINING, held_out: float = 0.1, answers: bool = True, **facts: Any
) -> Entry:
    name = file.replace("_", "-")
    return mirrored_pairs(
        name,
        path=f"qa/{file}.jsonl.gz",
        languages=(language,),
        use=f"{use}; {name}/dev: {held_out:.0%} of the paragraphs",
        parts=("train", "dev"),
        held_out=held_out,
        apart=True,
        answers=answers,
        leaks=("miracl", "mrtydi") if use == _MIRACL else (),
        **facts,
    )


_SETS = (
    _native(
        "arcd",
        title="ARCD: 1,389 questions on 460 paragraphs, by Arabic speakers",
        language="ar",
        licence="MIT",
        homepage="https://github.com/husseinmozannar/SOQAL",
        size=220_850,
        sha256="1d2694e00454221e958989cb5991575daffde2885fd3adeab068fc7a832f0ff7",
    ),
    _native(
        "tydi_ar",
        title="TyDi QA, gold passages: 918 questions of Arabic speakers",
        language="ar",
        licence="Apache-2.0",
        homepage="https://github.com/google-research-datasets/tydiqa",
        size=291_080,
        sha256="f18c7cd6d3da97f1cc2679d8ee9060a78560a9c61a5952386661036672e61846",
        use=_MIRACL,
    ),
    _native(
        "cmrc2018",
        title="CMRC 2018: 4,162 questions on 1,089 paragraphs, by Chinese speakers",
        language="zh",
        licence="CC BY-SA",
        homepage="https://github.com/ymcui/cmrc2018",
        size=1_011_666,
        sha256="f923a3979bc6f3ce408553975df32e5e2b161345ce875a2e7e20681ba7799f07",
    ),
    _native(
        "drcd",
        title="DRCD: 6,898 questions on 1,968 paragraphs, in traditional Chinese",
        language="zh-Hant",
        licence="CC BY-SA",
        homepage="https://github.com/DRCKnowledgeTeam/DRCD",
        size=1_649_813,
        sha256="b6fb22be7c58baa953e4f998d796bf9b531458d72468c6c46bf995b9a3b950f7",
    ),
    _native(
        "hindirc",
        title="HindiRC: 127 questions on 24 texts",
        language="hi",
        licence="none stated",
        homepage="https://github.com/erzaliator/HindiRC-Data",
        size=13_852,
        sha256="9341fa2842c915710615cb0699ae9f7f5f546bf25962b3bcb65d3e762f440286",
        use=_EXPERIMENTS,
        held_out=0.2,
    ),
    _native(
        "iapp_th",
        title="iapp Wiki QA: 5,820 questions on 1,546 paragraphs, by Thai speakers; sentences are rough",
        language="th",
        licence="MIT",
        homepage="https://github.com/iapp-technology/iapp-wiki-qa-dataset",
        size=1_194_977,
        sha256="4dba0e4838bf516b614ba9be040f4d80f003efed45c7884453739a23886849a5",
    ),
    _native(
        "tquad",
        title="TQuAD: 8,346 questions on 1,993 paragraphs on the history of science, by Turkish speakers",
        language="tr",
        licence="none stated",
        homepage="https://github.com/TQuad/turkish-nlp-qa-dataset",
        size=1_010_172,
        sha256="46417691c2c53fe1c25e17bd7a9a3343146b7d01f026b0ae38d77bf5f86c7345",
        use=_EXPERIMENTS,
    ),
    _native(
        "jaquad",
        title="JaQuAD: 31,746 questions on 9,713 paragraphs, by Japanese speakers",
        language="ja",
        licence="CC BY-SA",
        homepage="https://github.com/SkelterLabsInc/JaQuAD",
        size=5_737_422,
        sha256="7fd26db3698ccc4474d7e513772e80ee7e36298beb0aff6be89387073f9d3f26",
        held_out=0.05,
    ),
    _native(
        "korquad",
        title="KorQuAD 1.0, dev: 5,764 questions on 960 paragraphs, by Korean speakers",
        language="ko",
        licence="CC BY-ND",
        homepage="https://korquad.github.io",
        size=794_456,
        sha256="28347cee671e374ad3a202cebb4ecdd7a94fa5c09e5c2f480c1526f2b85a234c",
        use=_NO_DERIVATIVES,
    ),
    _native(
        "tydi_ko",
        title="TyDi QA, gold passages: 1,899 questions of Korean speakers",
        language="ko",
        licence="Apache-2.0",
        homepage="https://github.com/google-research-datasets/tydiqa",
        size=660_591,
        sha256="ed7a9138d89c91eea939dedc5c3ece099f9559152b89151508cc40052e6a3128",
        use=_MIRACL,
    ),
    _native(
        "piaf",
        title="PIAF: 3,815 questions on 761 paragraphs, by French speakers",
        language="fr",
        licence="MIT",
        homepage="https://piaf.etalab.studio",
        size=429_502,
        sha256="b386394cf9624103f1b3f5678e6a2de79eedd94f8a8186aa8eedb1a2cd36f0ab",
    ),
    _native(
        "mailong_vi",
        title="Mailong: 1,110 questions with a passage of the web, in Vietnamese",
        language="vi",
        licence="none stated",
        homepage="https://github.com/mailong25/bert-vietnamese-question-answering",
        size=183_777,
        sha256="18fc5c4c547a24ce6c64b492a97406b98cd7c8c1f6ff513f533a344452171e40",
        use=_EXPERIMENTS,
    ),
    _native(
        "tydi_ru",
        title="TyDi QA, gold passages: 812 questions of Russian speakers",
        language="ru",
        licence="Apache-2.0",
        homepage="https://github.com/google-research-datasets/tydiqa",
        size=308_624,
        sha256="545060668d6aeee242a5840c179683f956cc5e19771a7a24be7948019fa183e5",
        use=_MIRACL,
    ),
    _native(
        "xglue_qam_de",
        title="XGLUE QAM: 9,998 German search queries with a snippet, no answers marked",
        language="de",
        licence="CC BY 4.0",
        homepage="https://microsoft.github.io/XGLUE/",
        size=1_552_667,
        sha256="3437492a90b1bad4e988fd2110f6bcf7a9d78be462ad2d4cf70bd155ae8910c8",
        held_out=0.05,
        answers=False,
    ),
    _native(
        "pquad",
        title="PQuAD, validation and test: 12,055 questions on 2,153 paragraphs, by Persian speakers",
        language="fa",
        licence="CC BY-SA",
        homepage="https://github.com/AUT-NLP/PQuAD",
        size=1_345_481,
        sha256="4c81d72c11a8b9e57fbe72c6977ac03b5fd344e806c620172696c81e9398d561",
    ),
    _native(
        "norquad",
        title="NorQuAD: 4,752 questions on 755 paragraphs, by Norwegian speakers",
        language="nb",
        licence="CC0",
        homepage="https://github.com/ltgoslo/NorQuAD",
        size=1_003_858,
        sha256="a4caa4db79b1a9deaa72d0bf5e5c25b8f991e5ce7758d6407a37102dc17b0204",
    ),
    _native(
        "poquad",
        title="PoQuAD: 4,733 questions on 1,179 paragraphs, by Polish speakers",
        language="pl",
        licence="GPL-3.0",
        homepage="https://github.com/ipipan/poquad",
        size=823_928,
        sha256="2a46da85c5c0bfbbd99eb3a8d0e9598e9724717a4b040632c09b6d10726e0444",
    ),
)

NATIVE_QA = (
    *_SETS,
    Entry(
        name="native-qa",
        title="All native QA above: 17 sets in 15 languages, none of them Greek, Spanish or English",
        kind="parallel",
        languages=tuple(dict.fromkeys(language for entry in _SETS for language in entry.languages)),
        licence="as its sets",
        use="monolingual training and its guard; as a collection, native-qa/dev has at most 100 questions a language",
        homepage="see its sets",
        parts=("train", "dev"),
        members=tuple(entry.name for entry in _SETS),
        apart=True,
        answers=True,
        leaks=("miracl", "mrtydi"),
        sample=Sample(by="lang", questions=100, passages=500),
    ),
)
