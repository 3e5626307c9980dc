"""Promise 25: characters survive, whatever header, declaration and byte order mark say."""

import codecs
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.parse.decoding import decoded
from tests.parse.feeds import outcome_of, parsed

WEST = "Größe, naïve, œuvre – “quote” €"
TEXTS: dict[str, str] = {
    "utf-8": "ü 芯 я 𝄞", "utf-16": "ü 芯 я 𝄞", "utf-16-le": "ü 芯", "utf-16-be": "ü 芯 𝄞",
    "utf-32": "ü 芯 я 𝄞", "utf-32-le": "ü 芯", "utf-32-be": "ü 芯", "utf-8-sig": "ü 芯",
    "gb18030": "商务部公布新的芯片管制办法 €", "gbk": "商务部公布", "gb2312": "商务部公布", "hz": "商务部",
    "big5": "商務部公布新的管制", "big5hkscs": "嘅咗", "shift_jis": "台帳は新しい規則を公表",
    "cp932": "①台帳 ㈱", "euc-jp": "台帳は新しい規則を公表", "iso-2022-jp": "台帳は新しい規則",
    "euc-kr": "새로운 규칙을 발표", "cp949": "똠방각하", "iso-2022-kr": "새로운 규칙", "johab": "새로운 규칙",
    "koi8-r": "Реестр опубликовал правило", "koi8-u": "Реєстр", "cp1251": "Реестр “правило”",
    "cp866": "Реестр", "iso-8859-5": "Реестр", "mac-cyrillic": "Реестр",
    "cp1250": "Žluťoučký kůň €", "iso-8859-2": "Žluťoučký kůň", "cp1252": WEST, "iso-8859-1": "Größe",
    "iso-8859-15": "œuvre €", "macintosh": WEST, "cp437": "Größe", "cp850": "Größe",
    "cp1253": "Μητρώο νέος κανόνας", "iso-8859-7": "Μητρώο", "cp1254": "İstanbul ışık şehir",
    "iso-8859-9": "İstanbul ışık şehir", "cp1255": "פנקס חדש", "iso-8859-8": "פנקס", "cp1256": "سجل جديد",
    "iso-8859-6": "سجل", "cp1257": "Reģistrs žurnāls", "iso-8859-4": "Reģistrs", "iso-8859-13": "žurnāls",
    "cp1258": "đăng ơ", "tis-620": "ทะเบียน", "cp874": "ทะเบียน", "iso-8859-10": "Þór ŋ",
    "cp037": "Größe", "cp500": "Größe", "cp1140": "Größe €", "utf-7": "ü 芯",
}  # fmt: skip


def document(text: str, encoding: str, declared: str | None = None) -> bytes:
    name = encoding if declared is None else declared
    prolog = f'<?xml version="1.0" encoding="{name}"?>' if name else ""
    return (
        f"{prolog}<rss version='2.0'><channel><title>{text}</title><item><title>{text}</title>"
        f"<guid>1</guid><category>{text}</category></item></channel></rss>"
    ).encode(encoding)


@pytest.mark.parametrize("encoding", TEXTS)
@pytest.mark.parametrize("content_type", ["", "application/rss+xml", "text/xml"])
def test_promise_25_a_declared_encoding_is_read(encoding: str, content_type: str) -> None:
    text = TEXTS[encoding]
    feed = parsed(document(text, encoding), content_type)
    assert (feed.title, feed.entries[0].title, feed.entries[0].tags) == (text, text, (text,))
    assert feed.notes == ()


@pytest.mark.parametrize("encoding", [each for each in TEXTS if each not in ("cp037", "cp500")])
def test_promise_25_an_encoding_of_the_header_is_read(encoding: str) -> None:
    if encoding == "cp1140":
        pytest.skip("EBCDIC is read by its declaration only")
    body = document(TEXTS[encoding], encoding, declared="")
    assert parsed(body, f"application/xml; charset={encoding}").entries[0].title == TEXTS[encoding]
    assert parsed(body, f'text/xml; charset="{encoding.upper()}"').title == TEXTS[encoding]


@pytest.mark.parametrize("encoding", TEXTS)
def test_promise_25_a_page_in_any_encoding_gives_its_title(encoding: str) -> None:
    if encoding in ("cp037", "cp500", "cp1140"):
        pytest.skip("nobody writes pages in EBCDIC")
    text = TEXTS[encoding]
    head = f'<!doctype html><html><head><meta charset="{encoding}">'
    outcome = outcome_of(f"{head}<title>{text}</title></head>".encode(encoding))
    assert getattr(outcome, "page_title", "") == text


MISMATCHED = [
    # (encoding of the bytes, declared in the document, header)
    ("utf-8", "iso-8859-1", ""), ("utf-8", "utf-16", ""), ("utf-8", "utf-32", "text/xml"),
    ("utf-8", "no-such-thing", ""), ("utf-8", "zlib", ""), ("utf-8", "", "text/xml; charset=ascii"),
    ("utf-8", "gb18030", "text/xml; charset=iso-8859-1"), ("utf-8", "utf-7", ""),
    ("utf-8-sig", "iso-8859-1", "text/xml; charset=koi8-r"), ("utf-8-sig", "utf-16", ""),
    ("utf-16", "utf-8", ""), ("utf-16", "utf-8", "application/xml; charset=utf-8"),
    ("utf-16-le", "utf-8", "text/xml; charset=iso-8859-1"), ("utf-16-be", "", "text/xml"),
    ("utf-32", "utf-8", ""), ("utf-32-be", "utf-16", "text/xml; charset=utf-16"),
    ("gb18030", "gb18030", "text/xml; charset=iso-8859-1"), ("gb18030", "gb2312", ""),
    ("gb18030", "utf-8", "text/xml; charset=gbk"), ("gb18030", "x-gbk", ""),
    ("cp932", "Windows-31J", ""), ("cp932", "shift_jis", "text/xml; charset=utf-8"),
    ("big5hkscs", "big5", ""), ("cp949", "euc-kr", ""), ("cp949", "ks_c_5601-1987", ""),
    ("koi8-r", "koi8-r", "text/xml; charset=iso-8859-1"), ("koi8-r", "koi8-r", "text/xml; charset=x"),
    ("cp1251", "windows-1251", "text/xml; charset=utf-8"), ("cp1252", "iso-8859-1", ""),
    ("cp1252", "us-ascii", "text/xml; charset=us-ascii"), ("cp1252", "utf-8", ""), ("cp1252", "", ""),
    ("koi8-r", "windows-1251", "text/xml; charset=koi8-r"), ("cp1254", "iso-8859-9", ""), ("cp874", "tis-620", ""), ("cp1250", "cp1250", "text/xml; charset="),
]  # fmt: skip


@pytest.mark.parametrize(("encoding", "declared", "header"), MISMATCHED)
def test_44_what_is_declared_wrongly_is_read_by_its_bytes(
    encoding: str, declared: str, header: str
) -> None:
    body = document(TEXTS[encoding], encoding, declared)
    assert parsed(body, header).entries[0].title == TEXTS[encoding]


@pytest.mark.parametrize(
    "mark",
    [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF8],
    ids=["utf-16-le", "utf-16-be", "utf-32-le", "utf-8"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-be"])
def test_44_a_byte_order_mark_that_cannot_be_is_not_believed(mark: bytes, encoding: str) -> None:
    if mark == codecs.BOM_UTF16_LE and encoding == "utf-32-be":
        pytest.skip("the mark and the first zeros are the mark of UTF-32")
    body = mark + document("ü 芯", encoding, "utf-8")
    assert parsed(body).entries[0].title == "ü 芯"


def test_44_nul_bytes_are_dropped() -> None:
    body = document("ü 芯", "utf-8").replace("芯".encode(), b"\x00" + "芯".encode() + b"\x00\x00")
    assert parsed(body).entries[0].title == "ü 芯"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "euc-kr", "big5", "euc-jp"])
def test_44_a_few_broken_bytes_do_not_change_the_encoding_of_the_rest(encoding: str) -> None:
    text = TEXTS[encoding] * 30
    body = document(text, encoding)
    at = body.index(b"</title>")
    feed = parsed(body[:at] + b"\xff" + body[at:], "text/xml; charset=iso-8859-1")
    assert feed.entries[0].title == text
    assert "1 characters are broken" in feed.notes[0]


def test_44_a_document_cut_within_a_character_stays_in_its_encoding() -> None:
    for encoding in ("utf-8", "gb18030", "shift_jis", "utf-16", "euc-kr"):
        body = document(TEXTS[encoding], encoding) + TEXTS[encoding].encode(encoding)[-4:-1]
        assert parsed(body).entries[0].title == TEXTS[encoding], encoding


def test_44_the_codecs_that_are_no_writing_are_not_used() -> None:
    for name in ("zlib", "bz2", "base64", "rot13", "idna", "unicode_escape", "undefined", "hex"):
        body = document("a\\u0041 ü", "utf-8", name).replace(b"\xc3", b"\xe4")
        assert "a\\u0041" in decoded(body, f"text/xml; charset={name}").text


WRITTEN = st.sampled_from([*TEXTS, "utf-16", "iso-2022-jp"])


@settings(max_examples=400, deadline=None)
@given(
    st.binary(max_size=60), WRITTEN, st.sampled_from([b"", b"\xff\xfe", b"\xef\xbb\xbf", b"<\x00"])
)
def test_45_no_lone_surrogate_and_no_control_comes_out_of_any_bytes(
    body: bytes, encoding: str, start: bytes
) -> None:
    prolog = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
    for each in (start + body, prolog + body, start + prolog + body):
        text = decoded(each, f"text/xml; charset={encoding}").text
        text.encode()
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", text)
