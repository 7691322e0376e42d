"""Folders of pages to data: nothing gets in that is not a translation, and nothing stays out uncounted."""

from pathlib import Path

import pytest

from isoglot.data.parallel import ParallelDataset
from isoglot.documents import counts
from isoglot.documents.counts import DocumentCounts
from isoglot.documents.read import read_documents
from isoglot.errors import DataError


def lay(root: Path, files: dict[str, str | bytes]) -> dict[str, Path]:
    """Files by ``language/path`` and the folders of their languages."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return {name.split("/")[0]: root / name.split("/")[0] for name in files}


def read(root: Path, files: dict[str, str | bytes]) -> tuple[ParallelDataset, DocumentCounts]:
    return read_documents(lay(root, files), domain="help")


GOOD: dict[str, str | bytes] = {
    "en/a/pay.html": "<h1 id=pay>Paying</h1><p>You can pay by card.<h2>Fees</h2><p>There are none.",
    "de/a/pay.html": "<h1 id=pay>Zahlen</h1><p>Sie können mit Karte zahlen.<h2>Kosten</h2><p>Es gibt keine.",
}


def test_items_are_headings_with_their_text_named_by_page_and_anchor(tmp_path: Path) -> None:
    data, told = read(tmp_path, GOOD)
    first, second = list(data)
    assert (first["id"], first["group"], first["domain"]) == ("a/pay.html#pay", "a/pay.html", "help")
    assert first["query"] == {"en": "Paying", "de": "Zahlen"}
    assert first["passage"] == {"en": "You can pay by card.", "de": "Sie können mit Karte zahlen."}
    assert (second["id"], second["query"]["de"], second["group"]) == ("a/pay.html#@2", "Kosten", "a/pay.html")
    assert told.table() == [("de", "item", "", 2), ("de", "page", "", 1), ("en", "item", "", 2), ("en", "page", "", 1)]


def test_the_counts_are_the_same_when_the_data_was_cached(tmp_path: Path) -> None:
    folders = lay(tmp_path, GOOD)
    (first, told), (second, again) = (read_documents(folders, domain="help") for _ in range(2))
    assert first.fingerprint == second.fingerprint
    assert told == again
    lay(tmp_path, {"de/a/pay.html": "<h1 id=pay>Bezahlen</h1><p>Sie können mit Karte zahlen."})
    assert read_documents(folders, domain="help")[0].fingerprint != first.fingerprint


# A second page in German -> what is counted for it. Its English text is "Paying by card is easy here."
FAULTS: list[tuple[bytes, str, str]] = [
    (b"<h1 id=b>Karten</h1><p>\xff\xfe kaputt", "lost_pages", counts.UNDECODABLE),
    (b"<meta charset=martian><h1 id=b>Karten</h1>x", "lost_pages", counts.UNDECODABLE),
    (b"<h1 id=b>Karten</h1>\0", "lost_pages", counts.UNDECODABLE),
    (b"<body><div><h1 id=b>Karten</h1><p>Mit Karte za", "lost_pages", counts.CUT_SHORT),
    (b"<body><p>Text ohne Titel", "lost_pages", counts.NO_HEADING),
    (b"", "lost_pages", counts.EMPTY_PAGE),
    (b"<h1 id=b>Karten</h1><nav>Start</nav>", "lost_sections", counts.EMPTY),
    (b"<h1 id=b><img src=x></h1>Text", "lost_sections", counts.UNNAMED),
    ("<h1 id=b>Karten</h1>gel\ufffdscht".encode(), "lost_sections", counts.DAMAGED),
    (b"<h1 id=b>Karten</h1>Paying by card is EASY here.", "lost_sections", counts.UNTRANSLATED),
    (b"<h1 id=b>Karten</h1><p>Paying by card is easy here.<p>Ganz einfach.", "lost_sections", counts.UNTRANSLATED),
    (b"<h2 id=c>Karten</h2>Text", "lost_sections", counts.UNALIGNED),
    (b"<h1 id=b>Karten</h1><p><a href=x>Weiter zur Kasse</a>", "lost_blocks", counts.LINKS),
]


@pytest.mark.parametrize(("german", "where", "reason"), FAULTS)
def test_what_cannot_be_used_stays_out_and_is_counted(tmp_path: Path, german: bytes, where: str, reason: str) -> None:
    english = "<h1 id=b>Cards</h1>Paying by card is easy here."
    data, told = read(tmp_path, {**GOOD, "en/b.html": english, "de/b.html": german})
    assert getattr(told, where)["de", reason] == 1
    assert told.items == {"en": 3, "de": 2}
    assert [row["query"] for row in data if row["group"] == "b.html"] == [{"en": "Cards"}]


def test_code_that_translators_leave_as_it_is_does_not_make_a_copy(tmp_path: Path) -> None:
    code = "<pre>open the file or die trying</pre>"
    data, _ = read(tmp_path, {f"{lang}/a.html": f"<h1 id=x>{lang}</h1>{lang} file{code}" for lang in ("en", "de")})
    assert [row["passage"]["de"] for row in data] == ["de file\nopen the file or die trying"]


def test_a_page_that_the_system_gives_no_access_to_is_counted(tmp_path: Path) -> None:
    folders = lay(tmp_path, {**GOOD, "en/a/b.md": "# A\n\nb"})
    (tmp_path / "de/a/b.md").symlink_to("nowhere")
    _, told = read_documents(folders, domain="help")
    assert told.lost_pages == {("de", counts.UNREADABLE): 1}


def test_a_page_that_a_language_lacks_is_counted_and_kept_in_the_others(tmp_path: Path) -> None:
    data, told = read(tmp_path, {**GOOD, "de/nur.md": "# Nur hier\n\nKein Original."})
    assert told.lost_pages == {("en", counts.MISSING): 1}
    assert [row["query"] for row in data if row["group"] == "nur.md"] == [{"de": "Nur hier"}]


def test_encodings_are_those_that_pages_declare(tmp_path: Path) -> None:
    pages: dict[str, str | bytes] = {
        "de/a/pay.html": "<meta charset=iso-8859-1><h1 id=pay>Löschen</h1>Für 5 €".encode("cp1252"),
        "en/a/pay.html": "\ufeff<h1 id=pay>Delete</h1>For 5 €".encode("utf-16"),
    }
    (row,), _ = read(tmp_path, pages)
    assert (row["query"], row["passage"]["de"]) == ({"de": "Löschen", "en": "Delete"}, "Für 5 €")


def test_generated_ids_align_nothing_and_section_numbers_are_not_read(tmp_path: Path) -> None:
    title, part = '<h2><a id="tool"></a>2.2. {}</h2><p>{}</p>', '<h3><a id="idm{}"></a>2.2.{}. {}</h3><p>{}</p>'
    english = title.format("Tool", "A.") + part.format(10, 1, "Start", "B.") + part.format(20, 2, "Keys", "C.")
    german = title.format("Werkzeug", "X.") + part.format(20, 1, "Aufruf", "Y.") + part.format(35, 2, "Tasten", "Z.")
    data, told = read(tmp_path, {"en/a.html": english, "de/a.html": german})
    assert [row["query"] for row in data] == [
        {"en": "Tool", "de": "Werkzeug"},
        {"en": "Start", "de": "Aufruf"},
        {"en": "Keys", "de": "Tasten"},
    ]
    assert not told.lost_sections.total()


def test_text_of_most_pages_is_boilerplate_and_a_name_may_be_the_same_in_both(tmp_path: Path) -> None:
    pages: dict[str, str | bytes] = {}
    for n in range(6):
        for language, word in (("en", "Text"), ("de", "Wort")):
            pages[f"{language}/{n}.html"] = (
                f"<h1 id=x>Name {n}</h1><p>{word} {n}<p>Was this helpful?<h2>Vote</h2>Yes or no"
            )
    data, told = read(tmp_path, pages)
    assert [row["passage"] for row in data] == [{"en": f"Text {n}", "de": f"Wort {n}"} for n in range(6)]
    assert told.lost_blocks["de", counts.BOILERPLATE] == 12
    assert told.lost_sections["de", counts.EMPTY] == 6


def test_ids_are_unique_where_a_page_repeats_an_anchor(tmp_path: Path) -> None:
    data, _ = read(
        tmp_path, {f"{lang}/a.html": f"<h1 id=x>A {lang}</h1>b<h1 id=x>C {lang}</h1>d" for lang in ("en", "de")}
    )
    assert [row["id"] for row in data] == ["a.html#x", "a.html#@2"]
    assert [sorted(row["query"]) for row in data] == [["de", "en"]] * 2


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"en/a.txt": ""}, "no page in it"),
        ({"en/a.md": "# A\n\nb", "de/b.md": "# A\n\nb"}, "has the path of a page in another language"),
        ({"en/a.md": "# A\n\nb", "de/a.md": ""}, r"de: no section of it can be used; .*'empty' \(1 times\)"),
        ({"en/a.md": "# A\n\nb", "EN/a.md": "# A\n\nb"}, "given twice"),
        ({"en/\udcff.md": "# A\n\nb"}, "file's name is not UTF-8"),
        ({"klingon!/a.md": "# A"}, "not a language code"),
    ],
)
def test_what_gives_no_data_at_all_is_an_error(tmp_path: Path, files: dict[str, str | bytes], message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(tmp_path, files)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nowhere: no such folder"):
        read_documents({"en": tmp_path / "nowhere"}, domain="help")
