"""Feeds that change under us: permanent redirects, and a document that is suddenly another's.

A permanent redirect is followed at once and believed after three agreeing answers on three days
(FRB-130 to 132): until then a mistake, a captive portal or a lapsed domain changes nothing. A
document whose title, site and entries are all others than before is held back until a person has
decided, as an address that was sold looks like that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from shlex import quote

from monitor.model.entry import ParsedFeed
from monitor.model.feed import FeedRecord, Moving
from monitor.model.fetch import Hop
from monitor.parse.addresses import registrable_domain
from monitor.service.requests import would_show_secrets

BELIEVED_AFTER = 3
"""Days (UTC) on which permanent redirects must have agreed."""
_PERMANENT = (301, 308)


def moving_after(moving: Moving | None, hops: Sequence[Hop], now: datetime) -> Moving | None:
    """Return what is known of a move after a success that came by way of `hops`.

    Only where every hop is permanent has the address moved for good (RFC 9110 section 15.4). An
    answer that came without redirects, or led elsewhere, starts the count anew.
    """
    if not hops or any(hop.status not in _PERMANENT for hop in hops):
        return None
    to, today = hops[-1].url, now.astimezone(UTC).date()
    if moving is None or moving.to != to:
        return Moving(to, 1, today)
    if moving.last_on == today:
        return moving
    return Moving(to, moving.days + 1, today)


def adoptable(feed: FeedRecord) -> str:
    """Return the address the feed is to be known by from now on, "" while it stays."""
    moving = feed.moving
    if moving is None or moving.days < BELIEVED_AFTER or feed.state != "moved":
        return ""
    if feed.feed is None or not feed.feed.follow_moves or would_show_secrets(feed.feed, moving.to):
        return ""
    return moving.to


def moving_words(feed: FeedRecord, moving: Moving) -> str:
    """Say where a feed moves to, and what happens or is to be done about it."""
    if feed.feed is not None and not feed.feed.follow_moves:
        return (
            f"Its server says it moved for good to {moving.to}; follow_moves = false keeps it here."
        )
    if feed.feed is not None and would_show_secrets(feed.feed, moving.to):
        return (
            f"Moved for good to {moving.to}, its server says. The feed has headers of its own, which "
            "another host does not get unless you say so: "
            f"monitor feeds edit {quote(feed.url)} --url {quote(moving.to)}"
        )
    if moving.days < BELIEVED_AFTER:
        return (
            f"Moved for good to {moving.to}, its server says; believed on the third day that says so "
            f"(this is day {moving.days})."
        )
    return (
        f"Moved for good to {moving.to}; "
        f"follow it with: monitor feeds edit {quote(feed.url)} --url {quote(moving.to)}"
    )


def sudden_change(record: FeedRecord, parsed: ParsedFeed) -> str:
    """Say why a document none of whose entries is known is another feed's, "" where it is not.

    Title and site must be others as well; the language is told where it changed too.
    """
    if record.last_new_at is None or not parsed.entries:
        return ""
    before, after = registrable_domain(record.site_url), _site_of(parsed)
    if not (before and after) or before == after:
        return ""
    if not (record.title and parsed.title) or record.title == parsed.title:
        return ""
    spoken = ""
    if record.language and parsed.language:
        was, is_ = record.language.partition("-")[0], parsed.language.partition("-")[0]
        spoken = f", in {is_} instead of {was}" if was != is_ else ""
    return (
        f"Suddenly another feed: “{parsed.title}” at {after} instead of “{record.title}” at {before}"
        f"{spoken}, and none of its entries is known. Its entries are held back until you decide: "
        f"monitor feeds accept {record.id}, or monitor feeds remove {record.id}"
    )


def _site_of(parsed: ParsedFeed) -> str:
    """Return where the document's links lead: its site, else where most of its entries do."""
    site = registrable_domain(parsed.site_url)
    domains = [entry.domain for entry in parsed.entries if entry.domain]
    usual = max(set(domains), key=domains.count) if domains else ""
    return site or usual
