"""How a feed stands, in sentences for a person: what is wrong, since when, what happens, what to do.

Pure: times are told as spans before or after `now`, so that they hold in any zone.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.digests.phrases import count, lasting, usually
from monitor.digests.troubles import FAILING, TOLD_AFTER, began_at, is_no_feed, troubles_of
from monitor.model.feed import FeedRecord
from monitor.model.masking import masked
from monitor.service.moves import BELIEVED_AFTER

_THROTTLED = (429, 503)
_WAITING = ("asks to wait", "asks for fewer visits")
"""What `FeedRecord.why_then` says where a server has asked to be left alone until then."""

_TOLD = ("monitor feeds ", "allow_private", "auth_env", "ask the publisher")
"""What stands in an error that says by itself what to do."""

_TURNED_AWAY = {
    "throttled": "Its server has asked for fewer visits",
    "blocked": "Its server has not let the monitor in",
    "failing": "It has failed",
}
_TURNED_AWAY_ONCE = {"failing": "It failed at its last visit"}


@dataclass(frozen=True, slots=True)
class Account:
    """What there is to say of a feed; each part is one or two sentences, "" where there is nothing.

    `state` says how it stands and since when, `words` what its server or document said itself, `next`
    when it is tried again and why then, `advice` what a person can do.
    """

    state: str
    words: str
    next: str
    advice: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """All parts that say something, in order."""
        return tuple(part for part in (self.state, self.words, self.next, self.advice) if part)

    def __str__(self) -> str:
        return " ".join(self.sentences)


def account(feed: FeedRecord, now: datetime) -> Account:
    """Explain how a feed stands at `now`."""
    return Account(_state(feed, now), _words(feed), _next(feed, now), _advice(feed, now))


def in_trouble(feed: FeedRecord, now: datetime) -> bool:
    """Tell whether a feed needs a person, or may: what is news to a digest, and moves not followed."""
    if feed.state == "moved" and _stays(feed):
        return True
    return any(at <= now for _, at in troubles_of(feed))


def told_to_wait(feed: FeedRecord, now: datetime) -> bool:
    """Tell whether the server has asked to be left alone for a time that has not passed."""
    if feed.next_fetch_at is None or feed.next_fetch_at <= now:
        return False
    # A quarantined feed stays so while it is turned away: what its server said last tells.
    throttled = feed.state == "throttled" or feed.status in _THROTTLED
    return throttled or any(words in feed.why_then for words in _WAITING)


def rhythm_words(feed: FeedRecord) -> str:
    """Say how often something new comes, as far as that is known."""
    return usually(feed.rhythm.every, feed.rhythm.pause) or "not known yet how often it has news"


def _state(feed: FeedRecord, now: datetime) -> str:
    error = _sentence(masked(feed.error))
    match feed.state:
        case "ok":
            looked = f", last looked at {_ago(feed.last_ok_at, now)}" if feed.last_ok_at else ""
            return _joined(f"It works{looked}; {rhythm_words(feed)}.", error)
        case "new":
            return "It has not been fetched yet."
        case "off":
            return "It is switched off in config/ and is not fetched."
        case "gone":
            said = f" {_ago(feed.since_at, now)}" if feed.since_at else ""
            return _joined(f"It is gone for good, its server said{said}.", error)
        case "silent":
            quiet = f" for {lasting(now - feed.last_new_at)}" if feed.last_new_at else ""
            return f"It answers, but has brought nothing new{quiet}; {rhythm_words(feed)}."
        case "moved":
            return _joined("It works, and its address has changed.", error)
        case "quarantined":
            return _joined(f"Its entries are held back{_for(feed, now)}.", error)
        case "blocked" if feed.status == 0:  # a secret that is not set
            return _joined(f"It could not be asked{_for(feed, now)}.", error)
        case "throttled" | "blocked" | "failing":
            if feed.failures == 1:
                once = _TURNED_AWAY_ONCE.get(feed.state, _TURNED_AWAY[feed.state])
                return _joined(f"{once}.", error)
            row = f"{_for(feed, now)} ({count(feed.failures, 'visit', 'visits')} in a row)"
            return _joined(f"{_TURNED_AWAY[feed.state]}{row}.", error)


def _words(feed: FeedRecord) -> str:
    said = " ".join(feed.words.split())
    if not said or said in feed.error:
        return ""
    return f"It wrote: “{said}”"


def _next(feed: FeedRecord, now: datetime) -> str:
    if feed.state in ("off", "gone"):
        return ""
    if feed.next_fetch_at is None or feed.next_fetch_at <= now:
        return "It is due now."
    why = f": {feed.why_then}" if feed.why_then else ""
    return f"It is tried again in {lasting(feed.next_fetch_at - now)}{why}."


def _advice(feed: FeedRecord, now: datetime) -> str:
    if feed.state in ("failing", "blocked") and any(each in feed.error for each in _TOLD):
        return ""
    match feed.state:
        case "gone":
            return (
                f"{_successor(feed)} Ask once more: `monitor feeds check {feed.id}`. Take it out: "
                f"`monitor feeds remove {feed.id}`."
            )
        case "silent":
            return (
                "Look at its site whether it still publishes: a feed is often left behind when a "
                f"site is rebuilt. {_successor(feed)}"
            )
        case "throttled":
            return (
                "Nothing is to be done: the monitor waits as asked. If it lasts, ask less often: "
                f"`monitor feeds edit {feed.id} --every 6h`; and set `contact` under [fetch], so that "
                "the publisher can write to you."
            )
        case "blocked":
            return _advice_of_blocked(feed)
        case "failing":
            return _advice_of_failing(feed, now)
        case "off":
            return f"Switch it on: `monitor feeds edit {feed.id} --enable`."
        case "new":
            return f"Fetch it: `monitor fetch {feed.id}`."
        case "ok" | "moved" | "quarantined":
            return ""  # where something is to be done, the note says it


def _advice_of_blocked(feed: FeedRecord) -> str:
    if feed.status == 0:
        return ""  # a secret that is not set; the message says what to do
    asked = feed.feed
    if feed.status == 401 and asked is not None and asked.auth_env:
        sent = f" (sent as {asked.auth_scheme})" if asked.auth_scheme else " (sent as it is)"
        return (
            f"What {asked.auth_env} holds{sent} was not accepted: correct it, or how it is sent: "
            f"`monitor feeds edit {feed.id} --auth-scheme bearer`, or `basic`."
        )
    if feed.status == 401:
        return (
            "It wants a log-in: put its secret into an environment variable and name that: "
            f"`monitor feeds edit {feed.id} --auth-env NAME --auth-scheme bearer`, or `basic`."
        )
    return (
        "Open it in a browser. If it opens there, ask the publisher to let feed readers in, or use "
        f"another address. {_successor(feed)}"
    )


def _advice_of_failing(feed: FeedRecord, now: datetime) -> str:
    if is_no_feed(feed):
        return f"Its address may have changed. {_successor(feed)}"
    began = began_at(feed, feed.state)
    if began is None or now - began < TOLD_AFTER:
        return "Nothing is to be done yet: most such failures pass by themselves."
    if feed.status == 0:
        return (
            "Open it in a browser. If it opens there, see whether the monitor reaches the network: "
            f"`monitor doctor`. If it does not: {_successor(feed)}"
        )
    return f"Tell the publisher, or look for another address. {_successor(feed)}"


def _successor(feed: FeedRecord) -> str:
    return (
        f"Look for its feed: `monitor feeds discover {_site(feed)} --guess`; then "
        f"`monitor feeds edit {feed.id} --url NEW`."
    )


def _site(feed: FeedRecord) -> str:
    """Return where to look for a feed: its site, else the front page of its host."""
    # It is a document's word, and stands in a command that a person copies.
    if feed.site_url.startswith(("http://", "https://")) and "`" not in feed.site_url:
        return shlex.quote(feed.site_url)
    parts = urlsplit(feed.url)
    return shlex.quote(f"{parts.scheme}://{parts.netloc}/")


def _stays(feed: FeedRecord) -> bool:
    """Tell whether a move has been confirmed and is not followed."""
    return feed.moving is not None and feed.moving.days >= BELIEVED_AFTER


def _for(feed: FeedRecord, now: datetime) -> str:
    at = feed.failing_since_at if feed.state in FAILING else feed.since_at
    return f" for {lasting(now - at)}" if at and now - at >= timedelta(minutes=1) else ""


def _ago(at: datetime, now: datetime) -> str:
    return "just now" if now - at < timedelta(minutes=1) else f"{lasting(now - at)} ago"


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".!?”’" else f"{text}."
