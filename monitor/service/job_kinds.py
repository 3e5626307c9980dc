"""What each kind of long work does: `start_…` asks for it, `KINDS` does it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from monitor.digests.phrases import count
from monitor.errors import OvertakenError
from monitor.model.feed import FeedRecord
from monitor.model.job import Job
from monitor.model.rebuild import Rebuild
from monitor.service.grouping import attach_pieces
from monitor.service.jobs import NOTED_EVERY, Kind, Stopped, Work, start
from monitor.service.masking import masked, name_of
from monitor.service.rebuilding import rebuild
from monitor.service.recording import FeedResult
from monitor.service.refreshing import Refresher, Summary, claim_these
from monitor.service.rematching import forget_dropped, rematch_pieces, topic_named, waiting
from monitor.service.shapes import instant
from monitor.service.wiring import Services

_LOOK = 0.1
"""Seconds between two looks whether a fetch is to go on."""
_OTHERS_SECONDS = 40.0
"""How long another, such as `monitor run` itself, is waited for that has claimed a feed first: a fetch may take 30."""
_FAILURES = 200
"""Failures a result names."""


def start_rematch(services: Services, topic: str, now: datetime) -> Job:
    """Ask for a topic to be applied to all stored entries; raises `NotFoundError` for an unknown one."""
    compiled = topic_named(services, topic)
    return start(
        services,
        "rematch",
        f"Apply the topic {compiled.name} to stored entries",
        {"topic": compiled.name},
        now,
    )


def start_rebuild(services: Services, since: datetime | None, now: datetime) -> Job:
    """Ask for stories to be grouped anew, of entries first seen since an instant or of all."""
    about = "Group all stories anew"
    if since is not None:
        about = f"Group stories since {since:%Y-%m-%d} anew"
    return start(services, "rebuild", about, {"since": instant(since)}, now)


def start_fetch(services: Services, feeds: Sequence[FeedRecord], now: datetime) -> Job:
    """Ask for feeds to be fetched now, due or not."""
    about = (
        f"Fetch {name_of(feeds[0])}"
        if len(feeds) == 1
        else f"Fetch {count(len(feeds), 'feed', 'feeds')}"
    )
    return start(services, "fetch", about, {"feeds": sorted(feed.id for feed in feeds)}, now)


def _rematch(work: Work) -> str:
    name = str(work.job.arguments["topic"])
    gained = lost = 0
    begun = False
    while True:
        services = work.services()
        compiled = topic_named(services, name)
        if begun and not waiting(services, compiled):
            break  # another process has finished it
        try:
            for piece in rematch_pieces(services, compiled, work.clock):
                begun = True
                gained, lost = gained + piece.gained, lost + piece.lost
                total = max(work.job.total, services.store.entries.newest_id())
                words = f"{gained:,} gained, {lost:,} lost, {piece.left:,} entries to go"
                work.note(max(0, total - piece.left), total, words)
            break
        except OvertakenError:
            # Another goes on with it, or config/ was edited: look what is left, and go on there.
            begun = True
            work.note(0, 0, "Another process is applying it as well")
            work.wait(1)
    forget_dropped(work.services())
    _group(work)
    work.result.update(topic=name, gained=gained, lost=lost)
    return f"{count(gained, 'match', 'matches')} gained, {lost:,} lost."


def _rebuild(work: Work) -> str:
    asked = work.job.arguments.get("since")
    since = datetime.fromisoformat(asked) if asked else None

    def on_piece(at: Rebuild) -> None:
        total = at.newest_id + 1 - at.since_id
        words = f"{at.entries:,} entries looked at, {at.moved:,} moved"
        work.note(max(0, total - at.left), max(0, total), words)

    at = rebuild(work.services(), work.clock, since, on_piece)
    names = ("entries", "pinned", "moved", "grouped", "opened", "merged", "split")
    work.result.update({name: getattr(at, name) for name in names})
    return (
        f"{count(at.entries, 'entry', 'entries')} looked at: {at.moved:,} moved into another story, "
        f"{at.grouped:,} had none; {at.opened:,} stories opened, {at.merged:,} merged, "
        f"{at.split:,} split."
    )


def _fetch(work: Work) -> str:
    return fetch_feeds(work, work.job.arguments["feeds"])


def fetch_feeds(work: Work, feed_ids: Sequence[int]) -> str:
    """Fetch feeds, but for those that have been since the job was asked for; return what came of it."""
    services = work.services()
    known = {feed.id: feed for feed in services.store.feeds.feeds()}

    def is_behind(feed_id: int) -> bool:
        """Tell whether a worker that died has fetched it already."""
        at = known[feed_id].last_fetched_at
        return at is not None and at >= work.job.created_at

    left = [each for each in feed_ids if each in known and not is_behind(each)]
    before = len(feed_ids) - len(left)
    results: list[FeedResult] = []

    def words() -> str:
        new = sum(each.new for each in results)
        return f"{count(new, 'new entry', 'new entries')} so far"

    async def refresh() -> Summary:
        async with Refresher(services, work.environ, work.clock, by_hand=True) as refresher:
            take = claim_these(services, left, work.clock)
            fetching = asyncio.ensure_future(refresher.refresh(take, results.append))
            try:
                while not fetching.done():
                    await asyncio.wait([fetching], timeout=_LOOK)
                    await refresher.in_database(
                        work.note, before + len(results), len(feed_ids), words()
                    )
            finally:
                if not fetching.done():  # feeds under way are given back
                    fetching.cancel()
                    with suppress(asyncio.CancelledError):
                        await fetching
            return fetching.result()

    try:
        summary = asyncio.run(refresh())
    finally:
        work.result.update(_came(results, ()))
        work.words = words()
    work.result.update(_came(results, summary.untried))
    if any(result.left for result in results):
        _group(work)
    failed = sum(1 for each in results if each.failed)
    new, matches = sum(each.new for each in results), sum(each.matches for each in results)
    told = [
        f"{count(len(results) + before, 'feed', 'feeds')} fetched: "
        f"{count(new, 'new entry', 'new entries')}, {count(matches, 'match', 'matches')}."
    ]
    if failed:
        told.append(f"{failed:,} failed.")
    tried = {each.feed_id for each in results}
    theirs = _await_others(work, [each for each in left if each not in tried], summary)
    missing = len(left) - len(results) - len(summary.untried) - len(theirs)
    if theirs:
        told.append(_told_of(theirs))
    if summary.untried:
        told.append(f"{len(summary.untried):,} not tried, as their secrets are not set here.")
    if missing > 0:
        told.append(
            f"{missing:,} left out: another monitor is fetching them just now, or their host has just "
            "turned others away."
        )
    return " ".join(told)


def _await_others(work: Work, feeds: Sequence[int], summary: Summary) -> list[FeedRecord]:
    """Wait for feeds that somebody else had claimed first; return those that were fetched since.

    A feed that is new in config/ is due, so a monitor that runs is often quicker than the job.
    """
    waited_for = set(feeds) if len(feeds) > len(summary.untried) else set()
    fetched: list[FeedRecord] = []
    rounds = int(_OTHERS_SECONDS / NOTED_EVERY)
    while waited_for and rounds and work.going():
        for record in work.services().store.feeds.feeds():
            at = record.last_fetched_at
            if record.id in waited_for and at is not None and at >= work.job.created_at:
                waited_for.discard(record.id)
                fetched.append(record)
            elif record.id in waited_for and record.leased_until_at is None:
                waited_for.discard(record.id)  # nobody is at it: its host has to be left alone
        if waited_for:
            work.note(0, 0, "Another monitor is fetching the rest")
            work.wait(NOTED_EVERY)
            rounds -= 1
    return fetched


def _told_of(feeds: Sequence[FeedRecord]) -> str:
    entries = sum(each.entries for each in feeds)
    failed = sum(1 for each in feeds if each.error)
    told = f"{count(len(feeds), 'feed was', 'feeds were')} fetched by the running monitor: "
    told += f"{count(entries, 'entry', 'entries')} stored"
    return told + (f", {failed:,} failed." if failed else ".")


def _came(results: Sequence[FeedResult], untried: Sequence[str]) -> dict[str, Any]:
    failures = [each for each in results if each.failed]
    return {
        "feeds": len(results),
        "failed": len(failures),
        "entries_new": sum(each.new for each in results),
        "matches_new": sum(each.matches for each in results),
        "untried": [masked(each) for each in untried[:_FAILURES]],
        "failures": [
            {"feed": str(each.feed_id), "url": masked(each.url), "error": masked(each.error)}
            for each in failures[:_FAILURES]
        ],
    }


def _group(work: Work) -> None:
    """Give stories to what has come to match; it goes on where it stopped whoever asks next."""
    grouped = 0
    for some in attach_pieces(work.services(), work.clock()):
        grouped += some
        work.note(0, 0, f"{grouped:,} entries grouped into stories")


KINDS: dict[str, Kind] = {"rematch": _rematch, "rebuild": _rebuild, "fetch": _fetch}
"""By name, what does a job."""

__all__ = ["KINDS", "Stopped", "fetch_feeds", "start_fetch", "start_rebuild", "start_rematch"]
