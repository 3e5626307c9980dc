"""The JSON of the commands that look at feeds: add, discover, check, show (docs/json.md)."""

from __future__ import annotations

from monitor.model.entry import Headline
from monitor.model.feed import Feed
from monitor.model.refresh import FetchLogLine
from monitor.service.adding import Added
from monitor.service.checking import Checked, Seen
from monitor.service.discovering import Candidate
from monitor.service.importing import Imported
from monitor.service.masking import masked, masked_headers
from monitor.service.shapes import Shape, feed_shape, instant, never_fetched
from monitor.service.standing import Account, rhythm_words
from monitor.settings.tables import FeedTable, table_of


def found_shape(candidate: Candidate) -> Shape:
    """Shape of one feed that was found, or of what was looked at and is none."""
    look = candidate.look
    feed = look.feed
    return {
        "number": candidate.number,
        "url": look.url,
        "ok": feed is not None,
        "title": (feed.title if feed else "") or candidate.link.title,
        "entries": len(feed.entries) if feed else 0,
        "newest_at": instant(look.newest_at),
        "latest": [_headline(each) for each in look.latest],
        "error": look.error,
    }


def added_shape(asked: str, feed: Feed, found: Candidate | None, added: Added | None) -> Shape:
    """Shape of `monitor feeds add --json`; `found` is None after `--no-fetch`."""
    result = added.result if added else None
    document = found_shape(found) if found else {"title": "", "entries": 0, "newest_at": None}
    return {
        "added": True,
        "id": str(result.feed_id) if result else None,
        "url": feed.url,
        "asked": asked,
        "fetched": found is not None,
        "moved": found is not None and found.look.url != found.look.asked,
        "title": feed.title or document["title"],
        "entries": document["entries"],
        "newest_at": document["newest_at"],
        "latest": document.get("latest", []),
        "entries_new": result.new if result else 0,
        "matches_new": result.matches if result else 0,
        "next_fetch_at": instant(result.next_fetch_at) if result else None,
        "error": result.error if result else "",
    }


def checked_shape(checked: Checked) -> Shape:
    """Shape of one feed of `monitor feeds check --json`."""
    record = checked.record
    return {
        "id": str(record.id),
        "url": record.url,
        "ok": checked.ok,
        "title": (record.feed.title if record.feed else "") or record.title,
        "state": record.state,
        "since": instant(record.since_at),
        "entries": checked.listed,
        "entries_new": checked.new,
        "newest_at": instant(checked.newest_at),
        "next_fetch_at": None if never_fetched(record) else instant(record.next_fetch_at),
        "error": record.error,
        "words": record.words,
        "explanation": account_shape(checked.account),
    }


def written_shape(feed: Feed) -> Shape:
    """Shape of a feed as config/feeds.toml has it, every key of its table; likely secrets are masked."""
    values = {
        name: field.get_default(call_default_factory=True)
        for name, field in FeedTable.model_fields.items()
        if name != "url"
    }
    written = {"url": feed.url} | values | {"tags": [], "headers": {}} | table_of(feed)
    return written | {"headers": dict(masked_headers(feed.headers))} | _without_keys(written)


def masked_feed(shape: Shape) -> Shape:
    """Return the shape of a feed without the keys that may stand in its addresses."""
    return shape | _without_keys(shape)


def _without_keys(shape: Shape) -> Shape:
    names = ("url", "feed_url", "moved_from", "moving_to", "title", "error")
    return {name: masked(shape[name]) for name in names if name in shape}


def imported_shape(report: Imported, *, dry_run: bool) -> Shape:
    """Shape of `monitor feeds import --json`."""
    return {
        "dry_run": dry_run,
        "added": [feed.url for feed in report.added],
        "already": [{"url": feed.url, "see": where} for feed, where in report.already],
        "left_out": list(report.left_out),
        "repeated": report.repeated,
        "withheld": [{"url": feed.url, "keys": list(keys)} for feed, keys in report.withheld],
        "faults": list(report.faults),
        "refused": [{"url": feed.url, "reason": reason} for feed, reason in report.refused],
    }


def visit_shape(visit: FetchLogLine) -> Shape:
    """Shape of one visit of a feed."""
    return {
        "at": instant(visit.at),
        "result": visit.result,
        "status": visit.status,
        "bytes": visit.wire_bytes,
        "seconds": round(visit.seconds, 3),
        "entries": visit.entries,
        "message": masked(visit.message),
    }


def account_shape(account: Account) -> Shape:
    """Shape of the sentences on a feed."""
    return {
        "state": account.state,
        "words": account.words,
        "next": account.next,
        "advice": account.advice,
    }


def seen_shape(seen: Seen) -> Shape:
    """Shape of `monitor feeds show --json`."""
    record = seen.record
    return {
        **feed_shape(record),
        "explanation": account_shape(seen.account),
        "rhythm": rhythm_words(record),
        "validators": bool(record.validators),
        "held": seen.held,
        "latest": [_headline(each) for each in seen.headlines],
        "gaps": [
            {"from": instant(gap.from_at), "until": instant(gap.until_at), "pages": gap.pages}
            for gap in seen.gaps
        ],
        "visits": [visit_shape(visit) for visit in seen.visits],
    }


def _headline(headline: Headline) -> Shape:
    return {"title": headline.title, "published_at": instant(headline.published_at)}
