"""The text of a web page: which address to ask, and what of the answer is the article.

trafilatura finds the article (it comes with the extra `fulltext`); nh3 has the last word on its
HTML, as for entries. Importing trafilatura takes some 40 MB and a page may cost it any amount of
time, so `read_page` is called in the killable worker alone.
"""

from __future__ import annotations

import codecs
import re
from urllib.parse import urlsplit

from monitor.model.page import PageText
from monitor.parse.cleaning import clean_markup, without_controls

_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{2,40})""", re.IGNORECASE)
_XML_ENCODING = re.compile(r"""^\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w.:-]{2,40})""")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_REFERENCE = re.compile(
    r"&#(?:x([0-9a-f]{1,8})(?![0-9a-f])|([0-9]{1,8})(?![0-9]));?", re.IGNORECASE
)
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_HEAD = 2048
"""Bytes in which a page says what its encoding is (HTML Standard, 13.2.3.2: 1024)."""


def page_address(link: str, url: str) -> str:
    """Return the address of an entry's page, "" when it has none; a front page is none.

    `link` is the address as given, `url` its canonical form: that is asked only where it leads to
    another host, past a service that counts clicks.
    """
    address = link if host_of(link) == host_of(url) else url
    return "" if is_front_page(address) else address


def is_front_page(url: str) -> bool:
    """Say whether an address is that of a site as a whole, which shows something else every day."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.path in {"", "/"} and not parts.query


def host_of(url: str) -> str:
    """Return the host name of an address, lower-case, without the root's dot; "" without one."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def not_a_page(content_type: str, body: bytes) -> str:
    """Say what came instead of a web page, "" when one did.

    `content_type` is the header as received; without one the first bytes decide.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind in _PAGE_TYPES:
        return ""
    if kind:
        return kind[:100]
    return "" if body[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else "no web page"


def read_page(body: bytes, url: str, content_type: str) -> PageText:
    """Return the article of a web page; both parts are "" where there is none.

    `url` is the page's own address. Raises `ModuleNotFoundError` without the extra `fulltext`.
    """
    import trafilatura

    # lxml refuses a declaration before text that has been decoded already, and trafilatura gives
    # nothing for a page with a single control character, however it is written.
    markup = without_controls(_DECLARATION.sub("", decoded_page(body, content_type), count=1))
    markup = _REFERENCE.sub(_reference_kept, markup)
    try:
        found = trafilatura.extract(
            markup, url=url, output_format="html", include_comments=False, include_formatting=True
        )
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a stranger's page does to the library
        return PageText("", "", fault=f"{type(error).__name__}: {error}"[:200])
    cleaned = clean_markup(found or "", url)
    return PageText(cleaned.html, cleaned.text)


def _reference_kept(found: re.Match[str]) -> str:
    """Drop a reference to a character no XML may hold (XML 1.0, section 2.2)."""
    number = int(found[1], 16) if found[1] else int(found[2])
    control = number < 0x20 and number not in {0x9, 0xA, 0xD}
    return "" if control or number in {0x7F, 0xFFFE, 0xFFFF} else found[0]


def decoded_page(body: bytes, content_type: str) -> str:
    """Return the characters of a page: by its mark, HTTP, its own word, UTF-8, or Windows-1252."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    head = body[:_HEAD].decode("latin-1")
    for named in (_CHARSET.search(content_type), _XML_ENCODING.match(head), _CHARSET.search(head)):
        if named is not None:
            try:
                return body.decode(named[1])
            except (UnicodeError, LookupError):
                continue
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")
