"""`monitor run`: APScheduler rings the bell, the database says what is due.

No job store: a short tick refreshes due feeds, another freezes due digests, two work through the outbox,
one applies changed topics to stored entries, one fetches the pages whose full text is wanted, one asks
hubs for pushes where the page is served, one tells a hub of ours what is new, one looks whether config/ was edited, and a daily one
does the upkeep. A missed bell loses nothing, because what is due
is a column of the database (docs/architecture.md). Stops cleanly on SIGTERM and Ctrl-C: feeds
under way are given back, a write that has begun is finished.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Literal

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from monitor.errors import MonitorError, OvertakenError, UsageError
from monitor.model.delivery import Delivery
from monitor.service.alerting import look
from monitor.service.announcing import Announcer
from monitor.service.aside import Aside
from monitor.service.digesting import Sent, freeze_due
from monitor.service.fulltext import take_pages
from monitor.service.grouping import attach_pieces
from monitor.service.hubs import keep_subscribed
from monitor.service.keeping import upkeep
from monitor.service.opened import fingerprint
from monitor.service.outbox import deliver_open
from monitor.service.pushing import Pushes
from monitor.service.recording import FeedResult
from monitor.service.refreshing import Clock, Refresher, claim_due
from monitor.service.rematching import added, forget_dropped, pending, rematch_pieces
from monitor.service.ways import ways_of
from monitor.service.wiring import Services
from monitor.service.zones import last_zones
from monitor.settings.home import Home
from monitor.settings.read import load

log = logging.getLogger("monitor")

TICK = timedelta(seconds=5)
PAGES_TICK = timedelta(seconds=5)
DIGEST_TICK = timedelta(seconds=20)
CONFIG_TICK = timedelta(seconds=2)
ALERT_TICK = timedelta(seconds=10)
OUTBOX_TICK = timedelta(seconds=5)
REMATCH_TICK = timedelta(seconds=30)
SUBSCRIBE_TICK = timedelta(seconds=10)
ANNOUNCE_TICK = timedelta(seconds=30)
UPKEEP_EVERY = timedelta(hours=24)


Beside = Callable[[asyncio.Event, Pushes | None], Coroutine[None, None, None]]
"""What else runs in the same loop until the event is set: the page, which takes in what hubs push."""

Ended = Literal["stopped", "changed"]


async def run(
    services: Services,
    environ: Mapping[str, str],
    clock: Clock,
    *,
    ready: Callable[[], None] = lambda: None,
    beside: Beside | None = None,
    busy: Callable[[], bool] = lambda: False,
) -> Ended:
    """Keep refreshing, matching and sending until SIGTERM or Ctrl-C, or until config/ changes.

    Returns "changed" when config/ was edited and can be read: the caller opens the home anew and
    goes on. `ready` is called once the bells are set; `busy` tells whether what runs `beside` is sending. A round that cannot be done (disk full,
    database locked) is logged with what to do and tried again at the next bell; it ends nothing.
    """
    stop, aside = asyncio.Event(), Aside()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    watch = ConfigWatch(services.home, aside, stop, busy)
    try:
        async with Refresher(services, environ, clock) as refresher, asyncio.TaskGroup() as group:
            rounds = Rounds(services, refresher, environ, clock, aside)
            scheduler = _bells(rounds, watch, clock)
            if beside is not None:
                group.create_task(
                    beside(stop, Pushes(services, refresher, clock, rounds.group_soon))
                )
                # Without the page hubs reach nobody, so none is asked.
                _add_bell(scheduler, rounds, rounds.subscriptions, SUBSCRIBE_TICK, clock)
            scheduler.start()
            ready()
            try:
                await stop.wait()
            finally:
                scheduler.shutdown(wait=False)
                await rounds.stop()
    except* MonitorError as errors:
        # The page could not be served; the group has ended the rest.
        raise errors.exceptions[0] from None
    finally:
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(name)
    return "changed" if watch.changed else "stopped"


def _bells(rounds: Rounds, watch: ConfigWatch, clock: Clock) -> AsyncIOScheduler:
    scheduler = AsyncIOScheduler(
        timezone="UTC",
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for bell, every in (
        (rounds.refresh, TICK),
        (rounds.pages, PAGES_TICK),
        (rounds.digests, DIGEST_TICK),
        (rounds.alerts, ALERT_TICK),
        (rounds.outbox, OUTBOX_TICK),
        (rounds.urgent, OUTBOX_TICK),
        (rounds.rematch, REMATCH_TICK),
        (rounds.announce, ANNOUNCE_TICK),
        (rounds.upkeep, UPKEEP_EVERY),
        (watch.look, CONFIG_TICK),
    ):
        _add_bell(scheduler, rounds, bell, every, clock)
    return scheduler


def _add_bell(
    scheduler: AsyncIOScheduler,
    rounds: Rounds,
    bell: Callable[[], Awaitable[None]],
    every: timedelta,
    clock: Clock,
) -> None:
    scheduler.add_job(
        rounds.guarded,
        IntervalTrigger(seconds=int(every.total_seconds())),
        args=[bell],
        name=bell.__name__,
        next_run_time=clock(),
    )


class ConfigWatch:
    """Notices edits to config/ made meanwhile, by hand or by command.

    Edits that can be read end this run, so that the home is opened anew, once what is being sent has been: the
    end of the run closes the database, and what came of a message could not be noted any more. Faults
    are logged once and change nothing: the monitor goes on with what it has.
    """

    def __init__(
        self,
        home: Home,
        aside: Aside,
        stop: asyncio.Event,
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        self._home = home
        self._aside = aside
        self._stop = stop
        self._busy = busy
        self._seen = fingerprint(home)
        self._edited = False
        self.changed = False

    async def look(self) -> None:
        """Compare the files with what they were."""
        present = fingerprint(self._home)
        if present != self._seen:
            self._seen = present
            self._edited = self._can_be_read()
            if self._edited:
                self._aside.wind_down()
            else:
                self._aside.go_on()
        if self._edited and not self._aside.busy and not self._busy():
            self.changed = True
            self._stop.set()

    def _can_be_read(self) -> bool:
        try:
            load(self._home, last_zones(self._home))
        except UsageError as error:
            log.error("config/ was edited and cannot be read; going on as before.\n%s", error)
            return False
        return True


class Rounds:
    """What the bells start. Tracks its own tasks, since the scheduler only rings."""

    def __init__(
        self,
        services: Services,
        refresher: Refresher,
        environ: Mapping[str, str],
        clock: Clock,
        aside: Aside,
    ) -> None:
        self._services = services
        self._refresher = refresher
        self._clock = clock
        self._ways = ways_of(services, environ)
        self._aside = aside
        self._tasks: set[asyncio.Task[None]] = set()
        self._one_rematch = asyncio.Lock()
        self._grouped = False
        self._announcer = Announcer(services)

    async def guarded(self, bell: Callable[[], Awaitable[None]]) -> None:
        """Run one round as a task of ours; what it cannot do is logged, not raised."""
        task = asyncio.ensure_future(self._logged(bell))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # The scheduler cancels its jobs when it is shut down; ours goes on until `stop`.
        with suppress(asyncio.CancelledError):
            await asyncio.wait([task])

    async def stop(self) -> None:
        """Cancel what is under way and wait until it has given its feeds back."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, self._aside.stop(), return_exceptions=True)

    async def refresh(self) -> None:
        """Refresh the feeds that are due; a large document leaves some to be grouped."""
        summary = await self._refresher.refresh(
            claim_due(self._services, self._clock), on_result=log_result
        )
        if any(result.left for result in summary.results):
            await self._group()

    async def pages(self) -> None:
        """Fetch linked pages whose full text is wanted, those whose host's turn it is."""
        pages = await take_pages(
            self._services, self._refresher.fetcher, self._refresher.in_database, self._clock
        )
        if pages.gained:
            await self._group()

    async def digests(self) -> None:
        """Freeze the editions that are due."""
        for each in await self._aside.run(self._freeze):
            if each.edition is not None:
                log.info(
                    "digest %s edition=%s recipients=%d",
                    each.digest,
                    each.edition.id,
                    len(each.edition.deliveries),
                )

    def _freeze(self) -> list[Sent]:
        return freeze_due(self._services, self._ways, self._clock, self._aside.going)

    async def alerts(self) -> None:
        """Find what alerts have to tell among what is new."""
        if not self._services.settings.alerts:
            return
        for each in await self._aside.run(lambda: look(self._services, self._clock())):
            log.info(
                "alert %s found=%d message=%s",
                each.alert,
                len(each.found),
                "none yet" if each.message is None else each.message.rendered.subject,
            )

    async def outbox(self) -> None:
        """Deliver what is due, which may wait long for other people's servers."""
        await self._deliver(alerts=False)

    async def urgent(self) -> None:
        """Deliver what alerts tell, whatever the digests' messages are waiting for."""
        await self._deliver(alerts=True)

    async def _deliver(self, *, alerts: bool) -> None:
        def work() -> list[Delivery]:
            going = self._aside.going
            return deliver_open(self._services, self._ways, self._clock, alerts=alerts, going=going)

        # Where to is not logged: a webhook's address may hold a secret.
        for each in await self._aside.run(work):
            log.info(
                "delivery %d of=%s channel=%s state=%s attempts=%d",
                each.id,
                each.edition or f"alert message {each.alert_message}",
                each.channel,
                each.state,
                each.attempts,
            )

    async def subscriptions(self) -> None:
        """Ask hubs for what is due: subscribe, renew, give back."""
        await keep_subscribed(self._services, self._refresher, self._clock)

    async def announce(self) -> None:
        """Tell the hub that config names which output feeds have something new."""
        await self._announcer.announce(self._refresher, self._clock)

    async def rematch(self) -> None:
        """Apply changed topics to stored entries, a piece at a time, so that feeds go on meanwhile."""
        async with self._one_rematch:
            await self._rematch()

    async def _rematch(self) -> None:
        in_database, services = self._refresher.in_database, self._services
        await in_database(forget_dropped, services)
        changed = await in_database(pending, services)
        for compiled in changed:
            pieces = rematch_pieces(services, compiled, self._clock)
            try:
                so_far = await in_database(next, pieces)
                while (piece := await in_database(next, pieces, None)) is not None:
                    so_far = added(so_far, piece)
            except OvertakenError as error:
                log.info("%s", error)
                continue
            log.info(
                "rematch topic=%s version=%d matches=%d gained=%d lost=%d",
                so_far.topic,
                so_far.version,
                so_far.matches,
                so_far.gained,
                so_far.lost,
            )
        if changed or not self._grouped:
            # Once at the start as well: an older version, or one that was killed, left something.
            self._grouped = True
            try:
                await self._group()
            except BaseException:
                self._grouped = False
                raise

    def group_soon(self) -> None:
        """Let what waits for its stories get them with the next bell of `rematch`."""
        self._grouped = False

    async def _group(self) -> None:
        pieces = attach_pieces(self._services, self._clock())
        while await self._refresher.in_database(next, pieces, None) is not None:
            pass

    async def upkeep(self) -> None:
        """Prune what nobody wants any more, once it is known what the topics want."""
        await self.rematch()
        kept = await self._refresher.in_database(upkeep, self._services, self._clock())
        while not await self._refresher.in_database(self._services.store.upkeep.merge_index):
            pass
        log.info("upkeep pruned_entries=%d pruned_log_lines=%d", *kept)

    async def _logged(self, bell: Callable[[], Awaitable[None]]) -> None:
        try:
            await bell()
        except MonitorError as error:
            log.error("%s", error)
        except Exception:  # a fault of ours must not end the monitor
            log.exception("a round failed; it is tried again at the next bell")


def log_result(result: FeedResult) -> None:
    """Write the one line a refresh gets, with the reasons."""
    level = logging.WARNING if result.failed else logging.INFO
    log.log(
        level,
        "refresh %s result=%s new=%d revised=%d matches=%d bytes=%d seconds=%.2f next=%s (%s)%s",
        result.url,
        result.result,
        result.new,
        result.revised,
        result.matches,
        result.wire_bytes,
        result.seconds,
        result.next_fetch_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        result.why_then,
        f" error={result.error!r}" if result.error else "",
    )
