"""Read config/ as a whole: one value, or every fault of every file at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from os.path import exists

from monitor.errors import Fault, SettingsError, UsageError
from monitor.model.digest import Alert, Digest, Summaries
from monitor.query.tree import Query
from monitor.settings.extras import (
    full_text_missing,
    install_hint,
    library_missing,
    llm_install_hint,
    notify_hint,
    notify_missing,
)
from monitor.settings.faults import validated
from monitor.settings.feeds import read_feeds
from monitor.settings.files import TomlFile, read_toml
from monitor.settings.home import Home
from monitor.settings.searches import read_searches
from monitor.settings.sending import check_sent_queries, keep_last_zones, sent_faults, topic_faults
from monitor.settings.tables import MonitorFile
from monitor.settings.topics import read_lists, read_topics
from monitor.settings.values import Settings

FILES = ("access.toml", "feeds.toml", "monitor.toml", "searches.toml", "topics.toml")


LastZones = Callable[[], Mapping[tuple[str, str], str]]
"""Tells which zone each digest and alert went by last: `("digests", NAME)` and `("alerts", NAME)`."""


def load(home: Home, last_zones: LastZones = dict) -> Settings:
    """Return what config/ says.

    A digest or alert whose zone nobody knows goes by its last one, if `last_zones` has that, with a warning: a
    zone may vanish from the time zone database, and no digest may for it.

    Without feeds.toml there are no feeds, without topics.toml no topics, without
    searches.toml no saved searches; without monitor.toml the
    folder is no home, which raises `UsageError`. Raises `SettingsError` with all faults of all
    files, by file and line.
    """
    if not exists(home.monitor_file):  # noqa: PTH110 - Path.exists raises where it may not look
        raise UsageError(
            f"{home.root} is no home: it has no config/monitor.toml. "
            f"Make it one with: monitor init {home.root}"
        )
    faults: list[Fault] = []
    queries: list[tuple[str, Query]] = []
    warnings = _unread(home)
    feeds = read_feeds(home, faults, warnings)
    words, broken = read_lists(home, faults, warnings)
    searches, lists, broken = read_searches(home, words, broken, faults, queries)
    topics, known = read_topics(home, lists, broken, faults, warnings, queries)
    file, table = _monitor(home, faults, warnings, last_zones)
    digests: tuple[Digest, ...] = ()
    alerts: tuple[Alert, ...] = ()
    if file:
        faults += topic_faults(file, known)
        check_sent_queries(file, lists, broken, faults, queries)
    if file and table:
        digests = tuple(row.digest(name) for name, row in table.digests.items())
        alerts = tuple(row.alert(name) for name, row in table.alerts.items())
        faults += sent_faults(file, digests, alerts, table.mail.mail())
        warnings += _odd(file, table, digests, alerts)
    summaries = table.summaries.summaries() if table else Summaries()
    if summaries.library and library_missing():
        warnings.append(llm_install_hint("monitor.toml has [summaries] with library = true"))
    if any(feed.full_text for feed in feeds) and full_text_missing():
        warnings.append(install_hint("feeds.toml has feeds with full_text = true"))
    told = [each.to for each in digests] + [each.to for each in alerts]
    if any(one.channel == "notify" for to in told for one in to) and notify_missing():
        warnings.append(notify_hint())
    if faults or table is None:
        raise SettingsError(tuple(sorted(faults, key=lambda each: (each.file, each.line))))
    return Settings(
        home=home,
        fetch=table.fetch,
        keep=table.keep,
        web=table.web,
        digests=digests,
        mail=table.mail.mail(),
        alerts=alerts,
        summaries=summaries,
        feeds=feeds,
        topics=topics,
        searches=searches,
        lists=lists,
        odd=tuple(warnings),
        queries=tuple(queries),
    )


def _monitor(
    home: Home, faults: list[Fault], warnings: list[str], last_zones: LastZones
) -> tuple[TomlFile | None, MonitorFile | None]:
    try:
        file = read_toml(home, home.monitor_file)
    except SettingsError as error:
        faults += error.faults
        return None, None
    if file is None:
        return None, None
    keep_last_zones(file, warnings, last_zones)
    return file, validated(MonitorFile, file, faults)


def _odd(
    file: TomlFile, table: MonitorFile, digests: Sequence[Digest], alerts: Sequence[Alert]
) -> list[str]:
    """Return warnings about settings that are allowed and hardly meant."""
    named = [("digests", each.name, each.to) for each in digests]
    named += [("alerts", each.name, each.to) for each in alerts]
    warnings = [
        f"{file.name}:{file.layout.line((kind, name))}: {kind}.{name}: nobody "
        'gets it; write to = [{folder = "digests"}]'
        for kind, name, to in named
        if not to
    ]
    if any(each.endswith("/0") for each in table.fetch.allow_private):
        line = file.layout.line(("fetch", "allow_private"))
        warnings.append(
            f"{file.name}:{line}: fetch.allow_private: /0 opens every address, this machine's and "
            "your network's included"
        )
    return warnings


def _unread(home: Home) -> list[str]:
    """Return a warning for each TOML file in config/ that nobody reads, most likely misspelt."""
    warnings = []
    for path in sorted(home.config.glob("*.toml")):
        if path.name not in FILES and not path.name.startswith("."):
            near = get_close_matches(path.name, FILES, n=1, cutoff=0.6)
            hint = f"; did you mean {near[0]}?" if near else ""
            warnings.append(f"{home.named(path)} is not read{hint}")
    return warnings
