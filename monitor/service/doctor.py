"""`monitor doctor`: is everything as it should be, and what to do where it is not."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from monitor import __version__
from monitor.digests.excerpts import shorten_message
from monitor.digests.phrases import count
from monitor.errors import MonitorError
from monitor.fetch.client import Fetcher
from monitor.model.feed import FeedRecord
from monitor.model.fetch import FetchFailure, FetchOutcome, FetchRequest
from monitor.service.access import check_may_serve
from monitor.service.finding import Finding
from monitor.service.masking import name_of
from monitor.service.outgoing import outgoing
from monitor.service.refreshing import fetch_limits
from monitor.service.requests import request_for
from monitor.service.standing import account, in_trouble, told_to_wait
from monitor.service.subscribing import MISSES, push_note, push_state
from monitor.service.summary_check import check_summaries
from monitor.service.wiring import Services, open_services
from monitor.service.zones import last_zones
from monitor.settings.access import access_mode, read_access
from monitor.settings.extras import full_text_missing, install_hint
from monitor.settings.home import Home
from monitor.settings.read import load

ASKED_ENOUGH = 2
"""Requests without a verification after which something is amiss, ten minutes after the first."""
_MOST_FEEDS = 10
_NOT_READ = ("failing", "blocked", "throttled")
_GAPS_OF = timedelta(days=7)
_ALL = "monitor feeds list --state trouble"


def examine(home: Home, environ: Mapping[str, str], now: datetime) -> list[Finding]:
    """Look at configuration, folders, database, feeds and network, in that order.

    Stops after the first of the first three that is bad, since the rest builds on it.
    """
    findings = [_tried("configuration", lambda: _configuration(home))]
    if findings[-1].ok:
        findings.append(_tried("folders", lambda: _folders(home)))
    if not findings[-1].ok:
        return findings
    try:
        with open_services(home, now) as services:
            problems = services.store.upkeep.check()
            findings.append(Finding("database", not problems, "; ".join(problems) or "sound"))
            findings += [
                _tried("access", lambda: _access(services, now)),
                *_secrets(services, environ),
                *_feeds(services, now),
                *_pushes(services, now),
                *_full_text(services),
                *outgoing(services, environ, now),
                *_summaries(services, environ),
                _network(services, environ, now),
            ]
    except MonitorError as error:
        findings.append(Finding("database", False, str(error)))
    return findings


def _tried(check: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(check, True, look())
    except MonitorError as error:
        return Finding(check, False, str(error))


def _configuration(home: Home) -> str:
    settings = load(home, last_zones(home))
    notes = "".join(f"; note: {warning}" for warning in settings.warnings)
    return (
        f"{count(len(settings.feeds), 'feed', 'feeds')}, {count(len(settings.topics), 'topic', 'topics')}, "
        f"{count(len(settings.digests), 'digest', 'digests')} in {home.config}{notes}"
    )


def _folders(home: Home) -> str:
    for folder in (home.config, home.db if home.db.exists() else home.root):
        if not os.access(folder, os.W_OK | os.X_OK):
            raise MonitorError(
                f"{folder} cannot be written; give yourself the right to, or choose "
                "another home with --home."
            )
    return f"{home.root} can be written"


def _access(services: Services, now: datetime) -> str:
    """Say who may open the page; raises `MonitorError` where that should not stay so."""
    web, access = services.settings.web, read_access(services.home)
    mode = access_mode(services.home)
    if mode is not None and mode & 0o077:
        path = services.home.access_file
        raise MonitorError(
            f"{path} can be read by others on this machine; it is for you alone: chmod 600 {path}"
        )
    check_may_serve(web, web.host, access)
    expired = [each.name for each in access.tokens if not each.is_good(now.date())]
    tokens = count(len(access.tokens), "token", "tokens")
    gone = f" (expired: {', '.join(expired)}; monitor access token remove NAME)" if expired else ""
    if access.password:
        who = "whoever knows the password"
    elif web.proxy_header:
        who = f"whom {web.proxy_header} names, from {', '.join(web.proxy_from)}"
    elif web.page_url:
        who = f"this machine; by way of {web.page_url}, whom the server there lets through, to read"
    else:
        who = "this machine alone, without a password"
    return f"the page is open to {who}; {tokens}{gone}"


def _secrets(services: Services, environ: Mapping[str, str]) -> list[Finding]:
    """Name the variables that feeds need and that are not set here."""
    wanted = {feed.auth_env for feed in services.settings.feeds if feed.auth_env}
    missing = sorted(name for name in wanted if not environ.get(name))
    if not missing:
        return []
    message = (
        f"feeds.toml names environment variables that are not set: {', '.join(missing)}; "
        "set them where the monitor is started."
    )
    return [Finding("secrets", False, message)]


def _feeds(services: Services, now: datetime) -> list[Finding]:
    """Tell which feeds need a person, each with what to do: ten at most."""
    records = services.store.feeds.feeds()
    if not records:
        message = "none is watched; add one with: monitor feeds add URL"
        return [Finding("feeds", False, message)]
    trouble = [
        Finding(f"feed {record.id}", True, f"{name_of(record)}: {account(record, now)}", True)
        for record in records
        if in_trouble(record, now)
    ]
    gaps = {feed_id for feed_id, _ in services.store.history.gaps(now - _GAPS_OF)}
    trouble += [
        Finding(f"feed {record.id}", True, _gap(record), True)
        for record in records
        if record.id in gaps and record.state != "off"
    ]
    if not trouble:
        return [
            Finding("feeds", True, f"{len(records)} watched, none in trouble{_lately(records)}")
        ]
    rest = len(trouble) - _MOST_FEEDS
    more = f"; {rest} more than are named here, see: {_ALL}" if rest > 0 else ""
    named = len({finding.check for finding in trouble})
    summary = f"{len(records)} watched, {named} in trouble{more}{_lately(records)}"
    return [Finding("feeds", True, summary, True), *trouble[:_MOST_FEEDS]]


def _lately(records: Sequence[FeedRecord]) -> str:
    """Count the feeds that fail just now, in trouble or not: most such failures pass."""
    failing = sum(record.state in _NOT_READ for record in records)
    states = "--state failing --state blocked --state throttled"
    if not failing:
        return ""
    # Where all fail of one cause (nothing is opened in allow_private, say), that is what to see to.
    why = {record.error for record in records if record.state in _NOT_READ}
    told = f" ({shorten_message(why.pop(), 160)})" if len(why) == 1 else ""
    return f"; {failing} could not be read last time{told}: monitor feeds list {states}"


def _pushes(services: Services, now: datetime) -> list[Finding]:
    """Say whether hubs reach the monitor, where they are to."""
    public_url = services.settings.web.public_url
    if not public_url:
        return []
    held = list(services.store.subscriptions.live().values())
    if not held:
        return [Finding("pushes", True, "no feed with a hub has been subscribed to yet")]
    unheard = [
        each
        for each in held
        if each.verified_at is None and (each.attempts >= ASKED_ENOUGH or each.state == "denied")
    ]
    if unheard and not any(each.verified_at for each in held):
        return [
            Finding(
                "pushes",
                False,
                f"public_url is {public_url}, but no hub has verified a subscription; see that "
                f"{public_url}/websub/ leads to the page of `monitor run` (docs/websub.md). "
                f"The last word: {push_note(unheard[-1], now)}",
            )
        ]
    count = Counter(push_state(each, now) for each in held)
    idle = sum(1 for each in held if each.misses >= MISSES)
    return [
        Finding(
            "pushes",
            True,
            f"pushed feeds: {count['active']}; asked for: {count['asked']}; refused: {count['denied']}"
            + (
                f"; not delivered by their hubs: {idle}, see: monitor feeds list --json"
                if idle
                else ""
            ),
        )
    ]


def _gap(record: FeedRecord) -> str:
    return (
        f"{name_of(record)}: it may have lost entries in the last week, as all that it listed had "
        f"been replaced between two visits. Visit it more often: monitor feeds edit {record.id} "
        f"--every 30m; see when: monitor feeds show {record.id}"
    )


def _full_text(services: Services) -> list[Finding]:
    """Look at the pages of feeds with `full_text`, where there are such."""
    if not any(feed.full_text for feed in services.settings.feeds):
        return []
    if full_text_missing():
        hint = install_hint("Feeds have full_text = true")
        return [Finding("full text", False, hint)]
    counts = services.store.pages.counts()
    return [
        Finding(
            "full text",
            True,
            f"pages taken: {counts['taken']}; wanted: {counts['wanted']}; {counts['failed']} could not "
            "be had; monitor show ID says why",
        )
    ]


def _summaries(services: Services, environ: Mapping[str, str]) -> list[Finding]:
    """Say whether a model can be asked, where summaries are wanted."""
    said = check_summaries(services.settings, environ)
    return [Finding("summaries", *said)] if said else []


def _network(services: Services, environ: Mapping[str, str], now: datetime) -> Finding:
    """Ask one feed as a visit would: one that can say 304, so that it costs next to nothing."""
    settings = services.settings.fetch
    may_be_asked = [
        (record, request)
        for record in services.store.feeds.feeds()
        if record.state not in ("off", "gone") and not told_to_wait(record, now)
        if isinstance(request := request_for(record, settings, environ), FetchRequest)
    ]
    if not may_be_asked:
        return Finding("network", True, "not tried, there is no feed to ask now")
    record, request = max(
        may_be_asked, key=lambda each: (bool(each[0].validators), str(each[0].last_ok_at or ""))
    )

    async def ask() -> FetchOutcome:
        async with Fetcher(fetch_limits(settings), __version__) as fetcher:
            return await fetcher.fetch(request)

    outcome = asyncio.run(ask())
    if isinstance(outcome, FetchFailure) and outcome.status == 0:
        return Finding("network", False, f"{record.url}: {outcome.message}")
    return Finding("network", True, f"{record.url} answers")
