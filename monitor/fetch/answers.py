"""What an answer that is neither a body nor a redirect means, in words for a person."""

from __future__ import annotations

import asyncio
import contextlib
import html
import re
from contextlib import aclosing
from http import HTTPStatus

import httpx

from monitor.fetch.addresses import shown
from monitor.fetch.bodies import Decoder, content_coding, raw_chunks
from monitor.fetch.failures import Stop, body_failures
from monitor.fetch.headers import values
from monitor.model.fetch import FailureKind

REDIRECTS = frozenset({301, 302, 303, 307, 308})
FULL = frozenset({200, 203, 226})
"""Successes that carry the document (226: RFC 3229; what it holds is a document as well)."""
EMPTY = frozenset({204, 205})

_KINDS: dict[int, FailureKind] = {
    401: "blocked",
    403: "blocked",
    410: "gone",
    429: "throttled",
    451: "blocked",
    503: "throttled",
}
_PAGE_WIRE = 50_000
_PAGE_DECODED = 200_000
_SNIPPET = 500
_NOT_TEXT = re.compile(
    r"<(script|style|template|svg)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(r"<[^<>]*>?")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)


def failure_of(response: httpx.Response) -> tuple[FailureKind, str]:
    """Return the kind and the sentence for an answer that is no success."""
    status = response.status_code
    where = shown(response.request.url)
    kind = _KINDS.get(status, "http")
    try:
        phrase = f" {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = ""
    answered = f"{where} answered {status}{phrase}"
    if kind == "throttled":
        return kind, f"{answered}: the server asks for fewer visits or is overloaded."
    if kind == "gone":
        return kind, f"{answered}: the feed is gone for good and is not asked for again."
    if status == 401:
        return kind, f"{answered}: it wants a log-in."
    if kind == "blocked" and _is_challenge(response):
        return kind, (
            f"{answered}: a protection against robots blocks the monitor; ask the publisher to "
            "let feed readers in, or look for another address of the feed."
        )
    if kind == "blocked":
        return kind, f"{answered}: the server does not let the monitor in."
    return kind, f"{answered}."


async def read_snippet(response: httpx.Response, seconds: float) -> str:
    """Return the beginning of an error page as text, at most 500 characters (FRB-101).

    Stops reading after so many `seconds`. What cannot be read of it is left out: the status has
    already said what happened.
    """
    where = shown(response.request.url)
    try:
        decoder = Decoder(content_coding(response.headers.raw, where), _PAGE_DECODED, where)
    except Stop:
        return ""
    wire = 0
    with contextlib.closing(decoder):
        with contextlib.suppress(Stop, TimeoutError), body_failures(where):
            async with asyncio.timeout(seconds), aclosing(raw_chunks(response)) as chunks:
                async for chunk in chunks:
                    decoder.feed(chunk)
                    wire += len(chunk)
                    if wire > _PAGE_WIRE:
                        break
        page = decoder.so_far()
    content_type = response.headers.get("content-type", "")
    found = _CHARSET.search(content_type)
    try:
        text = page.decode(found[1] if found else "utf-8", errors="replace")
    except (LookupError, UnicodeError):
        text = page.decode("utf-8", errors="replace")
    return as_text(text)


def as_text(page: str) -> str:
    """Return what a reader of an HTML page would see first, on one line, at most 500 characters."""
    bare = _TAG.sub(" ", _NOT_TEXT.sub(" ", page[:_PAGE_WIRE]))
    words = html.unescape(bare).split()
    text = " ".join("".join(c for c in word if c.isprintable()) for word in words)
    return text[:_SNIPPET]


def _is_challenge(response: httpx.Response) -> bool:
    return bool(values(response.headers.raw, b"cf-mitigated"))
