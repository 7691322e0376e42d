"""Bytes of pages: the labels and the decoders are those of browsers, not Python's of the same names."""

import pytest

from isoglot.documents.encodings import decode

# Label -> text that Python's codec of that name cannot read, and the codec that wrote it.
LABELS = [
    ("Shift_JIS", "①髙村～ー", "cp932"),
    ("x-sjis", "㈱日本", "cp932"),
    ("gb2312", "朱镕基", "gbk"),
    ("GBK", "㐀", "gb18030"),
    ("euc-kr", "똠방각하", "cp949"),
    ("ks_c_5601-1987", "뷁", "cp949"),
    ("Big5", "嗰啲粵語", "big5hkscs"),
    ("iso-8859-1", "“10 €”", "cp1252"),
    ("us-ascii", "ü", "cp1252"),
    ("iso-8859-9", "ğ€", "cp1254"),
    ("x-mac-cyrillic", "Привет", "mac-cyrillic"),
    ("euc-jp", "日本語", "euc_jp"),
]


@pytest.mark.parametrize(
    "form", ['<meta charset="{}">', "<META http-equiv=content-type content='text/html;charset={}'>"]
)
@pytest.mark.parametrize(("label", "text", "codec"), LABELS)
def test_labels_are_those_of_the_encoding_standard(form: str, label: str, text: str, codec: str) -> None:
    markup = f"<!-- <meta charset=utf-8> -->{form.format(label)}<h1>{text}</h1>"
    assert decode(markup.encode(codec), is_html=True) == markup


@pytest.mark.parametrize(
    ("content", "end"),
    [
        (b"<meta charset=euc-jp>\xad\xa1\xad\xea", "①㈱"),
        (b"<meta charset=gbk>\x80 5", "€ 5"),
        (b"<meta charset=windows-1252>a\x81b", "a\x81b"),
    ],
)
def test_what_browsers_read_and_python_does_not(content: bytes, end: str) -> None:
    assert (decode(content, is_html=True) or "").endswith(f">{end}")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b'<meta name=description content="charset=big5">\xc3\xbc', "ü"),
        (b"<meta charset=utf-16>\xc3\xbc", "ü"),
        (b'<?xml version="1.0" encoding="iso-8859-2"?>\xb1', "ą"),
        (b"<script>" + b" " * 2_000 + b"</script><meta charset=koi8-r>\xc1", "а"),
        (b"\xef\xbb\xbf<meta charset=big5>\xc3\xbc", "ü"),
        ("\ufeff<meta charset=utf-8>ü".encode("utf-16-be"), "ü"),
    ],
)
def test_what_counts_as_a_declaration(content: bytes, text: str) -> None:
    assert (decode(content, is_html=True) or "")[-1:] == text


@pytest.mark.parametrize(
    "content",
    [b"<meta charset=martian>a", b"<meta charset=hz-gb-2312>a", b"\xe4", b"<meta charset=shift_jis>\x81", b"\xff\xfea"],
)
def test_what_is_no_text_is_none(content: bytes) -> None:
    assert decode(content, is_html=True) is None


def test_markdown_declares_nothing() -> None:
    assert decode(b"`<meta charset=big5>` \xc3\xbc", is_html=False) == "`<meta charset=big5>` ü"
