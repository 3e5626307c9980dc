"""Documents that need help: second tries where feedparser raises."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CHARACTER = re.compile(rb"&#(?:x([0-9a-f]{1,40})|([0-9]{1,40}));?", re.IGNORECASE)
_EXTENSION = re.compile(
    rb"</?(?:georss|gml|geo|media|psc|cc|creativeCommons|itunes|validity)[:_][^<>]*>|"
    rb"</?dcterms:valid\b[^<>]*>|</?(?:width|height)\b[^<>]*>|"
    rb"<textInput\b[^<>]*>(?:(?!</textInput).){0,4000}</textInput\s*>",
    re.IGNORECASE | re.DOTALL,
)


def attempts(body: bytes) -> Iterator[tuple[bytes, str, bool]]:
    """Yield the document as it is, then with the parts removed that feedparser is known to raise on.

    Those are references to characters that do not exist, and elements of extensions that it reads
    without checking (a position without a value, a chapter without a start, a text field in an entry); they say nothing that
    is kept here. With each form comes a note of what was done, and whether feedparser is to be
    forgiving: the last time, each element that it raises on is left out by itself.
    """
    yield body, "", False
    real = _with_real_characters(body)
    if real != body:
        yield real, "impossible character references were replaced", False
    plainer = _EXTENSION.sub(b" ", real)
    if plainer != real:
        yield plainer, "extensions were left out", False
    yield plainer, "elements that make no sense were left out", True


def _with_real_characters(body: bytes) -> bytes:
    """Replace references to characters that do not exist (`&#xD800;`, `&#99999999999;`)."""

    def real(found: re.Match[bytes]) -> bytes:
        code = int(found[1], 16) if found[1] else int(found[2])
        exists = code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
        return found[0] if exists else b"&#xFFFD;"

    return _CHARACTER.sub(real, body)
