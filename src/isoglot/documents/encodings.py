"""Bytes of a page to text, as browsers decode them (Encoding standard, https://encoding.spec.whatwg.org).

The labels are webencodings' (``shift_jis`` is what Windows calls 932, ``gb2312`` is GBK, ``latin1`` is windows-1252),
and the decoders Python's, which lack some of what the standard's have: :func:`_as_browsers_do` adds it.
"""

import codecs
import re

import webencodings
from selectolax.lexbor import LexborHTMLParser

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16le", codecs.BOM_UTF16_BE: "utf-16be"}
_PRESCAN = 1024  # bytes that browsers search for a declaration before they begin to decode (HTML standard, 13.2.3.2)
_XML = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']?\s*([\w.:-]+)")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';]+)", re.IGNORECASE)
_REPLACEMENT = "replacement"  # the standard decodes these (hz-gb-2312, iso-2022-kr) to nothing, for they hide scripts
# A page that could be read to that place is not in UTF-16, whatever it says (HTML standard, 13.2.3.2).
_NOT_DECLARED = {"utf-16le": "utf-8", "utf-16be": "utf-8", "x-user-defined": "windows-1252"}
_DECODERS = {"gbk": "gb18030"}  # the standard's decoder of GBK is that of gb18030
_EURO = 0x80  # in GBK, by Windows
_C1 = range(0x80, 0xA0)
_ROWS = range(0xA1, 0xFF)  # of both bytes of a character in EUC


def decode(content: bytes, *, is_html: bool) -> str | None:
    """Text by its byte order mark, what an HTML page declares, or UTF-8; none where it is not that."""
    mark = next((mark for mark in _MARKS if content.startswith(mark)), b"")
    if mark:
        return _decoded(content[len(mark) :], _MARKS[mark])
    label = _declared(content[:_PRESCAN]) if is_html else ""
    text = _decoded(content, label or "utf-8")
    if text is None and is_html and not label and (late := _declared(content)):  # browsers begin anew at a late one
        text = _decoded(content, late)
    return text


def _declared(start: bytes) -> str:
    """The label in the first ``<meta>`` that has one, or in an XML declaration."""
    for meta in LexborHTMLParser(start.decode("latin-1")).css("meta"):
        said = meta.attributes
        if charset := (said.get("charset") or "").strip():
            return _NOT_DECLARED.get(_name(charset), charset)
        is_type = (said.get("http-equiv") or "").strip().lower() == "content-type"
        if is_type and (found := _CHARSET.search(said.get("content") or "")):
            return _NOT_DECLARED.get(_name(found[1]), found[1])
    xml = _XML.match(start.lstrip())
    return xml[1].decode() if xml else ""


def _name(label: str) -> str:
    encoding = webencodings.lookup(label)
    return "" if encoding is None else encoding.name


def _decoded(content: bytes, label: str) -> str | None:
    encoding = webencodings.lookup(label)
    if encoding is None or encoding.name == _REPLACEMENT:
        return None
    codec = codecs.lookup(_DECODERS[encoding.name]) if encoding.name in _DECODERS else encoding.codec_info
    try:
        return codec.decode(content, _HANDLER)[0]
    except UnicodeError:
        return None


def _as_browsers_do(error: UnicodeError) -> tuple[str, int]:
    """What the standard's decoders make of bytes that Python's do not know; anything else is an error still."""
    if isinstance(error, UnicodeDecodeError):
        first, *rest = error.object[error.start : error.start + 2]
        if error.encoding == "gb18030" and first == _EURO:
            return "€", error.start + 1
        if error.encoding == "charmap" and first in _C1:  # what windows-1252 and its like leave free
            return chr(first), error.start + 1
        if error.encoding == "euc_jp" and first in _ROWS and rest and rest[0] in _ROWS:
            return _of_windows(first, rest[0]), error.start + 2  # ① and ㈱: NEC's and IBM's additions
    raise error


def _of_windows(first: int, second: int) -> str:
    """A character of EUC-JP that JIS X 0208 leaves free, by Windows' table, which is written in Shift_JIS."""
    row, cell = first - 0xA1, second - 0xA1
    lead = row // 2 + (0x81 if row < 62 else 0xC1)
    trail = cell + (0x9F if row % 2 else 0x40 if cell < 63 else 0x41)
    return bytes((lead, trail)).decode("cp932")


_HANDLER = "isoglot.documents"
codecs.register_error(_HANDLER, _as_browsers_do)
