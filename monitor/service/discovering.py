"""Find the feeds of an address: itself, what its page names, or, when asked, the usual places.

Each address is fetched once, one at a time at a host, and what came is kept, so that the feed a
person chooses can be stored without asking for it again.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from urllib.parse import urlsplit

from monitor import __version__
from monitor.errors import UsageError
from monitor.fetch.addresses import may_share_secrets
from monitor.fetch.client import Fetcher
from monitor.model.entry import FeedLink, Headline, ParsedFeed, ParseFailure
from monitor.model.feed import Feed, FeedRecord
from monitor.model.fetch import Fetched, FetchFailure, Hop
from monitor.parse.discovery import feed_links
from monitor.service.recording import Answer
from monitor.service.refreshing import fetch_limits, parser_pool
from monitor.service.requests import request_for, would_show_secrets
from monitor.settings.addresses import addresses_one_feed, check_url, same_feed
from monitor.settings.values import Settings

MOST = 10
"""Feeds a page names that are looked at."""
LATEST = 3
"""Headlines by which a person knows a feed."""
WELL_KNOWN = ("feed", "rss", "atom.xml", "feed.xml", "index.xml", "rss.xml", "feed.json")
"""Where feeds often are; tried on request only, as most of these are misses in a server's log."""

_PERMANENT = (301, 308)
_Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Look:
    """One address and what it answered. `url` is the address to watch it by.

    That is where permanent redirects led to, else `asked`; `answer` is as if `url` had been asked.
    """

    asked: str
    url: str
    answer: Answer

    @property
    def feed(self) -> ParsedFeed | None:
        """The document, where it is a feed."""
        parsed = self.answer.parsed
        return parsed if isinstance(parsed, ParsedFeed) else None

    @property
    def error(self) -> str:
        """Why it is no feed, in the server's own words where it wrote some; "" for a feed."""
        fetched, parsed = self.answer.fetched, self.answer.parsed
        if isinstance(fetched, FetchFailure):
            said = f" It wrote: “{fetched.snippet}”" if fetched.snippet else ""
            return fetched.message + said
        return parsed.message if isinstance(parsed, ParseFailure) else ""

    @property
    def newest_at(self) -> datetime | None:
        """The latest plausible date among its entries."""
        dates = [entry.published_at for entry in self.feed.entries] if self.feed else []
        return max((date for date in dates if date), default=None)

    @property
    def latest(self) -> tuple[Headline, ...]:
        """Its latest headlines, the newest first; without dates in the document's order."""
        lines = [Headline(e.title, e.published_at) for e in self.feed.entries] if self.feed else []
        dated = sorted(
            (line for line in lines if line.published_at),
            key=lambda line: line.published_at.timestamp() if line.published_at else 0,
            reverse=True,
        )
        return tuple((dated or lines)[:LATEST])


@dataclass(frozen=True, slots=True)
class Candidate:
    """A feed that may be meant. `number` is its place among what the page names, from 1."""

    number: int
    link: FeedLink
    look: Look


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found at an address.

    `first` is the address itself, `found` are the feeds (it alone where it is one), `others` what was
    looked at and is no feed. `guessed`: they were not named anywhere but stood in a usual place.
    """

    first: Look
    found: tuple[Candidate, ...] = ()
    others: tuple[Candidate, ...] = ()
    guessed: bool = False


class Looking:
    """What looking takes: one guarded fetcher and the parsers. An async context manager.

    `environ` is where a feed's secrets are. `told` hears of each address before it is fetched.
    """

    def __init__(
        self,
        settings: Settings,
        environ: Mapping[str, str],
        now: datetime,
        told: _Told = lambda _: None,
    ) -> None:
        self._settings = settings.fetch
        self._environ = environ
        self._now = now
        self._told = told
        self._fetcher = Fetcher(replace(fetch_limits(settings.fetch), per_host=1), __version__)
        self._parsers = parser_pool(settings.fetch)

    async def __aenter__(self) -> Looking:
        await self._fetcher.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._fetcher.__aexit__(kind, error, trace)
        self._parsers.close()

    async def look(self, feed: Feed) -> Look:
        """Fetch and parse what is at a feed's address, once."""
        self._told(feed.url)
        loop = asyncio.get_running_loop()
        started = loop.time()
        request = request_for(
            FeedRecord(id=0, url=feed.url, feed=feed), self._settings, self._environ
        )
        if isinstance(request, FetchFailure):
            return Look(feed.url, feed.url, Answer(request, None, "", 0.0))
        outcome = await self._fetcher.fetch(request)
        if not isinstance(outcome, Fetched):
            return Look(feed.url, feed.url, Answer(outcome, None, "", loop.time() - started))
        parsed = await self._parsers.parse(
            outcome.body, url=outcome.url, content_type=outcome.content_type, now=self._now
        )
        url, hops = kept_address(feed, outcome.hops)
        return Look(
            feed.url,
            url,
            Answer(
                replace(outcome, hops=hops),
                parsed,
                hashlib.sha256(outcome.body).hexdigest(),
                loop.time() - started,
            ),
        )

    async def discover(self, feed: Feed, *, guess: bool = False, choose: str = "") -> Discovery:
        """Find the feeds at a feed's address.

        `guess` tries the usual places where the page names none, and stops at the first. `choose` is
        the number or address of the only candidate to look at; raises `UsageError` where there is
        none such.
        """
        first = await self.look(feed)
        if first.feed:
            return Discovery(first, (Candidate(1, FeedLink(first.url), first),))
        links = _numbered(first)
        if choose and isinstance(first.answer.fetched, Fetched):
            links = [_chosen(links, choose, feed.url)]
        looks = await asyncio.gather(*(self.look(_asked(feed, link.url)) for _, link in links))
        candidates = _distinct(
            Candidate(number, link, look) for (number, link), look in zip(links, looks, strict=True)
        )
        found = tuple(each for each in candidates if each.look.feed)
        others = tuple(each for each in candidates if not each.look.feed)
        if found or not guess or not _worth_guessing(first):
            return Discovery(first, found, others)
        tried, hit = await self._guess(feed, first)
        return Discovery(first, hit, (*others, *tried), guessed=bool(hit))

    async def _guess(
        self, feed: Feed, first: Look
    ) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
        """Try the usual places one after the other; return misses and, at most one, hits."""
        tried: list[Candidate] = []
        where = first.answer.fetched.url
        for number, url in enumerate(guesses(where), start=1):
            look = await self.look(_asked(feed, url))
            candidate = Candidate(number, FeedLink(url), look)
            if look.feed:
                return tuple(tried), (candidate,)
            tried.append(candidate)
            if not _worth_guessing(look):
                break
        return tuple(tried), ()


def kept_address(feed: Feed, hops: Sequence[Hop]) -> tuple[str, tuple[Hop, ...]]:
    """Return the address a feed is to be watched by, and the redirects from there on.

    Permanent redirects at the beginning are believed, as nobody has watched the old address yet
    (RFC 9110 section 15.4). Not where a secret would then go to another host, nor where the feed's
    address is to stay.
    """
    permanent = 0
    while permanent < len(hops) and hops[permanent].status in _PERMANENT:
        permanent += 1
    if not permanent or not feed.follow_moves:
        return feed.url, tuple(hops)
    to = hops[permanent - 1].url.partition("#")[0]
    try:
        check_url(to)
    except ValueError:
        return feed.url, tuple(hops)
    if would_show_secrets(feed, to):
        return feed.url, tuple(hops)
    return to, tuple(hops[permanent:])


def guesses(url: str) -> list[str]:
    """Return where the feed of a page may be: beside the page first, then at the host's root."""
    parts = urlsplit(url)
    folder, _, name = parts.path.rpartition("/")
    beside = f"{folder}/" if "." in name or not name else f"{parts.path}/"
    root = f"{parts.scheme}://{parts.netloc}"
    places = dict.fromkeys([f"{root}{beside}", f"{root}/"])
    wanted = [f"{place}{name}" for place in places for name in WELL_KNOWN]
    return [each for each in wanted if not addresses_one_feed(each, url)]


def _worth_guessing(look: Look) -> bool:
    """Tell whether the host is there and does not ask for fewer visits."""
    fetched = look.answer.fetched
    return not (
        isinstance(fetched, FetchFailure) and (fetched.status == 0 or fetched.kind == "throttled")
    )


def _numbered(first: Look) -> list[tuple[int, FeedLink]]:
    """Return the feeds a page names, each feed once, with their numbers."""
    fetched, parsed = first.answer.fetched, first.answer.parsed
    links: Sequence[FeedLink] = parsed.feeds if isinstance(parsed, ParseFailure) else ()
    if not links and isinstance(fetched, Fetched):
        links = feed_links(fetched.body, fetched.url)
    distinct: dict[object, FeedLink] = {}
    for link in links:
        try:
            distinct.setdefault(same_feed(check_url(link.url)), link)
        except ValueError:
            continue  # no address a feed could be watched by
    return list(enumerate(list(distinct.values())[:MOST], start=1))


def _chosen(links: Sequence[tuple[int, FeedLink]], choose: str, page: str) -> tuple[int, FeedLink]:
    for number, link in links:
        if choose == str(number) or addresses_one_feed(choose, link.url):
            return number, link
    if not links:
        raise UsageError(f"{page} names no feed, so there is nothing to choose.")
    known = "; ".join(f"{number} {link.url}" for number, link in links)
    raise UsageError(f"{page} names no feed {choose!r}; it names: {known}")


def _asked(feed: Feed, url: str) -> Feed:
    """Return the feed as it would be at another address, without secrets for another host."""
    if may_share_secrets(feed.url, url):
        return replace(feed, url=url)
    return replace(feed, url=url, headers=(), auth_env="", auth_scheme="")


def _distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Leave out what redirects have led to the same feed again."""
    kept: dict[object, Candidate] = {}
    for each in candidates:
        kept.setdefault(same_feed(each.look.url), each)
    return list(kept.values())
