"""Build the documentation as a site, from docs/, the README, the changes and the docstrings of what is public.

    python website/build.py [--output site]

A link to a page or a heading that is not there, and a page that stands in no menu, end it.
"""

import argparse
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml
from markdown.extensions.toc import slugify

import isoglot

ROOT = Path(__file__).parents[1]

_COPIES = {"README.md": "index.md", "CHANGELOG.md": "changes.md"}
_PARTS = {
    "verbs": ("Verbs", "One function for each command: subjects first, options by name."),
    "results": (
        "Results and data",
        "What verbs return and take. A result has `to_dict()`, `save(path)` and `to_frame()`.",
    ),
    "options": ("Options and configuration", "Frozen records, and what a TOML file holds."),
}
_LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)#\s]*)(?P<anchor>#[^)\s]*)?\)")
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_TAGGED = re.compile(r"^```(sh|python|toml|jsonl?) (\S+)$", re.MULTILINE)
_ROLE = re.compile(r":(?:func|class|meth|mod|attr|data|exc):`(~?)([^`]+)`")
_SHOWN = (".svg", ".png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=ROOT / "site", help="folder of the site; what is there goes")
    output: Path = parser.parse_args().output
    pages = sources()
    faults = list(unlinked(pages))
    if faults:
        sys.exit("\n".join(faults))
    with tempfile.TemporaryDirectory(dir=ROOT / "website") as made:
        folder = Path(made)
        for place, text in pages.items():
            (folder / "pages" / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / "pages" / place).write_text(text, encoding="utf-8")
        for picture in (path for path in (ROOT / "docs").rglob("*") if path.suffix in _SHOWN):
            target = folder / "pages" / picture.relative_to(ROOT / "docs")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(picture, target)
        shutil.copy(ROOT / "website" / "mkdocs.yml", folder)
        _write_code(folder / "src")
        said = subprocess.run(
            [sys.executable, "-m", "zensical", "build", "--strict"],
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
        )
        if wrong := [line for line in (said.stdout + said.stderr).splitlines() if line.startswith("griffe: ")]:
            sys.exit("\n".join(wrong))
        shutil.rmtree(output, ignore_errors=True)
        shutil.move(folder / "html", output)


def _write_code(folder: Path) -> None:
    """The code whose docstrings are read, with Markdown where they have roles and literal blocks of Sphinx."""
    for path in (ROOT / "src").rglob("*.py"):
        text = _ROLE.sub(
            lambda role: f"`{role[2].rpartition('.')[2] if role[1] else role[2]}`", path.read_text(encoding="utf-8")
        )
        target = folder / path.relative_to(ROOT / "src")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text.replace("Example::\n", "Example:\n"), encoding="utf-8")


def sources() -> dict[str, str]:
    """Place in the site -> Markdown, with links as the site has them."""
    files = {str(path.relative_to(ROOT)): path for path in sorted((ROOT / "docs").rglob("*.md"))}
    files |= {name: ROOT / name for name in _COPIES}
    texts = {place: _linked(place, path.read_text(encoding="utf-8")) for place, path in files.items()}
    pages = {_page(place): text for place, text in texts.items()}
    return pages | {f"reference/{part}.md": _reference(part) for part in _PARTS}


def unlinked(pages: dict[str, str]) -> Iterator[str]:
    """What is wrong with the pages, a line each."""
    menu = set(_menu(yaml.safe_load((ROOT / "website" / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]))
    linked = set(menu)
    for place, text in pages.items():
        for link in _LINK.finditer(_FENCE.sub("", text)):
            target = link["target"]
            if ":" in target or target.endswith(_SHOWN):
                continue
            page = posixpath.normpath(posixpath.join(posixpath.dirname(place), target)) if target else place
            linked.add(page)
            if page not in pages:
                yield f"{place}: links to {target}, which is no page"
            elif link["anchor"] and link["anchor"][1:] not in _anchors(pages[page]):
                yield f"{place}: links to {target}{link['anchor']}, which is no heading there"
    yield from (f"{place}: no menu and no page leads to it" for place in sorted(pages.keys() - linked))
    yield from (f"{place}: stands in the menu and is no page" for place in sorted(menu - pages.keys()))


def _linked(place: str, text: str) -> str:
    """A file of the repository that is no page is named, and not linked to."""

    def mended(link: re.Match[str]) -> str:
        if not link["target"] or ":" in link["target"]:
            return link[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(place), link["target"]))
        if not path.endswith((".md", *_SHOWN)) or not path.startswith(("docs/", *_COPIES)):
            return link["text"] if path in link["text"] else f"{link['text']} (`{path}`)"
        inside = posixpath.relpath(_page(path), posixpath.dirname(_page(place)) or ".")
        return f"{link['image']}[{link['text']}]({inside}{link['anchor'] or ''})"

    return _LINK.sub(mended, _TAGGED.sub(_titled, text))


def _titled(fence: re.Match[str]) -> str:
    """A block of commands without its tag, which is for the tests; one that is a file under its name."""
    return f"```{fence[1]}" if fence[1] in ("sh", "python") else f'```{fence[1]} title="{fence[2]}"'


def _page(path: str) -> str:
    return _COPIES.get(path, path.removeprefix("docs/"))


def _menu(entries: list[object]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, dict):
            for inner in entry.values():
                yield from _menu(inner if isinstance(inner, list) else [inner])
        else:
            yield str(entry)


def _anchors(text: str) -> set[str]:
    return {slugify(_plain(heading), "-") for heading in _HEADING.findall(_FENCE.sub("", text))}


def _plain(heading: str) -> str:
    return _LINK.sub(lambda link: link["text"], heading).replace("`", "")


def _reference(part: str) -> str:
    title, sentence = _PARTS[part]
    names = [name for name in isoglot._HOMES if _part(name) == part]
    return (
        "\n\n".join([f"# {title}", sentence, *(f"::: isoglot.{isoglot._HOMES[name]}.{name}" for name in names)]) + "\n"
    )


def _part(name: str) -> str:
    if name[0].islower():
        return "verbs"
    return "options" if name.endswith(("Options", "Config")) or name in ("Choice", "Criterion") else "results"


if __name__ == "__main__":
    main()
