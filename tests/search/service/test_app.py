"""The service says what the index says."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from helpers.service import Service, served
from isoglot.search import build
from isoglot.search.index import Index
from isoglot.search.service.app import create_app

QUERY = "Wie lang ist der Fluss?"


@pytest.fixture(scope="module")
def service(repaired_index: Path) -> Iterator[Service]:
    with served(create_app(Index(repaired_index))) as found:
        yield found


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"language": "de", "dial": 0.0, "k": 3, "page": 2},
        {"languages": ["en"], "policy": "balanced", "collapse": True},
        {"policy": "lexical", "language": "en"},
    ],
)
def test_hits_are_the_indexs(service: Service, repaired_index: Path, options: dict[str, Any]) -> None:
    expected = Index(repaired_index).search(QUERY, **options).to_dict()
    posted = service.search(QUERY, **options)
    assert posted.status == 200
    assert [hit["id"] for hit in posted.json["hits"]] == [hit["id"] for hit in expected["hits"]]
    assert {**posted.json, "hits": None} == {**expected, "hits": None}
    asked = urlencode({"text": QUERY, **options}, doseq=True)
    assert service.ask("GET", f"/search?{asked}").json == posted.json


def test_what_can_be_asked_is_said(service: Service) -> None:
    assert service.ask("GET", "/health").json == {"status": "ok"}
    about = service.ask("GET", "/index").json
    assert (about["languages"], about["repaired"], about["encoder"]) == ({"de": 48, "en": 48}, True, "repaired")
    schema = service.ask("GET", "/openapi.json").json
    assert set(schema["paths"]) == {"/search", "/health", "/index", "/metrics"}
    assert set(schema["components"]["schemas"]["Hits"]["properties"]) < set(service.search(QUERY).json)
    said = service.ask("GET", "/metrics").body.decode()
    assert 'isoglot_requests_total{path="/search",status="200"}' in said
    assert 'isoglot_passages{lang="de"} 48.0' in said
    assert QUERY not in said


def test_a_changed_index_is_seen(repaired_index: Path, tmp_path: Path) -> None:
    place = shutil.copytree(repaired_index, tmp_path / "index")
    with served(create_app(Index(place))) as service:
        first = service.search(QUERY).json["hits"][0]["id"]
        build.delete(place, [first])
        assert first not in [hit["id"] for hit in service.search(QUERY, k=96).json["hits"]]
        repaired, bare = (service.search(QUERY, repair=repair).json["hits"] for repair in (True, False))
        build.repair(place, None)
        assert service.search(QUERY).json["hits"] == service.search(QUERY, repair=False).json["hits"] == bare
        assert bare != repaired
        shutil.rmtree(place)
        gone = service.search(QUERY)
        assert (gone.status, gone.headers["retry-after"]) == (503, "1")
        assert str(place) not in gone.reason
        assert service.ask("GET", "/health").status == 503
