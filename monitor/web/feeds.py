"""The pages about watched feeds: the list, and one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from monitor.errors import NotFoundError
from monitor.model.feed import Feed, FeedRecord
from monitor.model.job import Job
from monitor.service.checking import seen
from monitor.service.feed_editing import FILE
from monitor.service.importing import export_list
from monitor.service.masking import masked, name_of
from monitor.service.opened import OpenHome
from monitor.service.searching import search
from monitor.service.standing import account, rhythm_words
from monitor.service.subscribing import push_note, push_state
from monitor.service.wiring import Services
from monitor.settings.listing import SENT
from monitor.web import feed_forms
from monitor.web.feed_choice import STATES, choice
from monitor.web.jobs import links_of
from monitor.web.presenting import page
from monitor.web.sparkline import sparkline

_VISITS = 30
_HELD = 20
_WITHDRAWN = 10
_RECENT = 10
_NEW_DAYS = 30
_DAYS = 90


def routes(home: OpenHome, clock: Callable[[], datetime]) -> APIRouter:
    """Return the routes of this module, bound to one home."""
    router = APIRouter(include_in_schema=False)

    @router.get("/feeds")
    def feeds(
        state: str = "", tag: str = "", q: str = "", sort: str = "", days: str = "", edit: str = ""
    ) -> Response:
        services, now = home.services(), clock()
        watched = services.store.feeds.feeds()
        wanted = choice(state, tag, q, sort, days)
        shown = wanted.of(watched, now)
        until = now.date()
        came = services.store.history.days(until - timedelta(days=wanted.days - 1))
        return page(
            "feeds.html",
            services,
            now,
            here="feeds",
            choice=wanted,
            total=len(watched),
            rows=[_row(record, came, until, wanted.days, now) for record in shown],
            states=Counter(record.state for record in watched),
            order=STATES,
            tags=_tags(watched),
            tagged={tag: wanted.url(tag=tag) for tag, _ in _tags(watched)},
            undo=undo_of(services, edit),
        )

    @router.get("/feeds.opml")
    def opml(state: str = "", tag: str = "", q: str = "", plain: str = "") -> Response:
        services, now = home.services(), clock()
        shown = choice(state, tag, q).of(services.store.feeds.feeds(), now)
        urls = {record.url for record in shown}
        feeds = [feed for feed in services.settings.feeds if feed.url in urls]
        return Response(
            export_list(feeds, now, plain=bool(plain)),
            media_type="text/x-opml",
            headers={"Content-Disposition": 'attachment; filename="feeds.opml"'},
        )

    @router.get("/feeds/{feed_id}")
    def feed(feed_id: str, edit: str = "", job: str = "") -> Response:
        services, made_from = home.stamped(FILE)
        record = feed_numbered(services, feed_id)
        under_way, undo = job_of(services, job, record), undo_of(services, edit)
        return feed_page(services, clock(), record, made_from, undo=undo, job=under_way)

    @router.get("/feeds/{feed_id}/news")
    def news(feed_id: str, job: str = "") -> Response:
        services = home.services()
        record = feed_numbered(services, feed_id)
        now, under_way = clock(), job_of(services, job, record)
        answer = page(
            "part_feed_news.html",
            services,
            now,
            feed=record,
            recent=recent_of(services, record, now),
            all_of_it=_all_of(record),
            **_job_values(under_way),
        )
        if under_way is None or not under_way.open:
            # All of the page is about another state of things now, not these entries alone.
            answer.headers["HX-Refresh"] = "true"
        return answer

    return router


def feed_numbered(services: Services, feed_id: str) -> FeedRecord:
    """Return the watched feed with an id; raises `NotFoundError`."""
    number = int(feed_id) if feed_id.isascii() and feed_id.isdigit() and len(feed_id) < 19 else 0
    record = services.store.feeds.feed(number)
    if record is not None:
        return record
    raise NotFoundError(f"There is no watched feed {feed_id}; see the list under Feeds.")


def job_of(services: Services, job_id: str, record: FeedRecord) -> Job | None:
    """Return the job that fetches a feed, where an address names it; None for all else."""
    number = int(job_id) if job_id.isascii() and job_id.isdigit() and len(job_id) < 19 else 0
    job = services.store.jobs.job(number) if number else None
    if job is None or job.kind != "fetch" or record.id not in job.arguments.get("feeds", []):
        return None
    return job


def undo_of(services: Services, edit_id: str) -> dict[str, Any] | None:
    """Return the change of config/ an address names, where it can still be taken back."""
    number = int(edit_id) if edit_id.isascii() and edit_id.isdigit() and len(edit_id) < 19 else 0
    edit = services.store.config_edits.edit(number) if number else None
    if edit is None or edit.undone_at is not None:
        return None
    return {"id": edit.id, "what": edit.what, "at": edit.at}


def recent_of(services: Services, record: FeedRecord, now: datetime) -> Any:
    """Return the newest entries of a feed, of the last days."""
    query = f'feed:"{record.url}" since:{_NEW_DAYS}d'
    return search(services, query, now=now, sort="newest", limit=_RECENT)


def feed_page(
    services: Services,
    now: datetime,
    record: FeedRecord,
    made_from: str,
    *,
    undo: dict[str, Any] | None = None,
    job: Job | None = None,
    values: dict[str, Any] | None = None,
    faults: dict[str, str] | None = None,
    present: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """Show all that is known of a feed, with the form that edits it, as filled in where that was wrong.

    `made_from` is the stamp of the file the form is of; `present` are the fields that the file has otherwise by
    now, where it was edited meanwhile.
    """
    history = services.store.history
    live = services.store.subscriptions.of_feed(record.id)
    until = now.date()
    came = history.days(until - timedelta(days=_DAYS - 1), record.id).get(record.id, {})
    held = services.store.refresh.held(record.id) if record.state == "quarantined" else []
    feed = record.feed or Feed(url=record.url)
    return page(
        "feed.html",
        services,
        now,
        status=status,
        here="feeds",
        feed=record,
        name=name_of(record),
        address=masked(record.url),
        seen=seen(services, record, now),
        rhythm=rhythm_words(record),
        drawn=sparkline(came, until, _DAYS),
        interval=feed.every or services.settings.fetch.interval,
        visits=history.visits(record.id, _VISITS),
        moves=history.moves(record.url),
        pages=history.pages(record.id),
        withdrawn=history.withdrawn(record.id, _WITHDRAWN),
        held=[each.entry for each in held[:_HELD]],
        held_count=len(held),
        push=push_state(live, now),
        push_note=push_note(live, now),
        subscription=live,
        recent=recent_of(services, record, now),
        all_of_it=_all_of(record),
        form=feed_forms.shown(feed) if values is None else values,
        wrong=faults or {},
        made_from=made_from,
        present=present,
        wrong_sent=bool(set(faults or {}) & set(SENT)),
        undo=undo,
        mask=masked,
        **_job_values(job),
    )


def _all_of(record: FeedRecord) -> str:
    """Return the query for a feed's entries, without a key its address may hold."""
    url = record.url if masked(record.url) == record.url else record.url.partition("?")[0]
    return f'feed:"{url}"'


def _job_values(job: Job | None) -> dict[str, Any]:
    return {"job": job, "links": links_of(job) if job and job.state == "failed" else []}


def _row(
    record: FeedRecord,
    came: Mapping[int, Mapping[int, int]],
    until: date,
    days: int,
    now: datetime,
) -> dict[str, Any]:
    said = account(record, now)
    return {
        "feed": record,
        "name": name_of(record),
        "tags": record.feed.tags if record.feed else (),
        "said": said,
        "drawn": sparkline(came.get(record.id, {}), until, days),
    }


def _tags(watched: list[FeedRecord]) -> list[tuple[str, int]]:
    """Return all tags with how many feeds have them, by name."""
    counts = Counter(tag for record in watched if record.feed for tag in record.feed.tags)
    return sorted(counts.items(), key=lambda each: each[0].casefold())
