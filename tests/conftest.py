"""What all tests share: a cache of their own, and the real data where it is at hand."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from helpers.hub import Hub, serving

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the command does: busy waiting costs much on shared cores
os.environ.setdefault("OMP_NUM_THREADS", "1")  # `make test` has a process for every core

# On a busy machine the time of an example says nothing; every run of the tests draws other examples.
settings.register_profile("isoglot", deadline=None, max_examples=50)
settings.load_profile("isoglot")

BESIDE_THE_CLONE = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session", autouse=True)
def isoglot_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty cache, so that no test reads or writes what the user has downloaded."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ISOGLOT_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def written_without_waiting() -> Iterator[None]:
    """Nothing that a test writes has to outlive a power failure, so no test waits for the disk."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda file: None)
        yield


@pytest.fixture(scope="module", autouse=True)
def imported_once() -> None:
    """What is imported stays, so no collection of garbage looks through it; every training does a full one."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of real data, set as ISOGLOT_MIRROR; tests that ask for it skip where there is none."""
    root = Path(os.environ.get("ISOGLOT_MIRROR") or BESIDE_THE_CLONE)
    if not root.is_dir():
        pytest.skip("needs the real data: set ISOGLOT_MIRROR to its folder, or lay it at ../shared/data")
    monkeypatch.setenv("ISOGLOT_MIRROR", str(root))
    return root


@pytest.fixture(scope="session")
def hub_server() -> Iterator[Hub]:
    """The stand-in hub of the session; tests ask for ``hub``."""
    with serving() as hub:
        yield hub


@pytest.fixture
def hub(hub_server: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A stand-in for the hub, with nothing in it; the client asks it without waiting, and the cache is empty too."""
    for kept in (hub_server.revisions, hub_server.closed, hub_server.faults, hub_server.asked, hub_server.made):
        kept.clear()
    monkeypatch.setenv("HF_ENDPOINT", hub_server.url)
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("ISOGLOT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.delenv("ISOGLOT_LOCK", raising=False)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return hub_server


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers folder with random weights; the same for every test, so leave it as it is."""
    from helpers.tiny import write_tiny_encoder  # imports torch, which most tests do without

    return write_tiny_encoder(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def tiny_sparse_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a SparseEncoder with random weights."""
    from helpers.tiny import write_tiny_sparse_encoder

    return write_tiny_sparse_encoder(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def tiny_token_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of a MultiVectorEncoder with random weights."""
    from helpers.tiny import write_tiny_token_encoder

    return write_tiny_token_encoder(tmp_path_factory.mktemp("tiny"))
