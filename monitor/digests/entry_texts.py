"""What an edition shows of one entry: its headline, address, outlet and first sentences, cut to size."""

from __future__ import annotations

from urllib.parse import urlsplit

from monitor.digests.excerpts import excerpt, one_line, shorten
from monitor.digests.links import http_url
from monitor.model.entry import Entry
from monitor.stories.official import host_of

NO_HEADLINE = "(without a headline)"

TITLE_COLUMNS = 200
OUTLET_COLUMNS = 60

_LONGEST_URL = 2_000
_LONGEST_TEXT = 4_000


def has_headline(entry: Entry) -> bool:
    """Whether its title says anything."""
    return bool(one_line(entry.title[:_LONGEST_TEXT]))


def title(entry: Entry) -> str:
    """Return its headline, made good from its text where it has none."""
    for text in (entry.title, entry.excerpt, entry.text):
        line = one_line(text[:_LONGEST_TEXT])
        if line:
            return shorten(line, TITLE_COLUMNS)
    return NO_HEADLINE


def link(entry: Entry) -> str:
    """Return the address to open as it is linked, "" for one that is longer than mail programs carry."""
    url = http_url(entry.url or entry.link)
    return url if len(url) <= _LONGEST_URL else ""


def outlet(entry: Entry) -> str:
    """Name who publishes it."""
    name = (
        entry.outlet or entry.domain or entry.feed_title or urlsplit(entry.feed_url).hostname or ""
    )
    return shorten(one_line(name[:_LONGEST_TEXT]), OUTLET_COLUMNS)


def via(entry: Entry) -> str:
    """Name the host of a feed that has the entry of another site, "" for the site's own.

    Any feed can link to any paper. Where config names the outlet of a feed, that is taken for it.
    """
    if not entry.domain or entry.outlet != entry.domain:
        return ""
    host = host_of(entry.feed_url)
    own = not host or host == entry.domain or host.endswith(f".{entry.domain}")
    return "" if own else shorten(one_line(host), OUTLET_COLUMNS)


def first_sentences(entry: Entry) -> str:
    """Return the feed's own first sentences, "" when they only say the headline again."""
    text = excerpt((entry.excerpt or entry.text)[:_LONGEST_TEXT])
    repeats = (
        text.rstrip(" .…").casefold()
        == one_line(entry.title[:_LONGEST_TEXT]).rstrip(" .…").casefold()
    )
    return "" if repeats else text
