"""The documentation's commands run, in the order of a page and in a folder with what the page names.

Blocks tagged ``run`` run in the default suite, in this process. There a tiny encoder stands in for ``e5-small``, halves
of the sample for named data sets, and servers on this machine for others. Those tagged ``slow`` run by
``make docs-slow``, as a shell runs them, with the real encoder and the data in ISOGLOT_MIRROR.
"""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from helpers.embedding import EmbeddingServer
from helpers.given import write_given
from helpers.hub import TOKEN, Hub
from helpers.pages import COMMANDS, DATA, PAGES, ROOT, RUN, SLOW, blocks, name_of
from helpers.server import serving
from isoglot.cli import main

STAND_INS = {
    r"(?<![\w-])(?:intfloat/multilingual-)?e5-small(?:@main)?(?![\w/-])": "ENCODER",
    r"\bsample@de,en,es\b": "my-docs",
    r"\bxquad-r(?=[\", \n])": "xquad-r@de,en",
    r"\bmlqa-r(?=[\", \n])": "mlqa-r@en,es",
    r"\b(xquad|mlqa)-r@": "sample/test@",
    r"\brecipes/multilingual\.toml": "again.toml",
    r"\"apertium\"": "engine",
    r"^steps = \d+": "steps = 2",
    r"^(warmup_steps|mini_batch|freeze_layers) = \d+": r"\1 = 1",
    r"^(query|passage)_tokens = \d+": r"\1_tokens = 32",
    r"^size = \d+": "size = 4",
}
"""What a page says -> what runs in its place, in the default suite."""

ENGINE = SimpleNamespace(
    name="labels",
    check=lambda source, target: None,
    translate=lambda texts, *, source, target: [f"{target}: {text}" for text in texts],
)

USERS_CACHE = os.environ.get("ISOGLOT_CACHE")
"""As it is before the tests take an empty one."""

Shell = Callable[[str], None]


def _with(tag: str) -> list[Any]:
    """Pages that have blocks of the tag."""
    found = (page for page in PAGES if any(block.tag == tag for block in blocks(page.read_text(encoding="utf-8"))))
    return [pytest.param(page, id=name_of(page)) for page in found]


@pytest.fixture(scope="module")
def given(
    tiny_encoder: Path,
    tiny_sparse_encoder: Path,
    tiny_token_encoder: Path,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Path:
    """What every page begins with."""
    folder = tmp_path_factory.mktemp("given")
    write_given(folder, getattr(request, "param", str(tiny_encoder)))
    shutil.copytree(tiny_sparse_encoder, folder / "my-splade")
    shutil.copytree(tiny_token_encoder, folder / "my-colbert")
    return folder


@pytest.fixture
def place(given: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of a page."""
    shutil.copytree(given, tmp_path / "page")
    shutil.copytree(ROOT / "examples", tmp_path / "page" / "examples")
    monkeypatch.chdir(tmp_path / "page")
    return tmp_path / "page"


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page's own, which it may clear."""
    monkeypatch.setenv("ISOGLOT_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def users_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the user has: the real encoder takes minutes to make, and its vectors take longer."""
    if USERS_CACHE is None:
        monkeypatch.delenv("ISOGLOT_CACHE")
    else:
        monkeypatch.setenv("ISOGLOT_CACHE", USERS_CACHE)


@pytest.fixture
def servers(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The hub and one of embeddings, both on this machine, and no service that waits for questions."""
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setattr("isoglot.search.service.run.serve", lambda place, **options: None)
    with serving(EmbeddingServer) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        yield


@pytest.mark.usefixtures("servers", "own_cache")
@pytest.mark.parametrize("page", _with(RUN))
def test_what_a_page_runs_runs(page: Path, place: Path, tiny_encoder: Path) -> None:
    def stood_in(text: str) -> str:
        for pattern, word in STAND_INS.items():
            text = re.sub(pattern, word.replace("ENCODER", str(tiny_encoder)), text, flags=re.MULTILINE)
        return text

    _run(page, place, tags=(RUN,), encoder=tiny_encoder, shell=_in_process, stood_in=stood_in)


@pytest.mark.slow_docs
@pytest.mark.usefixtures("users_cache")
@pytest.mark.parametrize("given", ["e5-small"], indirect=True)
@pytest.mark.parametrize("page", _with(SLOW))
def test_what_a_page_runs_runs_slowly(page: Path, place: Path, tiny_encoder: Path) -> None:
    """In a copy of what the repository tracks."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, tracked.split("\0")):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, place / name)
    _run(page, place, tags=(RUN, SLOW), encoder=tiny_encoder, shell=_by_bash, stood_in=lambda text: text)


def _run(
    page: Path, place: Path, *, tags: tuple[str, ...], encoder: Path, shell: Shell, stood_in: Callable[[str], str]
) -> None:
    names = _names(encoder)
    for block in blocks(page.read_text(encoding="utf-8")):
        text = stood_in(block.text)
        if block.kind in DATA and block.tag:
            (place / block.tag).parent.mkdir(parents=True, exist_ok=True)
            (place / block.tag).write_text(text, encoding="utf-8")
        elif block.kind in COMMANDS and block.tag in tags:
            where = f"{name_of(page)}:{block.line}"
            if block.kind == "python":
                exec(compile("\n" * block.line + text, str(page), "exec"), names)
            else:
                print(where)
                shell(text)


def _names(encoder: Path) -> dict[str, Any]:
    """What snippets use and do not make: a model and a loss of the reader's, an engine, languages of stored vectors."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    model = SentenceTransformer(str(encoder), device="cpu")
    names = {"model": model, "loss": MultipleNegativesRankingLoss(model), "engine": ENGINE}
    return names | {"languages": ["en", "de", "en"]}


def _in_process(text: str) -> None:
    """Commands of isoglot, without what a shell would do besides: variables before a command, a pipe behind it."""
    for line in filter(str.strip, text.replace("\\\n", " ").splitlines()):
        words = shlex.split(line.partition(" | ")[0], comments=True)
        while words and re.match(r"[A-Z_]+=", words[0]):
            words.pop(0)
        assert words[0] == "isoglot", f"{line}: tag it slow, for this is no command of isoglot"
        with pytest.raises(SystemExit) as stopped:
            main([*words[1:], "--yes"])
        assert stopped.value.code == 0, line


def _by_bash(text: str) -> None:
    subprocess.run(["bash", "-euo", "pipefail", "-c", text], check=True, env=os.environ)
