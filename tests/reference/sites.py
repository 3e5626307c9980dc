"""Sites: how a publisher's document is answered for, by HTTP.

A site is asked with the header fields of a request and answers from its own state and the clock,
without any network: `server` brings it onto a socket.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Literal, Protocol

from tests.reference.clock import MINUTE
from tests.reference.documents import CONTENT_TYPES, Format, Head, write
from tests.reference.log import Answer, Fields, Says
from tests.reference.publisher import Publisher

Offers = Literal["both", "etag", "modified", "none", "weak", "flipping"]
"""Which validators a site sends; "flipping": another ETag with each answer, the body being the same."""

PATH = "/Feeds/Latest.XML?format=Full&b=%7Eone&a=%C3%A9"
"""Where feeds are: with letter case, a query and escapes that a careless client would tidy."""


class Site(Protocol):
    """What answers at one host."""

    def answer(self, target: str, fields: Fields, now: datetime) -> Answer:
        """Answer a GET for `target`."""


Trouble = Callable[[datetime, int], Answer | None]
"""What a site does instead of answering with its document, by the time and the number of the request."""


def _no_trouble(now: datetime, nth: int) -> Answer | None:
    return None


@dataclass(kw_only=True)
class FeedSite:
    """A site with one feed. `max_age` goes with a 200, `max_age_304` with a 304, in seconds.

    `archives` gives the document pages of RFC 5005.
    """

    publisher: Publisher
    format: Format = "rss"
    offers: Offers = "both"
    max_age: int = 0
    max_age_304: int = 0
    expires: timedelta = timedelta(0)
    ttl: int = 0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    trouble: Trouble = _no_trouble
    archives: bool = False
    path: str = PATH
    asked: int = field(default=0, init=False)

    def answer(self, target: str, fields: Fields, now: datetime) -> Answer:
        """Answer for the feed at `path` and its older pages."""
        self.asked += 1
        date = (b"Date", http_date(now))
        if target.startswith("/archive/") and self.archives:
            return self._archive(int(target.rpartition("/")[2]), now)
        if target != self.path:
            return Answer(status=404, fields=(date,), body=b"nothing here")
        trouble = self.trouble(now, self.asked)
        if trouble is not None:
            return trouble
        return self._document(fields, now, date)

    def _document(self, fields: Fields, now: datetime, date: tuple[bytes, bytes]) -> Answer:
        items = self.publisher.document(now)
        body = write(self.format, self._head(self._older(now)), items)
        etag, modified = self._validators(body, now)
        sent: list[tuple[bytes, bytes]] = [date]
        if etag is not None:
            sent.append((b"ETag", etag))
        same = matches(fields, etag, modified)
        # A 304 that names its ETag has no need of a Last-Modified (RFC 9110 section 15.4.5).
        if modified is not None and not (same and etag is not None):
            sent.append((b"Last-Modified", modified))
        max_age = self.max_age_304 if same else self.max_age
        if max_age:
            sent.append((b"Cache-Control", b"public, max-age=%d" % max_age))
        if self.expires:
            sent.append((b"Expires", http_date(now + self.expires)))
        if same:
            return Answer(status=304, fields=tuple(sent), says=self._says())
        sent.append((b"Content-Type", CONTENT_TYPES[self.format].encode()))
        return Answer(
            status=200,
            fields=tuple(sent),
            body=body,
            feed=True,
            entries=frozenset(each.number for each in items),
            says=self._says(),
        )

    def _archive(self, number: int, now: datetime) -> Answer:
        items = self.publisher.page(number, now)
        older = f"/archive/{number - 1}" if number > 0 else ""
        return Answer(
            status=200,
            fields=(
                (b"Date", http_date(now)),
                (b"Content-Type", CONTENT_TYPES[self.format].encode()),
            ),
            body=write(self.format, self._head(older), items),
            feed=True,
            page=True,
            entries=frozenset(each.number for each in items),
        )

    def _older(self, now: datetime) -> str:
        """Return the newest full page: of what the document shows, part may be there as well."""
        full = self.publisher.count(now) // self.publisher.keep
        return f"/archive/{full - 1}" if self.archives and full else ""

    def _head(self, older: str) -> Head:
        marker = self.publisher.marker
        return Head(
            title=f"The {marker} gazette",
            site=f"https://{marker}.example/",
            ttl=self.ttl,
            skip_hours=self.skip_hours,
            skip_days=self.skip_days,
            older=older,
        )

    def _validators(self, body: bytes, now: datetime) -> tuple[bytes | None, bytes | None]:
        tag = hashlib.sha256(body).hexdigest()[:16].encode()
        etag = {
            "both": b'"%s"' % tag,
            "etag": b'"%s"' % tag,
            "weak": b'W/"%s-gzip"' % tag,
            "flipping": b'"%s-%d"' % (tag, self.asked),
        }.get(self.offers)
        modified = http_date(self.publisher.changed_at(now))
        return etag, modified if self.offers in {"both", "modified", "weak"} else None

    def _says(self) -> Says:
        return Says(
            ttl=self.ttl * MINUTE,
            skip_hours=frozenset(self.skip_hours),
            skip_days=frozenset(self.skip_days),
        )


@dataclass
class SharedSite:
    """A host with several feeds, by path."""

    feeds: dict[str, FeedSite]

    def answer(self, target: str, fields: Fields, now: datetime) -> Answer:
        """Answer for the feed at `target`."""
        if target not in self.feeds:
            return Answer(status=404, body=b"nothing here")
        return self.feeds[target].answer(target, fields, now)


@dataclass
class MovedSite:
    """A site whose feed has moved: `where` says by the time with which status and to which address.

    While it says None, `before` answers.
    """

    before: Site
    where: Callable[[datetime], tuple[int, str] | None]

    def answer(self, target: str, fields: Fields, now: datetime) -> Answer:
        """Redirect, or answer as before."""
        moved = self.where(now)
        if moved is None:
            return self.before.answer(target, fields, now)
        status, to = moved
        return Answer(
            status=status,
            fields=((b"Date", http_date(now)), (b"Location", to.encode())),
            body=b"<html>moved</html>",
        )


def refusal(status: int, now: datetime, *fields: tuple[bytes, bytes]) -> Answer:
    """Make an error page. It has a validator of its own, which is nobody's but the page's."""
    return Answer(
        status=status,
        fields=((b"Date", http_date(now)), (b"ETag", b'"error-page"'), *fields),
        body=b"<html><title>Sorry</title><p>Not now.</p></html>",
    )


def retry_after(
    now: datetime, wait: timedelta, form: Literal["seconds", "date"]
) -> tuple[bytes, bytes]:
    """Write a Retry-After (RFC 9110 section 10.2.3)."""
    if form == "seconds":
        return b"Retry-After", b"%d" % wait.total_seconds()
    return b"Retry-After", http_date(now + wait)


def matches(fields: Fields, etag: bytes | None, modified: bytes | None) -> bool:
    """Tell whether a request's conditions hold; If-None-Match wins (RFC 9110 section 13.1.3)."""
    named = {name.lower(): value for name, value in fields}
    if b"if-none-match" in named:
        return etag is not None and _weak(named[b"if-none-match"]) == _weak(etag)
    return modified is not None and named.get(b"if-modified-since") == modified


def _weak(tag: bytes) -> bytes:
    return tag.removeprefix(b"W/")


def http_date(at: datetime) -> bytes:
    return format_datetime(at.replace(microsecond=0), usegmt=True).encode()
