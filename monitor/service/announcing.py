"""Telling a WebSub hub of ours which output feeds have something new, so that it tells their readers.

What is new is what came since the last look of this process: new entries, by the topics and saved searches
they fit, and new editions. What a hub could not be told waits for the next bell. Nothing of it is kept on
disk: what came while the monitor did not run, readers get with the next entry.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import islice

from monitor.model.fetch import FetchFailure
from monitor.model.search import Candidates
from monitor.query import document_of, parse
from monitor.query.evaluate import accepts
from monitor.service.refreshing import Clock, Refresher
from monitor.service.wiring import Services

log = logging.getLogger("monitor")

MOST_LOOKED_AT = 1_000
"""New entries that are looked at; where there are more, every feed is announced."""

IN_ONE = 20
"""Feeds that one request names."""


class Announcer:
    """Knows how far it has looked; what is due is announced by `announce`, from one task at a time."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._next_id = services.store.entries.newest_id() + 1
        self._editions = dict(self._newest_editions())
        self._waiting: dict[str, None] = {}

    async def announce(self, refresher: Refresher, clock: Clock) -> None:
        """Look at what is new and tell the hub, if config names one."""
        hub = self._services.settings.web.hub
        if not hub:
            return
        self._waiting |= dict.fromkeys(await refresher.in_database(self._changed, clock))
        while self._waiting:
            some = list(islice(self._waiting, IN_ONE))
            fields = [("hub.mode", "publish"), *(("hub.url", url) for url in some)]
            outcome = await refresher.post(hub, fields)
            if isinstance(outcome, FetchFailure):
                # Without what may be a secret of the address; tried again at the next bell.
                log.warning("announce hub failed: %s", outcome.kind)
                return
            log.info("announce feeds=%d", len(some))
            for url in some:
                del self._waiting[url]

    def _changed(self, clock: Clock) -> list[str]:
        """Return the addresses of the output feeds that have something new, and go on from here."""
        services = self._services
        base = services.settings.web.page_url.rstrip("/")
        until_id = services.store.entries.newest_id() + 1
        editions = dict(self._newest_editions())
        paths = [
            f"digests/{name}" for name, each in editions.items() if self._editions.get(name) != each
        ]
        paths += self._with_entries(until_id, clock)
        self._next_id, self._editions = until_id, editions
        return [f"{base}/{path}.{form}" for path in paths for form in ("atom", "json")]

    def _with_entries(self, until_id: int, clock: Clock) -> list[str]:
        settings, now = self._services.settings, clock()
        if until_id <= self._next_id:
            return []
        new = Candidates(from_id=self._next_id, until_id=until_id)
        proposed = self._services.store.entries.candidates(new)
        entries = [each.entry for each in islice(proposed, MOST_LOOKED_AT + 1)]
        everything = len(entries) > MOST_LOOKED_AT
        matched = {match.topic for entry in entries for match in entry.matches}
        topics = [each.name for each in settings.topics if everything or each.name in matched]
        documents = [document_of(entry) for entry in entries]
        found = []
        for search in settings.searches:
            query = parse(search.query, settings.lists)
            if everything or any(accepts(query, each, now) for each in documents):
                found.append(f"searches/{search.name}")
        return [*(["all"] if topics else []), *(f"topics/{name}" for name in topics), *found]

    def _newest_editions(self) -> Iterator[tuple[str, str]]:
        for digest in self._services.settings.digests:
            for newest in self._services.store.editions.editions(digest.name, limit=1):
                yield digest.name, newest.id
