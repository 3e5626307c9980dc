"""feedparser, called the one way that is safe, and held to linear time where it is not.

It gets bytes in memory only (a text that looks like an address or a file name would be opened), in
UTF-8, with its sanitiser and link resolver off: nh3 does both, once, at the end.
"""

# ruff: noqa: SLF001 - feedparser has no other place to hold it at.
from __future__ import annotations

import io
from collections.abc import Callable
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import feedparser
import feedparser.api
import feedparser.mixin
from feedparser.util import FeedParserDict

_FORGIVING = ContextVar("_FORGIVING", default=False)
_LONGEST_AUTHOR = 1_000
_MOST_TAGS = 500

_sync_author = feedparser.mixin._FeedParserMixin._sync_author_detail
_add_tag = feedparser.mixin._FeedParserMixin._add_tag


def read_feed(body: bytes, url: str, *, forgiving: bool = False) -> Any:
    """Return feedparser's result for a document in UTF-8; `url` is what links are relative to.

    Raises whatever feedparser's handlers raise on values they did not expect; when `forgiving`, the
    elements they raise on are left out instead.
    """
    before = _FORGIVING.set(forgiving)
    try:
        return _read(body, url)
    finally:
        _FORGIVING.reset(before)


def _read(body: bytes, url: str) -> Any:
    headers = {"content-type": "application/xml; charset=utf-8"}
    if url:
        headers["content-location"] = url
    return feedparser.parse(
        io.BytesIO(body),
        sanitize_html=False,
        resolve_relative_uris=False,
        response_headers=headers,
    )


def _tamed_author(self: Any, key: str = "author") -> None:
    """Look for an address in an author's name only where there can be one: it takes quadratic time."""
    context = self._get_context()
    author = context.get(key)
    if isinstance(author, str) and author:
        context[key] = author = author[:_LONGEST_AUTHOR]
        detail = context.get(f"{key}s", [FeedParserDict()])[-1]
        if not detail and "@" not in author:
            context.setdefault(f"{key}_detail", detail)
            detail["name"] = author
            return
    _sync_author(self, key)


def _tamed_tag(self: Any, term: Any, scheme: Any, label: Any) -> None:
    """Take no more tags than anybody gives: each is compared with all before it."""
    if len(self._get_context().get("tags") or ()) < _MOST_TAGS:
        _add_tag(self, term, scheme, label)


def _handler(handle: Callable[..., Any]) -> Callable[..., Any]:
    """Let the handler of an element fail alone."""

    def handled(self: Any, *arguments: Any) -> Any:
        try:
            return handle(self, *arguments)
        except (AttributeError, MemoryError):
            # By the first, feedparser's dispatcher knows that there is no handler.
            raise
        except Exception:
            if not _FORGIVING.get():
                raise
            return None

    return handled


for _parser in (feedparser.api.StrictFeedParser, feedparser.api.LooseFeedParser):
    # A guid is opaque (RSS 2.0; RFC 4287 4.2.6); feedparser would resolve it like a link, so that
    # it would change whenever the feed's own address does.
    _parser.can_be_relative_uri = _parser.can_be_relative_uri - {"id"}
    _parser._sync_author_detail = _tamed_author
    _parser._add_tag = _tamed_tag
    for _name in dir(_parser):
        if _name.startswith(("_start_", "_end_")):
            setattr(_parser, _name, _handler(getattr(_parser, _name)))

# feedparser resolves the base address anew for each start tag: a fifth of its time.
feedparser.mixin.make_safe_absolute_uri = lru_cache(maxsize=1024)(
    feedparser.mixin.make_safe_absolute_uri
)
