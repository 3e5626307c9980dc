"""Clauses about the entry itself: which fields there are, what they take, and when they hold.

Values are folded like words. What fits is written in docs/topics.md, "About the entry"; in short: `feed:`,
`outlet:` and `author:` look for words in a name, `tag:` and `topic:` for a whole name, `domain:`
for a host and those below it, `url:` for a piece of the address, `type:` for the media type of an
enclosure, and the dates for days in UTC; `after:` and `before:` take an instant as well, `since:` and `published:` a
length of time that ends now.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.model.masking import masked
from monitor.query.folding import forms

if TYPE_CHECKING:
    from monitor.query.document import Document

TEXT_FIELDS = ("title", "lead", "body")
"""Fields that say where words must stand."""

META_FIELDS = ("feed", "outlet", "domain", "author", "lang", "tag", "topic", "url", "type")
DATE_FIELDS = ("after", "before", "on", "since", "published")
STATE_FIELDS = ("has", "is")

SAVED = "saved"
"""The field whose values are names of saved searches, and stand for their queries."""

FIELDS: tuple[str, ...] = (*TEXT_FIELDS, *META_FIELDS, *DATE_FIELDS, *STATE_FIELDS, SAVED)
"""Every field of the language, as written before the colon."""

_STATES = {
    "has": ("enclosure", "author", "published"),
    "is": ("revised", "withdrawn", "sent", "starred"),
}

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?Z")
"""An instant as `after:` and `before:` take it, UTC."""

_AGO = re.compile(r"(\d{1,5})([hdw])")
_LANG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
FOREVER = datetime.max.replace(tzinfo=UTC)
NEVER = datetime.min.replace(tzinfo=UTC)
"""The ends of a window that has none."""

Window = tuple[datetime, datetime]
"""Half-open `[from, until)`."""


class ValueRefusedError(ValueError):
    """A field cannot have this value; the message says what it takes, `hint` how to write it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def check(name: str, value: str) -> None:
    """Raise `ValueRefusedError` when the field cannot have this value."""
    if name in DATE_FIELDS:
        period(name, value, datetime(2000, 1, 1, tzinfo=UTC))
    elif name in STATE_FIELDS:
        _check_state(name, value)
    elif name == "lang":
        if not _LANG.fullmatch(value):
            raise ValueRefusedError(
                f"`{value}` is no language tag.", "Write the tag, as in lang:zh or lang:pt-br."
            )
    elif name == "domain" and re.search(r"[/:\s]", value.strip()):
        raise ValueRefusedError(
            f"`{value}` is no host.",
            "Write domain:nist.gov, and url:/news for a piece of an address.",
        )
    elif not (value.strip() if name in ("topic", "url", "type") else forms(value)):
        raise ValueRefusedError(
            f"There is no letter or digit in `{value}` for {name}: to look for."
        )


def _check_state(name: str, value: str) -> None:
    if value not in _STATES[name]:
        known = ", ".join(f"{name}:{state}" for state in _STATES[name])
        raise ValueRefusedError(f"There is no {name}:{value}.", f"Known: {known}.")


def period(name: str, value: str, now: datetime) -> Window:
    """Return the window a date clause asks for; `check` has passed.

    Raises `ValueRefusedError` otherwise.
    """
    if name == "since":
        return _since(value, now, name), FOREVER
    if name == "published":
        return (_since(value, now, name), FOREVER) if is_relative(value) else _published(value)
    if name in ("after", "before") and INSTANT.fullmatch(value):
        # The borders of a day, week or month elsewhere than in UTC, as the page writes them.
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            raise ValueRefusedError(
                f"There is no instant {value}.", f"Write {name}:2025-01-20T23:00Z."
            ) from None
        return (at, FOREVER) if name == "after" else (NEVER, at)
    first, last = _days(name, value)
    return {"after": (first, FOREVER), "before": (NEVER, first), "on": (first, last)}[name]


def is_relative(value: str) -> bool:
    """Tell whether a date clause with this value moves on with time: `7d`, `12h`, `4w`."""
    return _AGO.fullmatch(value) is not None


def fitting(name: str, value: str, document: Document, now: datetime) -> str | None:
    """Return the value of the document that satisfies the clause, or None."""
    if name in DATE_FIELDS:
        return _date(name, value, document, now)
    if name in ("feed", "outlet", "author"):
        return _name(name, value, document)
    return _OTHERS[name](value, document)


def topic_names(value: str) -> tuple[str, ...]:
    """Return the stored names a `topic:` value stands for, () when they cannot be told."""
    return () if value.endswith("*") else tuple(dict.fromkeys((value, value.lower())))


def _date(name: str, value: str, document: Document, now: datetime) -> str | None:
    seen_at = document.first_seen_at or now
    at = document.published_at if name == "published" else seen_at
    if at is None:
        return None
    first, last = period(name, value, now)
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if first <= at < last else None


def _name(name: str, value: str, document: Document) -> str | None:
    if name == "feed":
        if re.match(r"https?://", value, re.IGNORECASE) and "*" not in value:
            return masked(document.feed_url) if _same_address(value, document.feed_url) else None
        # A piece of the address rather than a title: feed:nist.gov/news
        piece = value.strip("*").lower()
        if re.search(r"[./:]", piece):
            address = masked(document.feed_url)  # nobody finds out a key piece by piece
            if piece in address.lower():
                return address
        shown = document.feed_title
    else:
        shown = document.outlet if name == "outlet" else document.author
    return shown if _holds_words(shown, value) else None


def _same_address(one: str, other: str) -> bool:
    """Say whether two addresses are equal but for the case of their scheme and host."""
    return _folded_address(one) == _folded_address(other)


def _folded_address(address: str) -> str:
    return re.sub(r"^[^/]*//[^/?#]*", lambda match: match[0].lower(), address)


def _holds_words(shown: str, value: str) -> bool:
    wanted, there = forms(value), forms(shown)
    last = len(wanted) - 1
    for start in range(len(there) - last):
        piece = there[start : start + last + 1]
        if piece == wanted or (
            value.endswith("*")
            and piece[:last] == wanted[:last]
            and piece[last].startswith(wanted[last])
        ):
            return True
    return False


def _tag(value: str, document: Document) -> str | None:
    wanted = forms(value)
    for tag in (*document.tags, *document.feed_tags):
        there = forms(tag)
        if there == wanted or (
            value.endswith("*") and " ".join(there).startswith(" ".join(wanted))
        ):
            return tag
    return None


def _topic(value: str, document: Document) -> str | None:
    for topic in document.topics:
        if value.endswith("*"):
            if topic.lower().startswith(value[:-1].lower()):
                return topic
        elif topic in (value, value.lower()):
            return topic
    return None


def _domain(value: str, document: Document) -> str | None:
    wanted = _ascii_host(value.removeprefix("*").strip("."))
    for host in (_ascii_host(document.domain), _ascii_host(_host(document.url))):
        if host and (host == wanted or host.endswith(f".{wanted}")):
            return host
    return None


def _ascii_host(host: str) -> str:
    """Return a host in lower case and as stored, in ASCII (RFC 5891), where it can be one."""
    try:
        return host.lower() if host.isascii() else host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host.lower()


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _lang(value: str, document: Document) -> str | None:
    wanted, there = value.lower(), document.language.lower().replace("_", "-")
    return there if there == wanted or there.startswith(f"{wanted}-") else None


def _url(value: str, document: Document) -> str | None:
    found = document.url and value.strip("*").lower() in document.url.lower()
    return document.url if found else None


def _type(value: str, document: Document) -> str | None:
    wanted = value.strip("*").lower().rstrip("/")
    for enclosure in document.enclosures:
        kind = enclosure.type.lower().partition(";")[0].strip()
        if kind and (not wanted or wanted in (kind, *kind.split("/"))):
            return kind
    return None


def _has(value: str, document: Document) -> str | None:
    if value == "enclosure":
        return document.enclosures[0].url if document.enclosures else None
    if value == "author":
        return document.author or None
    return document.published_at.isoformat() if document.published_at else None


def _is(value: str, document: Document) -> str | None:
    states = {
        "revised": document.revised,
        "withdrawn": document.withdrawn,
        "sent": document.sent,
        "starred": document.starred,
    }
    return value if states[value] else None


_OTHERS = {
    "tag": _tag,
    "topic": _topic,
    "domain": _domain,
    "lang": _lang,
    "url": _url,
    "type": _type,
    "has": _has,
    "is": _is,
}


def _days(name: str, value: str) -> Window:
    """Return the day, month or year that is written, as a window in UTC."""
    match = _DAY.fullmatch(value)
    if match is None:
        raise ValueRefusedError(
            f"`{value}` is no date.", f"Write {name}:2025-01-20, {name}:2025-01 or {name}:2025."
        )
    year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
    try:
        first = datetime(year, month, day, tzinfo=UTC)
        if match[3]:
            return first, first + timedelta(days=1)
        if match[2]:
            return first, datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        return first, datetime(year + 1, 1, 1, tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueRefusedError(
            f"There is no day {value}.", "Write year, month, day: 2025-01-20."
        ) from None


def _since(value: str, now: datetime, name: str) -> datetime:
    if match := _AGO.fullmatch(value):
        try:
            return now - int(match[1]) * _UNITS[match[2]]
        except OverflowError:
            return NEVER
    if _DAY.fullmatch(value):
        return _days(name, value)[0]
    raise ValueRefusedError(
        f"`{value}` is no length of time.",
        "Write since:12h, since:7d, since:4w or since:2025-01-20.",
    )


def _published(value: str) -> Window:
    for sign in (">=", "<=", ">", "<"):
        if value.startswith(sign):
            first, last = _days("published", value[len(sign) :])
            return {
                ">=": (first, FOREVER),
                "<=": (NEVER, last),
                ">": (last, FOREVER),
                "<": (NEVER, first),
            }[sign]
    if ".." in value:
        begin, _, end = value.partition("..")
        return _days("published", begin)[0], _days("published", end)[1]
    if not _DAY.fullmatch(value):
        raise ValueRefusedError(
            f"`{value}` is no date.",
            "Write published:2025-01-20, published:2025-01, published:>=2025-01-20 or published:7d.",
        )
    return _days("published", value)
