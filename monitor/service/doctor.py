"""`monitor doctor`: is everything as it should be, and what to do where it is not."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor import __version__
from monitor.errors import MonitorError
from monitor.fetch.client import Fetcher
from monitor.model.fetch import FetchFailure, FetchRequest
from monitor.service.refreshing import fetch_limits
from monitor.service.wiring import Services, open_services
from monitor.settings.extras import full_text_missing, install_hint
from monitor.settings.home import Home
from monitor.settings.read import load


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `message` says how it stands, and what to do when it is not `ok`."""

    check: str
    ok: bool
    message: str


def examine(home: Home, environ: Mapping[str, str], now: datetime) -> list[Finding]:
    """Look at configuration, folders, database, feeds and network, in that order.

    Stops after the first of the first three that is bad, since the rest builds on it.
    """
    findings = [_tried("configuration", lambda: _configuration(home, environ))]
    if findings[-1].ok:
        findings.append(_tried("folders", lambda: _folders(home)))
    if not findings[-1].ok:
        return findings
    try:
        with open_services(home, now) as services:
            problems = services.store.upkeep.check()
            findings.append(Finding("database", not problems, "; ".join(problems) or "sound"))
            findings += [_feeds(services), *_full_text(services), _network(services)]
    except MonitorError as error:
        findings.append(Finding("database", False, str(error)))
    return findings


def _tried(check: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(check, True, look())
    except MonitorError as error:
        return Finding(check, False, str(error))


def _configuration(home: Home, environ: Mapping[str, str]) -> str:
    settings = load(home)
    missing = sorted(
        {feed.auth_env for feed in settings.feeds if feed.auth_env and feed.auth_env not in environ}
    )
    if missing:
        raise MonitorError(
            f"feeds.toml names environment variables that are not set: {', '.join(missing)}; "
            "set them where the monitor is started."
        )
    notes = "".join(f"; note: {warning}" for warning in settings.warnings)
    return (
        f"{len(settings.feeds)} feeds, {len(settings.topics)} topics, "
        f"{len(settings.digests)} digests in {home.config}{notes}"
    )


def _folders(home: Home) -> str:
    for folder in (home.config, home.db if home.db.exists() else home.root):
        if not os.access(folder, os.W_OK | os.X_OK):
            raise MonitorError(
                f"{folder} cannot be written; give yourself the right to, or choose "
                "another home with --home."
            )
    return f"{home.root} can be written"


def _feeds(services: Services) -> Finding:
    records = services.store.feeds.feeds()
    if not records:
        return Finding("feeds", False, "none is watched; add one with: monitor feeds add URL")
    bad = [record for record in records if record.state in {"failing", "blocked", "gone"}]
    if bad:
        return Finding(
            "feeds",
            True,
            f"{len(records)} watched, {len(bad)} in trouble; see: monitor feeds list",
        )
    return Finding("feeds", True, f"{len(records)} watched, none in trouble")


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
            f"{counts['taken']} pages taken, {counts['wanted']} wanted, {counts['failed']} could not "
            "be had; monitor show ID says why",
        )
    ]


def _network(services: Services) -> Finding:
    """Ask the feed that answered last, with its validators, so that it costs next to nothing."""
    records = [record for record in services.store.feeds.feeds() if record.state != "off"]
    if not records:
        return Finding("network", True, "not tried, there is no feed to ask")
    record = max(records, key=lambda each: (each.last_ok_at is not None, str(each.last_ok_at)))

    async def ask() -> Finding:
        async with Fetcher(fetch_limits(services.settings.fetch), __version__) as fetcher:
            outcome = await fetcher.fetch(
                FetchRequest(url=record.url, validators=record.validators)
            )
        if isinstance(outcome, FetchFailure) and outcome.status == 0:
            return Finding("network", False, f"{record.url}: {outcome.message}")
        return Finding("network", True, f"{record.url} answers")

    return asyncio.run(ask())
