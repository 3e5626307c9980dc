"""Long work about feeds that are not watched yet: looking at an address, taking a list over."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from monitor.digests.phrases import count, usually
from monitor.errors import UsageError
from monitor.fetch.network import NO_TLS
from monitor.fetch.rhythm import rhythm_of_dates
from monitor.model.entry import ParsedEntry, ParsedFeed, ParseFailure
from monitor.model.feed import Feed, FeedRecord
from monitor.model.fetch import FetchFailure
from monitor.model.job import Job
from monitor.parse.opml import SIZE_CAP
from monitor.service.adding import watched_already
from monitor.service.discovering import Candidate, Discovery, Looking
from monitor.service.editing import edit
from monitor.service.feed_shapes import found_shape
from monitor.service.importing import Imported, import_list
from monitor.service.job_kinds import start_fetch
from monitor.service.jobs import Kind, Work, start
from monitor.service.masking import masked
from monitor.service.matching import document_of_parsed
from monitor.service.shapes import instant
from monitor.service.wiring import Services
from monitor.settings.addresses import check_url, same_feed
from monitor.topics.matching import match_all

SECONDS = 30
"""How long looking at an address may take in all."""
_SAMPLE = 8
"""Entries of a feed by which a person knows it."""
_SHOWN = 500
"""Feeds of a list, of each kind, that a result names."""
_LOOK = 0.1


_HOST_AND_PORT = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,62}:[0-9]{1,5}")


def address_of(text: str) -> str:
    """Return the address a person means: what they typed, with https:// where they left it out.

    Raises `UsageError` for what can be no address of a feed.
    """
    url = text.strip()
    host = url.partition("/")[0]
    if url and "://" not in url and ("." in host or _HOST_AND_PORT.fullmatch(host)):
        url = f"https://{url}"
    try:
        return check_url(url)
    except ValueError as error:
        raise UsageError(f"The address {error}.") from None


def start_discover(services: Services, text: str, now: datetime, *, guess: bool = False) -> Job:
    """Ask for the feeds at an address to be looked at. Raises `UsageError` for what is no address."""
    url = address_of(text)
    return start(services, "discover", f"Look at {masked(url)}", {"url": url, "guess": guess}, now)


def start_import(
    services: Services,
    data: bytes,
    name: str,
    now: datetime,
    *,
    dry_run: bool,
    trusted: bool = False,
    fetch: bool = False,
) -> Job:
    """Ask for a list of feeds (OPML) to be taken over, or for what would come of it.

    `name` is how messages call it. Raises `UsageError` when it is too large. After a dry run the list is
    kept, for `take_over`; `fetch` lets the new feeds be fetched at once.
    """
    if len(data) > SIZE_CAP:
        raise UsageError(
            f"{name} is larger than {SIZE_CAP // 1_000_000} MB. Split the list, and take it over in parts."
        )
    about = f"Look through {name}" if dry_run else f"Take over {name}"
    arguments = {"name": name, "dry_run": dry_run, "trusted": trusted, "fetch": fetch}
    return start(services, "import", about, arguments, now, data)


def take_over(services: Services, looked: Job, now: datetime, *, trusted: bool, fetch: bool) -> Job:
    """Ask for a list that was looked through to be taken over. Raises `UsageError` where it is gone."""
    data = services.store.jobs.document(looked.id)
    if looked.kind != "import" or data is None:
        raise UsageError("The list is not kept any more; choose the file again.")
    name = str(looked.arguments.get("name", "the list"))
    return start_import(services, data, name, now, dry_run=False, trusted=trusted, fetch=fetch)


def discover(work: Work) -> str:
    """Look at an address, and say what is there and what the topics would make of it."""
    url, guess = str(work.job.arguments["url"]), bool(work.job.arguments["guess"])
    services = work.services()
    told: list[str] = []

    async def look() -> Discovery:
        async with (
            asyncio.timeout(SECONDS),
            Looking(services.settings, work.environ, work.clock(), told.append) as looking,
        ):
            looked = asyncio.ensure_future(looking.discover(Feed(url=url), guess=guess))
            try:
                while not looked.done():
                    await asyncio.wait([looked], timeout=_LOOK)
                    last = masked(told[-1]) if told else ""
                    await asyncio.to_thread(work.note, 0, 0, f"Looking at {last}")
            finally:
                if not looked.done():
                    looked.cancel()
                    with suppress(asyncio.CancelledError):
                        await looked
            return looked.result()

    try:
        found = asyncio.run(look())
    except TimeoutError:
        raise UsageError(
            f"{masked(url)} did not show what it has within {SECONDS} seconds. Try again, or add the "
            "address as it is, without looking."
        ) from None
    work.result.update(
        asked=url,
        guessed=found.guessed,
        found=[_candidate(services, each, work.clock()) for each in found.found],
        others=[{"url": each.look.url, "error": each.look.error} for each in found.others],
        nothing="" if found.found else _nothing(found, guess),
        plain="" if found.found else _without_tls(found),
        page=isinstance(found.first.answer.parsed, ParseFailure),
    )
    if not found.found:
        return "No feed was found."
    return f"{count(len(found.found), 'feed', 'feeds')} found."


def take_list(work: Work) -> str:
    """Take a list over, or say what would come of it."""
    asked = work.job.arguments
    services = work.services()
    data = services.store.jobs.document(work.job.id)
    if data is None:
        raise UsageError("The list is not kept any more; choose the file again.")
    name, trusted = str(asked["name"]), bool(asked["trusted"])
    work.note(0, 0, "Reading the list")
    if asked["dry_run"]:
        report = import_list(services.home, data, name=name, trusted=trusted, dry_run=True)
        work.result.update(_report(report), dry_run=True)
        work.keep_document = True
        return f"{count(len(report.added), 'feed', 'feeds')} would be added."
    what = f"Took over {name}"
    done = edit(
        services,
        what,
        lambda home: import_list(home, data, name=name, trusted=trusted),
        work.clock(),
    )
    report = done.value
    work.result.update(_report(report), dry_run=False, edit=done.id)
    if asked["fetch"] and report.added:
        services = work.services()  # they are rows by now
        new = {feed.url for feed in report.added}
        records = [each for each in services.store.feeds.feeds() if each.url in new]
        work.result["fetch"] = str(start_fetch(services, records, work.clock()).id)
    return f"{count(len(report.added), 'feed', 'feeds')} added."


def addresses_in(text: str) -> tuple[list[str], list[str]]:
    """Return the addresses of a text, one a line, each once; and what is wrong with the other lines."""
    found: dict[object, str] = {}
    wrong = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            url = address_of(line)
        except UsageError as error:
            wrong.append(f"{masked(line.strip())[:200]}: {error}")
            continue
        found.setdefault(same_feed(url), url)
    return list(found.values()), wrong


def _candidate(services: Services, each: Candidate, now: datetime) -> dict[str, Any]:
    """Return what is found at one address: its shape, its latest entries and who would want them."""
    look = each.look
    feed = look.feed
    shape = found_shape(each) | {
        "watched": watched_already(services.home, each),
        "moved": look.url != look.asked,
    }
    if feed is None:
        return shape
    dates = [entry.published_at for entry in feed.entries if entry.published_at]
    rhythm = rhythm_of_dates(dates, len(feed.entries))
    matched = [_topics(services, look.url, feed, entry, now) for entry in feed.entries]
    return shape | {
        "site": feed.site_url,
        "language": feed.language,
        "rhythm": usually(rhythm.every, rhythm.pause),
        "topics": _counted(matched),
        "sample": [
            {
                "title": entry.title,
                "published_at": instant(entry.published_at),
                "topics": sorted(topics),
            }
            for entry, topics in _newest(feed.entries, matched)
        ],
    }


def _topics(
    services: Services, url: str, feed: ParsedFeed, entry: ParsedEntry, now: datetime
) -> set[str]:
    """Return the topics that would want an entry."""
    record = FeedRecord(id=0, url=url, feed=Feed(url=url))
    document = document_of_parsed(record, feed.title, entry, now)
    return {each.topic for each in match_all(services.index, document, services.versions, now)}


def _counted(matched: Iterable[set[str]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for topics in matched:
        for topic in topics:
            counts[topic] = counts.get(topic, 0) + 1
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _newest(
    entries: Sequence[ParsedEntry], matched: Sequence[set[str]]
) -> list[tuple[ParsedEntry, set[str]]]:
    pairs = list(zip(entries, matched, strict=True))
    dated = [pair for pair in pairs if pair[0].published_at]
    dated.sort(key=lambda pair: instant(pair[0].published_at) or "", reverse=True)
    return (dated + [pair for pair in pairs if not pair[0].published_at])[:_SAMPLE]


def _without_tls(found: Discovery) -> str:
    """Return the address by plain HTTP where the one asked for speaks no TLS, else ""."""
    asked, fetched = found.first.asked, found.first.answer.fetched
    spoken = isinstance(fetched, FetchFailure) and NO_TLS in fetched.message
    return f"http{asked[5:]}" if spoken and asked.startswith("https://") else ""


def _nothing(found: Discovery, guessed: bool) -> str:
    """Say why no feed was found, in the server's own words where it wrote some."""
    failed = found.first.answer.parsed
    if not isinstance(failed, ParseFailure):
        plain = _without_tls(found)
        hint = f" It may speak plain HTTP: try {masked(plain)}" if plain else ""
        return f"It cannot be had: {found.first.error}{hint}"
    told = [failed.came or failed.message]
    if failed.came:
        told.append(
            "None of the feeds it names can be read." if failed.feeds else "It names no feed."
        )
    if failed.page == "login":
        told.append(
            "If you may read it, add the feed's own address without looking, and name the variable with "
            "your access on its page."
        )
    if guessed:
        told.append("Nor is one in the usual places.")
    return " ".join(told)


def _report(report: Imported) -> Mapping[str, Any]:
    """Return what came of a list, of each kind the first ones, and how many there are."""
    return {
        "counts": {
            "added": len(report.added),
            "already": len(report.already),
            "left_out": len(report.left_out),
            "repeated": report.repeated,
        },
        "added": [
            {"url": feed.url, "title": feed.title, "tags": list(feed.tags)}
            for feed in report.added[:_SHOWN]
        ],
        "already": [{"url": feed.url, "see": where} for feed, where in report.already[:_SHOWN]],
        "left_out": list(report.left_out[:_SHOWN]),
        "withheld": [
            {"url": feed.url, "keys": list(keys)} for feed, keys in report.withheld[:_SHOWN]
        ],
        "faults": list(report.faults[:_SHOWN]),
        "refused": [{"url": feed.url, "reason": why} for feed, why in report.refused[:_SHOWN]],
    }


KINDS: dict[str, Kind] = {"discover": discover, "import": take_list}
"""By name, what does a job."""
