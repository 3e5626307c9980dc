"""Bytes to text: the encoding a document is in, whatever its header and its declaration say.

The bytes are asked first: a byte order mark that holds, the zeros of UTF-16 and UTF-32, valid UTF-8.
Only then what is declared counts, the header before the document (RFC 7303 section 3), save that an
encoding of several bytes which fits to the last byte is believed before one of single bytes, which
fits anything, and that the usual default of a server is believed last. A document that was cut
within a character, or holds a few broken ones, stays in its encoding: read in another one, all of
it would be wrong.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)
_ZEROS: dict[tuple[bool, ...], str] = {
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
}
"""Which of four bytes are zero in markup of each encoding."""
_EBCDIC = b"\x4c\x6f\xa7\x94"
_IN_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:+-]{2,40})""", re.IGNORECASE)
_IN_DECLARATION = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([\w.:+-]{2,40})""", re.IGNORECASE
)
_IN_PAGE = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:+-]{2,40})""", re.IGNORECASE
)
_STRETCHED = {
    "iso8859-1": ("cp1252",),
    "latin-1": ("cp1252",),
    "ascii": ("cp1252",),
    "iso8859-9": ("cp1254",),
    "iso8859-11": ("cp874",),
    "tis-620": ("cp874",),
    "gb2312": ("gb18030",),
    "gbk": ("gb18030",),
    "shift_jis": ("cp932",),
    "euc_kr": ("cp949",),
    "big5": ("cp950", "big5hkscs"),
    "cp950": ("cp950", "big5hkscs"),
}
"""Supersets that documents declared so are in fact written in (WHATWG Encoding, section 4.2)."""
_SEVERAL_BYTES = frozenset(
    {
        "gb18030", "cp932", "shift_jis_2004", "shift_jisx0213", "euc_jp", "euc_jis_2004",
        "euc_jisx0213", "cp949", "johab", "cp950", "big5hkscs",
    }
)  # fmt: skip
_ALIASES = {"windows-31j": "cp932", "x-mac-roman": "mac-roman", "x-mac-cyrillic": "mac-cyrillic"}
_ESCAPED = ("utf-7", "iso2022", "hz")
_NO_WRITING = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"})
_USUAL_DEFAULTS = frozenset({"cp1252", "utf-8"})
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufeff\ufffe\uffff]+")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, without what no XML and no JSON may hold; `notes` say what was lost."""

    text: str
    notes: tuple[str, ...] = ()


def decoded(body: bytes, content_type: str = "") -> Decoded:
    """Read the bytes of a document. `content_type` is the header as received. Never raises."""
    text, encoding = _read(body, content_type)
    lost = text.count("\ufffd") - (body.count(b"\xef\xbf\xbd") if encoding == "utf-8" else 0)
    notes = (f"sloppy: {lost} characters are broken in {encoding}",) if lost > 0 else ()
    return Decoded(_UNWANTED.sub("", text), notes)


def _read(body: bytes, content_type: str) -> tuple[str, str]:
    """Return the text and the encoding it was in."""
    body, marked = _without_mark(body)
    if wide := _wide(body) or marked:
        return _leniently(body, wide), wide
    declared = _declared(body, content_type)
    known = _from_ebcdic(body) or (_from_escaped(body, declared) if body.isascii() else None)
    if known:
        return known
    if (text := _fits(body, "utf-8")) is not None:
        return text, "utf-8"
    return _not_utf8(body, declared)


def _without_mark(body: bytes) -> tuple[bytes, str]:
    """Drop a byte order mark; return with it the wide encoding it stands for, if that can be.

    A mark that was put before other bytes by mistake does not make them wide.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            body = body[len(mark) :]
            mistaken = b"\x00" not in body[:400] and _fits(body, "utf-8") is not None
            return body, "" if mistaken or encoding == "utf-8" else encoding
    return body, ""


def _from_ebcdic(body: bytes) -> tuple[str, str] | None:
    if not body.startswith(_EBCDIC):
        return None
    named = _IN_DECLARATION.search(body[:400].decode("cp037").encode())
    for encoding in (*_known(named[1].decode("ascii", "replace") if named else ""), "cp037"):
        text = _fits(body, encoding)
        if text is not None and text.startswith("<"):
            return text, encoding
    return None


def _from_escaped(body: bytes, declared: list[str]) -> tuple[str, str] | None:
    """Read an encoding that is written in ASCII alone; nothing but its name gives it away."""
    for encoding in declared:
        if encoding.startswith(_ESCAPED):
            text = _fits(body, encoding, whole=True)
            if text is not None:
                return text, encoding
    return None


def _not_utf8(body: bytes, declared: list[str]) -> tuple[str, str]:
    several = [each for each in declared if each in _SEVERAL_BYTES]
    for encoding in several:
        if (text := _fits(body, encoding)) is not None:
            return text, encoding
    as_utf8 = body.decode("utf-8", "replace")
    broken = as_utf8.count("\ufffd")
    sound = sum(map(len, re.findall("[^\x00-\x7f\ufffd]+", as_utf8)))
    if sound >= 10 * broken:
        return as_utf8, "utf-8"
    for encoding in several:
        text = _leniently(body, encoding)
        if text.count("\ufffd") * 20 <= sum(map(len, re.findall("[^\x00-\x7f]+", text))):
            return text, encoding
    single = [each for each in declared if each not in _SEVERAL_BYTES and each != "utf-8"]
    # What a server says of all its files is less sure than what somebody wrote into this one.
    single.sort(key=lambda each: each in _USUAL_DEFAULTS)
    for encoding in single:
        if (text := _fits(body, encoding)) is not None:
            return text, encoding
    if sound >= broken:
        return as_utf8, "utf-8"
    encoding = single[0] if single else "cp1252"
    return _leniently(body, encoding), encoding


def _wide(body: bytes) -> str:
    """Return the wide encoding that markup is in by the look of its zeros, or ""."""
    sample = body[:200]
    if len(sample) < 4 or b"\x00" not in sample:
        return ""
    shares = [sample[at::4].count(0) / len(sample[at::4]) for at in range(4)]
    if any(0.3 < share < 0.6 for share in shares):
        return ""
    return _ZEROS.get(tuple(share >= 0.6 for share in shares), "")


def _declared(body: bytes, content_type: str) -> list[str]:
    """Return the encodings that the header and the document name, known ones, the header's first."""
    labels = [found[1] for found in _IN_HEADER.finditer(content_type[:500])]
    start = body[:4096]
    for pattern in (_IN_DECLARATION, _IN_PAGE):
        if found := pattern.search(start):
            labels += [found[1].decode("ascii", "replace")]
    return list(dict.fromkeys(encoding for label in labels for encoding in _known(label)))


def _known(label: str) -> tuple[str, ...]:
    """Return the names of the encodings to try for a label, none when nobody knows it."""
    label = _ALIASES.get(label.lower(), label.lower()).removeprefix("x-")
    if label.startswith("windows-"):
        label = label.replace("windows-", "cp", 1)
    try:
        "".encode(label)  # Refuses codecs that are no writing, such as zlib.
        name = codecs.lookup(label).name
    except (LookupError, ValueError, UnicodeError):
        return ()
    if name in _NO_WRITING or name.startswith(("utf-16", "utf-32")):
        return ()
    if name == "utf-8-sig":
        name = "utf-8"
    return _STRETCHED.get(name, (name,))


def _fits(body: bytes, encoding: str, *, whole: bool = False) -> str | None:
    """Return the text where the bytes fit the encoding; the last character may be cut."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(body, final=whole)
    except (UnicodeError, LookupError):
        return None


def _leniently(body: bytes, encoding: str) -> str:
    """Return the text with U+FFFD for what does not fit; a character cut at the end is dropped."""
    return codecs.getincrementaldecoder(encoding)("replace").decode(body)
