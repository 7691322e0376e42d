"""Gettext catalogues in the forms that po4a, itstool and LibreOffice write: whole sections, or none."""

from pathlib import Path
from typing import NamedTuple

import polib
import pytest

from isoglot.documents import counts
from isoglot.documents.catalogue import read_catalogue
from isoglot.documents.catalogues import read_catalogues
from isoglot.errors import DataError


class Entry(NamedTuple):
    kind: str  # the extracted comment
    place: str  # "page:line", several with spaces; or a context "page.xhp name"
    original: str
    translation: str = ""
    state: str = ""


def write(path: Path, *entries: Entry) -> Path:
    file = polib.POFile()
    file.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    for kind, place, original, translation, state in entries:
        entry = polib.POEntry(msgid=original, msgstr=translation, comment=kind, obsolete=state == "obsolete")
        if ".xhp" in place:
            entry.msgctxt = "\n".join([*place.split(), "help.text"])
        else:
            entry.occurrences = [tuple(at.rsplit(":", 1)) for at in place.split()]
        if state == "fuzzy":
            entry.flags.append("fuzzy")
        if state == "plural":
            entry.msgid_plural, entry.msgstr_plural, entry.msgstr = "many", {0: "a", 1: "b"}, ""
        file.append(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    file.save(str(path))
    return path


P = "type: Plain text"
PO4A = [
    Entry("type: Title #", "../en/a.md:1 ../en/b.md:1", "The *start*", "Der *Anfang*"),
    Entry(P, "../en/b.md:9", "Second, see [x](y).", "Zweitens, siehe [x](y)."),
    Entry(P, "../en/b.md:3", "First `a<b`.", "Erstens `a<b`."),
    Entry(P, "../en/a.md:3", "Only in a.", "Nur in a."),
]
X = "type: Content of: "
XML = [
    Entry(X + "<html><head><title>", "i.html:2", "Site", "Seite"),
    Entry(X + "<html><body><div><h2>", "i.html:3", "Pay &amp; go", "Zahlen &amp; gehen"),
    Entry(
        X + "<html><body><p>",
        "i.html:4",
        'Use <a href="x">cards</a>.<br/>Or 5 &lt; 6.',
        "Mit <b>Karten</b>.<br/>Oder 5 &lt; 6.",
    ),
    Entry(X + "<book><chapter><info><title>", "i.html:5", "Rules", "Regeln"),
    Entry(X + "<book><chapter><table><title>", "i.html:6", "A table", "Eine Tabelle"),
]
ITSTOOL = [
    Entry("(itstool) path: credit/name", "C/k.page:1", "Ann", "Ann"),
    Entry("(itstool) path: info/desc", "C/k.page:2", "Short.", "Kurz."),
    Entry("(itstool) path: page/title", "C/k.page:3", "Bounce <gui>keys</gui>", "<gui>Tasten</gui> prellen"),
    Entry("(itstool) path: note/title", "C/k.page:4", "Mind", "Vorsicht"),
    Entry("(itstool) path: item/p", "C/k.page:5", "Press <_:link-1/> now.", "Jetzt <_:link-1/> drücken."),
]
HELP = [
    Entry("XAt2Y", "k.xhp tit", "Keys", "Tasten"),
    Entry("xUTz4", "k.xhp bm_id1", "<bookmark_value>keys</bookmark_value>", "<bookmark_value>Tasten</bookmark_value>"),
    Entry(
        "94MGB",
        "k.xhp hd_id2",
        '<variable id="k"><link href="a" name="b">Keys</link></variable>',
        "<link>Tasten</link>",
    ),
    Entry("PYtpk", "k.xhp par_id3", "Press \\<emph\\>Enter\\</emph\\>.", "<emph>Eingabe</emph> drücken."),
]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (
            PO4A,
            [
                ("en/a.md#@1", "The start", "Only in a.", "Der Anfang", "Nur in a."),
                (
                    "en/b.md#@1",
                    "The start",
                    "First a<b.\nSecond, see x.",
                    "Der Anfang",
                    "Erstens a<b.\nZweitens, siehe x.",
                ),
            ],
        ),
        (
            XML,
            [
                ("i.html#@1", "Pay & go", "Use cards. Or 5 < 6.", "Zahlen & gehen", "Mit Karten. Oder 5 < 6."),
                ("i.html#@2", "Rules", "A table", "Regeln", "Eine Tabelle"),
            ],
        ),
        (ITSTOOL, [("C/k.page#@1", "Bounce keys", "Mind\nPress now.", "Tasten prellen", "Vorsicht\nJetzt drücken.")]),
        (HELP, [("k.xhp#hd_id2", "Keys", "Press Enter.", "Tasten", "Eingabe drücken.")]),
    ],
)
def test_pages_are_put_together_again(tmp_path: Path, entries: list[Entry], expected: list[tuple[str, ...]]) -> None:
    data, _ = read_catalogues({"de": write(tmp_path / "de.po", *entries)}, original="en", domain="help")
    found = [
        (row["id"], row["query"]["en"], row["passage"]["en"], row["query"]["de"], row["passage"]["de"]) for row in data
    ]
    assert found == expected
    assert all(row["group"] == row["id"].split("#")[0] and row["domain"] == "help" for row in data)


@pytest.mark.parametrize(
    ("state", "reason", "items"),
    [
        ("fuzzy", counts.FUZZY, 1),
        ("missing", counts.NOT_TRANSLATED, 1),
        ("plural", counts.PLURAL, 2),
        ("obsolete", counts.OBSOLETE, 2),
    ],
)
def test_a_section_is_translated_whole_or_not_at_all(tmp_path: Path, state: str, reason: str, items: int) -> None:
    odd = Entry(
        P, "" if state == "obsolete" else "en/b.md:5", "Odd one.", "" if state == "missing" else "Seltsam.", state
    )
    path = write(tmp_path / "de.po", *(entry._replace(place=entry.place.replace("../", "")) for entry in PO4A), odd)
    data, told = read_catalogues({"de": path}, original="en", domain="help")
    assert told.lost_entries["de", reason] == 1
    assert (told.items["en"], told.items["de"], told.lost_sections["de", counts.INCOMPLETE]) == (2, items, 2 - items)
    passages = [row["passage"] for row in data if row["group"] == "en/b.md"]
    assert ("Odd one." in passages[0]["en"]) == ("de" not in passages[0]) == (items == 1)


def test_languages_meet_where_their_originals_are_the_same(tmp_path: Path) -> None:
    write(tmp_path / "de" / "help.po", *PO4A)
    changed = PO4A[3]._replace(original="Only in a, since today.", translation="Seulement en a.")
    write(tmp_path / "fr" / "help.po", *(e._replace(translation=f"fr {e.translation}") for e in PO4A[:3]), changed)
    data, told = read_catalogues({lang: tmp_path / lang for lang in ("de", "fr")}, original="en", domain="help")
    assert [(row["group"], sorted(row["query"])) for row in data] == [
        ("help/en/a.md", ["de", "en"]),
        ("help/en/a.md", ["en", "fr"]),
        ("help/en/b.md", ["de", "en", "fr"]),
    ]
    assert told.items == {"en": 3, "de": 2, "fr": 2}


def test_paragraphs_can_be_read_without_headings_but_make_no_items(tmp_path: Path) -> None:
    path = write(
        tmp_path / "de.po", Entry("", "../../index.rst:4", "Hello", "Hallo"), Entry("", "../../index.rst:2", "Hi", "")
    )
    assert [(p.original, p.translation) for p in read_catalogue(path).pages["index.rst"]] == [
        ("Hi", None),
        ("Hello", "Hallo"),
    ]
    with pytest.raises(DataError, match=r"de: no section of it can be used; .*'(no heading|untranslated)'"):
        read_catalogues({"de": path}, original="en", domain="help")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'msgid "a\nmsgstr', counts.UNREADABLE),
        (b'msgid "a"\nmsgstr "\xff"\n', counts.UNDECODABLE),
        (b'#. type: Title #\n#: c.md:1\nmsgid "a"\nmsgstr "The translation breaks o\n', counts.CUT_SHORT),
        (b'msgid "a"\nmsgstr ""\n"it ends in a mark \\"', counts.CUT_SHORT),
    ],
)
def test_a_broken_catalogue_is_counted(tmp_path: Path, content: bytes, reason: str) -> None:
    write(tmp_path / "de" / "good.po", *PO4A)
    (tmp_path / "de" / "bad.po").write_bytes(content)
    data, told = read_catalogues({"de": tmp_path / "de"}, original="en", domain="help")
    assert (len(data), told.lost_pages["de", reason]) == (2, 1)


def test_a_line_that_is_no_number_of_a_line_is_none(tmp_path: Path) -> None:
    path = write(tmp_path / "de.po", Entry("type: Title #", f"a.md:{'9' * 5_000}", "Hello", "Hallo"))
    assert [p.original for p in read_catalogue(path).pages["a.md"]] == ["Hello"]


def test_section_numbers_are_no_part_of_a_heading(tmp_path: Path) -> None:
    entries = [
        Entry("type: Title ##", "a.md:1", "1.2. Start", "1.2. Anfang"),
        Entry(P, "a.md:2", "Begin here.", "Hier beginnen."),
        Entry("type: Title ##", "a.md:3", "3. End", "3. Ende"),
        Entry(P, "a.md:4", "End here.", "Hier enden."),
    ]
    data, _ = read_catalogues({"de": write(tmp_path / "de.po", *entries)}, original="en", domain="help")
    assert [row["query"] for row in data] == [{"en": "Start", "de": "Anfang"}, {"en": "End", "de": "Ende"}]
