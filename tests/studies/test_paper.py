"""The paper's study in miniature: its own file, a stand-in for the hub, tiny encoders and a dozen rows a set."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from helpers.hub import Hub
from helpers.server import Server, serving
from helpers.tables import lines, parquet
from helpers.tiny import write_tiny_encoder
from isoglot.data.hub.lock import accept
from isoglot.data.sample import load_sample
from isoglot.studies.config import StudyConfig
from isoglot.studies.foresee import foresee
from isoglot.studies.study import study

PAPER = Path(__file__).parents[2] / "studies" / "paper.toml"
CONVERTED = "refs/convert/parquet"


@pytest.fixture
def paper(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every data set that the file names, each in the layout that its owner describes, and nothing else."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    words = sorted({word for row in load_sample("sample/train") for word in row["passage"]["en"].split()})

    def text() -> str:
        return " ".join(rng.choice(words, size=8))

    def rows(*texts: str, **others: str) -> list[dict[str, object]]:
        fixed = {name: value for name, value in others.items() if value != "n"}
        return [
            {**{name: text() for name in texts}, **{name: f"{n}" for name in others.keys() - fixed.keys()}, **fixed}
            for n in range(12)
        ]

    def shifts() -> list[dict[str, object]]:
        made = rows("title", "context", "question", id="n")
        return [{**row, "answers": {"text": [str(row["context"])[:5]], "answer_start": [0]}} for row in made]

    converted = {
        "microsoft/wiki_qa": {
            "default/train": [{**row, "label": 1} for row in rows("question", "answer", question_id="n")]
        },
        "ibm/duorc": {
            "SelfRC/train": [
                {**row, "no_answer": False} for row in rows("question", "plot", plot_id="n", question_id="n")
            ]
        },
        "lucadiliello/newsqa": {"default/train": rows("question", "context", key="n")},
        "sentence-transformers/natural-questions": {"pair/train": rows("query", "answer")},
        "clips/mfaq": {"en_flat/train": rows("question", "answer")},
        "unicamp-dl/mmarco": {"english/train": rows("query", "positive", "negative")},
        "ludwigschmidt/squadshifts": {f"{name}/test": shifts() for name in ("new_wiki", "nyt", "reddit", "amazon")},
    }
    for name, parts in converted.items():
        hub.put(name, {f"{part}/0000.parquet": parquet(of) for part, of in parts.items()}, revision=CONVERTED)
    yahoo = {"question-answer-pair/train-00000-of-00001.parquet": parquet(rows("question", "answer"))}
    hub.put("sentence-transformers/yahoo-answers", yahoo)
    passages = rows("title", "text", docid="n")
    tydi = [
        {**row, "positive_passages": [passage], "negative_passages": passages[:1]}
        for row, passage in zip(rows("query", query_id="n"), passages, strict=True)
    ]
    hub.put("castorini/mr-tydi", {"mrtydi-v1.1-english/train.jsonl.gz": gzip.compress(lines(tydi).encode())})
    topics, corpus = {}, {}
    for language in ("ar", "sw"):
        stem = f"miracl-v1.0-{language}"
        topics[f"{stem}/topics/topics.{stem}-dev.tsv"] = "".join(f"{n}\t{text()}\n" for n in range(4))
        topics[f"{stem}/qrels/qrels.{stem}-dev.tsv"] = "".join(f"{n} Q0 {n}#0 1\n" for n in range(4))
        packed = gzip.compress(lines([{"docid": f"{n}#0", "title": "", "text": text()} for n in range(6)]).encode())
        corpus[f"miracl-corpus-v1.0-{language}/docs-0.jsonl.gz"] = packed
    hub.put("miracl/miracl", topics)
    hub.put("miracl/miracl-corpus", corpus)
    Path("data").mkdir()
    Path("data/entity-questions.jsonl").write_text(lines(rows("anchor", "positive")))
    Path("other.jsonl").write_text(lines([dict(row) for row in load_sample("sample/train")][:8]))
    for terms in ("wikiqa", "newsqa", "mmarco"):
        accept(terms)


def settings(tmp_path: Path, server: Server) -> list[str]:
    encoders = [write_tiny_encoder(tmp_path / name, layers=layers) for name, layers in (("xlm-r", 1), ("labse", 2))]
    labse = [f"arms.labse-{arm}.encoder.name={encoders[1]}" for arm in ("mono", "cross", "hybrid")]
    return [
        "seeds=[0]",
        "draws=20",
        f"train.encoder.name={encoders[0]}",
        *labse,
        "train.encoder.query_tokens=16",
        "train.encoder.passage_tokens=32",
        "train.batch.size=4",
        "train.optimization.steps=2",
        "train.optimization.check_every=1",
        "train.data.validation_pairs=8",
        f"translate.engine=openai:stand-in@{server.url}/v1",
        'tests={xquad-r="sample/test@de,en", mlqa-r="other.jsonl", miracl="miracl/dev@ar,sw"}',
    ]


@pytest.mark.usefixtures("paper")
def test_the_papers_file_runs_from_the_hub_to_its_report(tmp_path: Path, hub: Hub) -> None:
    with serving(Server) as server:
        config = StudyConfig.read(PAPER, settings(tmp_path, server))
        needs = foresee(config)
        assert not needs.missing
        assert {thing.where for key, thing in needs.things if key.startswith("domains")} == {"to fetch", "here"}
        assert not [path for method, path, _ in hub.asked if "/resolve/" in path]  # nothing was fetched to say it
        report = study(config, name="paper")
    assert not report.failures
    text = report.page.read_text()
    assert all(f"/{name}" in text or name in text for name in config.arms)
    for treatment, baseline in (("hybrid", "mono"), ("hybrid", "cross"), ("labse-hybrid", "labse-cross")):
        assert f"Compared: {treatment} with {baseline}" in text
    assert "| all | 108 |" in text


@pytest.mark.usefixtures("paper")
def test_a_plan_names_all_that_is_missing_at_once(tmp_path: Path, hub: Hub) -> None:
    del hub.revisions["clips/mfaq"]
    Path("data/entity-questions.jsonl").unlink()
    with serving(Server) as server:
        config = StudyConfig.read(PAPER, [*settings(tmp_path, server), "train.encoder.name=./gone"])
        missing = [(key, thing.name) for key, thing in foresee(config).missing]
    assert missing == [
        ("domains.all", "data/entity-questions.jsonl@en"),
        ("domains.all", "mfaq/train@en"),
        ("encoder", "./gone"),
    ]
