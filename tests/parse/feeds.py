"""Small invented documents for the tests of this room."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.model.entry import ParsedEntry, ParsedFeed, ParseFailure, ParseOutcome
from monitor.parse.document import parse_document

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL = "https://ledger.example/feeds/all.xml"

ITEM = """<item><title>Licence rule published</title><link>https://ledger.example/rule</link>
<guid isPermaLink="false">rule-1</guid><description>The rule takes effect in May.</description>
<pubDate>Mon, 23 Nov 2026 09:00:00 GMT</pubDate></item>"""

SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:georss="http://www.georss.org/georss" xmlns:sy="http://purl.org/rss/1.0/modules/'
    'syndication/" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
)


def rss(items: str = ITEM, channel: str = "", version: str = "2.0") -> bytes:
    """Wrap items into an RSS document."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="{version}" {SPACES}><channel>'
        f"<title>The Ledger</title><link>https://ledger.example/</link>{channel}{items}"
        "</channel></rss>"
    ).encode()


def atom(entries: str, attributes: str = "") -> bytes:
    """Wrap entries into an Atom document."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        f'{attributes}><title>The Ledger</title><id>urn:x:1</id><link href="/"/>{entries}</feed>'
    ).encode()


def parsed(body: bytes, content_type: str = "", url: str = URL) -> ParsedFeed:
    """Parse a document that is a feed."""
    outcome = outcome_of(body, content_type, url)
    assert isinstance(outcome, ParsedFeed), outcome
    return outcome


def failed(body: bytes, content_type: str = "") -> ParseFailure:
    """Parse a document that is none."""
    outcome = outcome_of(body, content_type)
    assert isinstance(outcome, ParseFailure), outcome
    return outcome


def outcome_of(body: bytes, content_type: str = "", url: str = URL) -> ParseOutcome:
    """Parse any document."""
    return parse_document(body, url=url, content_type=content_type, now=NOW)


def only(feed: ParsedFeed) -> ParsedEntry:
    """Return the one entry of a feed."""
    (entry,) = feed.entries
    return entry


def entry_of(inside: str) -> ParsedEntry:
    """Parse an RSS item given its inside."""
    return only(parsed(rss(f"<item>{inside}</item>")))
