import numpy as np
import pytest

from isoglot.data.collection import Collection
from isoglot.data.formats.translations import from_translations
from isoglot.encoder.similarity import Similarity
from isoglot.errors import ConfigError
from isoglot.evaluation.embedded import Embedded
from isoglot.evaluation.evaluate import EvaluationOptions, evaluate_embedded
from isoglot.evaluation.measures import MEASURES, parse_measure
from isoglot.evaluation.results import CollectionResult
from isoglot.report.audit import audit_sections

LANGUAGES = ("de", "en", "hi")
TOPICS = 30


def collection(languages: tuple[str, ...] = LANGUAGES, clusters: int = 10) -> Collection:
    rows = [(topic, language) for topic in range(TOPICS) for language in languages]
    return Collection.from_rows(
        "talk",
        queries=[
            {"id": f"q{t}/{lang}", "text": "?", "lang": lang, "group": f"q{t}", "cluster": f"c{t % clusters}"}
            for t, lang in rows
        ],
        passages=[{"id": f"p{t}/{lang}", "text": "!", "lang": lang, "group": f"p{t}"} for t, lang in rows],
        relevant={(f"q{t}/{a}", f"p{t}/{b}"): 1 for t in range(TOPICS) for a in languages for b in languages},
    )


def result(pull: float, *, hindi: float = 0.0, of: Collection | None = None) -> CollectionResult:
    """Vectors of topic, plus ``pull`` in the direction of the language, plus noise, with more of it in Hindi."""
    data = of or collection()
    random = np.random.default_rng(0)

    def side(language: np.ndarray) -> np.ndarray:
        topic = np.repeat(np.eye(TOPICS), len(data.languages), axis=0)
        noise = random.normal(0, 0.1, topic.shape) * (1 + hindi * (language == len(data.languages) - 1))[:, None]
        both = np.hstack([topic + noise, pull * np.eye(len(data.languages))[language]])
        unit: np.ndarray = both / np.linalg.norm(both, axis=1, keepdims=True)
        return unit.astype(np.float32)

    options = EvaluationOptions(measures=(*MEASURES, parse_measure("Success@1")), draws=200)
    queries, passages = side(data.query_language), side(data.passage_language)
    return evaluate_embedded(
        Embedded(collection=data, queries=queries, passages=passages, similarity=Similarity.COSINE), options=options
    )


def words(found: CollectionResult) -> str:
    return "\n".join(f"{section.title}: {line}" for section in audit_sections(found) for line in section.lines)


def test_numbers_in_the_words_are_those_of_the_result() -> None:
    found = result(1.5)
    said = words(found)
    pull = found.effects and found.effects.decomposition and found.effects.decomposition.same_language.inverse
    assert pull
    assert f"{pull.value:.1f} times" in said
    reach = found.bias["reach_other@10"].cells
    least = min((cell for cell in reach if cell.startswith("en>")), key=lambda cell: reach[cell])
    name = {"de": "German", "hi": "Hindi"}[least.partition(">")[2]]
    assert f"The relevant {name} passage is found on page 1 for {reach[least]:.0%} of English queries" in said
    assert f"mean average precision is {found.value('multi', 'map'):.2f}" in said
    assert "nan" not in said.lower()


def test_a_strong_pull_is_called_strong_and_none_weak() -> None:
    assert "pull of the query's language is strong" in words(result(1.5))
    assert "pull of the query's language is weak" in words(result(0.0))


def test_in_two_languages_without_questions_a_pull_can_be_strong() -> None:
    """A share of hits is at most twice what chance gives there, and no right passage is in the query's language."""
    two = from_translations("talk", collection(("de", "en")).passages, seed=0)
    assert "pull of the query's language is strong" in words(result(3.0, of=two))
    assert "pull of the query's language is weak" in words(result(0.0, of=two))
    one = from_translations("talk", collection(("de", "en")).passages.slice(0, 2), seed=0)
    random = np.random.default_rng(0).normal(size=(2, 8)).astype(np.float32)
    options = EvaluationOptions(measures=(*MEASURES, parse_measure("Success@1")), draws=200)
    embedded = Embedded(collection=one, queries=random, passages=random, similarity=Similarity.DOT)
    said = words(evaluate_embedded(embedded, options=options))
    assert "pull of the query's language" not in said  # one cluster tells nothing
    assert "finds most" not in said  # nor is German ahead of itself


def test_a_weak_language_is_named_with_its_remedy() -> None:
    assert "The encoder is weaker in Hindi" in words(result(0.0, hindi=4.0))
    assert "The encoder is weaker in" not in words(result(0.0))


def test_one_language_has_no_bias_to_speak_of() -> None:
    said = words(result(0.0, of=collection(("de",))))
    assert "The pool has one language" in said
    assert "strong" not in said


def test_without_clusters_there_are_no_intervals_and_no_nan() -> None:
    said = words(result(1.5, of=collection(clusters=1)))
    assert "There are no intervals" in said
    assert "nan" not in said.lower()


def test_results_without_languages_cannot_be_audited() -> None:
    found = result(0.0)
    object.__setattr__(found, "effects", None)
    with pytest.raises(ConfigError, match="talk: an audit is about languages"):
        audit_sections(found)
