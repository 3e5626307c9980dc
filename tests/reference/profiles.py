"""The profiles of the 30 simulated days: who publishes, and how their server answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from tests.reference.clock import BEGIN, DAY, HOUR
from tests.reference.log import Answer
from tests.reference.publisher import Publisher, Rhythm, share
from tests.reference.sites import FeedSite, MovedSite, Site, refusal, retry_after

Url = Callable[[str], str]
"""From a host name to the address of its feed."""


def publisher(name: str, rhythm: Rhythm, **more: object) -> Publisher:
    """Make a publisher named after its profile."""
    return Publisher(marker=name, rhythm=rhythm, since=BEGIN, **more)  # type: ignore[arg-type]


def _throttling(now: datetime, nth: int) -> Answer | None:
    """Answer 429 on every fifth request: in turn with a hint in seconds, one as a date, and bare."""
    if nth % 5:
        return None
    hint = ("seconds", "date", "bare")[nth // 5 % 3]
    if hint == "bare":
        return refusal(429, now)
    wait = timedelta(hours=5 + nth % 7)
    return refusal(429, now, retry_after(now, wait, "seconds" if hint == "seconds" else "date"))


def _overloaded(now: datetime, nth: int) -> Answer | None:
    """Answer 503 for three days: two bare ones to each with a hint."""
    if not DAY < now - BEGIN < 4 * DAY:
        return None
    return (
        refusal(503, now, retry_after(now, HOUR / 2, "seconds"))
        if nth % 3 == 0
        else refusal(503, now)
    )


def _gone(now: datetime, nth: int) -> Answer | None:
    return refusal(410, now) if now - BEGIN > 3 * DAY else None


def _failing(now: datetime, nth: int) -> Answer | None:
    """Be in trouble for a week, with one good answer in the middle."""
    since = now - BEGIN
    if not DAY < since < 7 * DAY or 3.5 * DAY < since < 4.5 * DAY:
        return None
    return refusal((500, 404, 403)[nth % 3], now)


def _hostile(now: datetime, nth: int) -> Answer | None:
    """Drip, break off, reset, bomb, or show a web page, at one request in five."""
    drawn = share("hostile", nth)
    if nth == 1 or drawn > 0.2:
        return None
    html = ((b"Content-Type", b"text/html"), (b"ETag", b'"a-web-page"'))
    feed = ((b"Content-Type", b"application/rss+xml"), (b"ETag", b'"never-came-whole"'))
    body = b"<?xml version='1.0'?><rss version='2.0'><channel><title>x</title>" + b" " * 2000
    if nth % 5 == 1 and nth > 40:
        nth += 1  # what takes real time is done a few times only
    return (
        Answer(status=200, fields=html, body=b"<html><title>Buy this name</title></html>"),
        Answer(status=200, fields=feed, body=body, ending="drip"),
        Answer(status=200, fields=feed, body=body, ending="cut"),
        Answer(status=200, fields=feed, body=body, ending="bomb"),
        Answer(status=200, ending="reset"),
    )[nth % 5]


def sites(url: Url) -> dict[str, Site]:
    """Return the site of each host; those in `FEEDS` are subscribed to."""

    def moved(now: datetime) -> tuple[int, str] | None:
        return (301, url("moved-to.example")) if now - BEGIN > DAY else None

    def undecided(now: datetime) -> tuple[int, str] | None:
        """Say 308 for two days and take it back, again and again; then 302 for weeks."""
        day = (now - BEGIN) // DAY
        if day >= 14:
            return 302, url("undecided-to.example")
        return (308, url("undecided-to.example")) if day % 4 in {1, 2} else None

    moving = FeedSite(publisher=publisher("moved", "daily"))
    undecided_site = FeedSite(publisher=publisher("undecided", "irregular"))
    return {
        "both.example": FeedSite(
            publisher=publisher("both", "bursts", edits=5, keep=30), format="atom"
        ),
        "etag.example": FeedSite(publisher=publisher("etag", "daily", edits=3), offers="etag"),
        "modified.example": FeedSite(publisher=publisher("modified", "weekly"), offers="modified"),
        "none.example": FeedSite(publisher=publisher("none", "daily"), offers="none"),
        "weak.example": FeedSite(
            publisher=publisher("weak", "irregular"), offers="weak", format="json"
        ),
        "changing.example": FeedSite(publisher=publisher("changing", "weekly"), offers="flipping"),
        "throttling.example": FeedSite(
            publisher=publisher("throttling", "bursts", keep=40), trouble=_throttling
        ),
        "overloaded.example": FeedSite(
            publisher=publisher("overloaded", "daily"), trouble=_overloaded
        ),
        "maxage.example": FeedSite(
            publisher=publisher("maxage", "bursts", keep=40), max_age=3 * 3600, max_age_304=5 * 3600
        ),
        "longage.example": FeedSite(
            publisher=publisher("longage", "weekly"), max_age=30 * 86400, max_age_304=86400
        ),
        "expires.example": FeedSite(publisher=publisher("expires", "daily"), expires=9 * HOUR),
        "skipping.example": FeedSite(
            publisher=publisher("skipping", "bursts", keep=60),
            skip_hours=(0, 1, 2, 3, 4, 5, 22, 23),
            skip_days=(5, 6),
        ),
        "ttl.example": FeedSite(
            publisher=publisher("ttl", "bursts", keep=40), ttl=200, offers="etag"
        ),
        "moved.example": MovedSite(moving, moved),
        "moved-to.example": moving,
        "undecided.example": MovedSite(undecided_site, undecided),
        "undecided-to.example": undecided_site,
        "gone.example": FeedSite(publisher=publisher("gone", "bursts", keep=40), trouble=_gone),
        "failing.example": FeedSite(publisher=publisher("failing", "daily"), trouble=_failing),
        "hostile.example": FeedSite(publisher=publisher("hostile", "irregular"), trouble=_hostile),
        "redating.example": FeedSite(
            publisher=publisher("redating", "weekly", redates=True, reorders=True)
        ),
        "busy.example": FeedSite(
            publisher=publisher("busy", "steady", every=HOUR / 12, keep=60, back=2 * DAY)
        ),
        "busywhole.example": FeedSite(
            publisher=publisher("busywhole", "steady", every=HOUR / 2, keep=16, back=2 * DAY),
            offers="none",
        ),
        "quiet.example": FeedSite(publisher=publisher("quiet", "never")),
    }


TURNOVER = {"busy.example": 5 * HOUR, "busywhole.example": 8 * HOUR}
"""How fast a document is replaced by others, where that is a matter of hours."""

FEEDS = tuple(host for host in sites(lambda host: host) if not host.endswith("-to.example"))
"""The hosts whose feeds are subscribed to: the profiles."""
