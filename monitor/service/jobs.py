"""Long work that a person asks for on the page and need not wait for: jobs.

A job is a row of the database. `start` notes it; a `Worker`, which lives as long as the page is served,
claims it, works in pieces and notes how far it has come. Between two pieces it can be stopped, by a
person or because the process ends; then another worker goes on with it. So does one that finds a job whose
worker has died, when its lease is over. What each kind does stands in `monitor.service.job_kinds`.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any

from monitor.errors import MonitorError, NotFoundError, UsageError
from monitor.model.job import Job, JobState
from monitor.service.opened import OpenHome
from monitor.service.wiring import Services

log = logging.getLogger("monitor")

LEASE = timedelta(minutes=2)
"""How long a job waits for the next word of who works on it, before another goes on."""
RENEWED_EVERY = 20.0
"""Seconds between two such words where a piece takes long, as looking through a whole database does."""
NOTED_EVERY = 0.5
"""Seconds between two notes of how far a job has come."""
LOOKED_EVERY = 0.4
"""Seconds between two looks whether there is a job."""
STOP_SECONDS = 8.0
"""How long a piece under way has to come to an end when the process stops."""

LANES: tuple[frozenset[str], ...] = (
    frozenset({"fetch", "discover", "doctor"}),
    frozenset({"import", "rematch", "rebuild", "check", "backup"}),
)
"""Kinds that wait for one another. What waits for the network holds up nothing that works on the database."""


class Stopped(Exception):  # noqa: N818  # it is no error
    """Raised out of a piece of work: it is not to go on."""


class Work:
    """What one job is done with: what it is asked, and whom to tell how far it has come.

    `result` is what comes of it, for programs; with `keep_document` what was given to the job outlasts it.
    `services()` are those of config/ as it is now; ask anew where config/ may have been edited.
    """

    def __init__(
        self,
        job: Job,
        home: OpenHome,
        clock: Callable[[], datetime],
        environ: Mapping[str, str],
        token: str,
        ending: threading.Event,
    ) -> None:
        self.job = job
        self.environ = environ
        self.clock = clock
        self.result: dict[str, Any] = {}
        self.keep_document = False
        self.words = job.words
        self._home = home
        self._token = token
        self._ending = ending
        self._noted = 0.0
        self._done = self._total = 0
        self._at_once = threading.Lock()
        self.taken = False  # a person has stopped it, or another has it

    def services(self) -> Services:
        """Return the home's services as config/ says now."""
        return self._home.services()

    def going(self) -> bool:
        """Tell whether to go on: false once the process ends, or a person has stopped the job."""
        return not (self._ending.is_set() or self.taken)

    def note(self, done: int, total: int, words: str) -> None:
        """Tell how far it has come, after each piece. Raises `Stopped` when it is not to go on.

        Written at most twice a second.
        """
        self.words, self._done, self._total = words, done, total
        if time.monotonic() - self._noted >= NOTED_EVERY:
            self._note()
        if not self.going():
            raise Stopped

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Keep the job's lease meanwhile, however long a piece takes: else another worker would begin it too."""
        over = threading.Event()

        def renew() -> None:
            while not over.wait(RENEWED_EVERY):
                try:
                    self._note()
                except MonitorError as error:  # the work itself meets it too, or it passes
                    log.warning("%s: %s", self.job.about, error)

        renewing = threading.Thread(target=renew, daemon=True, name="lease")
        renewing.start()
        try:
            yield
        finally:
            over.set()
            renewing.join()

    def _note(self) -> None:
        with self._at_once:
            self._noted = time.monotonic()
            self.taken = not self._home.services().store.jobs.note(
                self.job.id, self._token, self.clock(), LEASE, self._done, self._total, self.words
            )

    def wait(self, seconds: float) -> None:
        """Wait, or less where the process ends."""
        self._ending.wait(seconds)


Kind = Callable[[Work], str]
"""Does one job; returns what came of it, in words. `Work.result` gets the same for programs."""


class Worker:
    """Works on the jobs of one home, a thread for each of `LANES`, from `start` until `stop`.

    A context manager. `environ` is where the secrets of feeds are.
    """

    def __init__(
        self,
        home: OpenHome,
        clock: Callable[[], datetime],
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._home = home
        self._clock = clock
        self._environ = os.environ if environ is None else environ
        self._ending = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Worker:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to look for jobs."""
        self._ending.clear()
        self._threads = [
            threading.Thread(target=self._keep_working, args=(lane,), daemon=True, name="jobs")
            for lane in LANES
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let what is under way come to an end after its piece, and wait for it some seconds.

        What is not finished is given back, for the next worker.
        """
        self._ending.set()
        until = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._threads = []

    def work_off(self) -> int:
        """Do all that is open in this thread, now; return how many jobs that were."""
        done = 0
        while any(self._work_on_one(lane) for lane in LANES):
            done += 1
        return done

    def _keep_working(self, lane: Collection[str]) -> None:
        while not self._ending.is_set():
            try:
                found = self._work_on_one(lane)
            except MonitorError as error:
                if not self._ending.is_set():  # else the database may be closed already
                    log.error("%s", error)
                found = False
            except Exception:
                log.exception("long work could not be looked for; it is tried again")
                found = False
            if not found:
                self._ending.wait(LOOKED_EVERY)

    def _work_on_one(self, lane: Collection[str]) -> bool:
        """Claim a job and do it; False when there is none."""
        token = secrets.token_hex(8)
        jobs = self._home.services().store.jobs
        job = jobs.claim(lane, token, self._clock(), LEASE)
        if job is None:
            return False
        work = Work(job, self._home, self._clock, self._environ, token, self._ending)
        state: JobState = "done"
        try:
            with work.renewed():
                words = _kind(job.kind)(work)
        except Stopped:
            if self._ending.is_set() and not work.taken:
                jobs.give_back(job.id, token, self._clock())
                return True
            state, words = "stopped", f"Stopped. {work.words}".strip()
        except MonitorError as error:
            if self._ending.is_set():
                with suppress(MonitorError):  # else its lease expires
                    jobs.give_back(job.id, token, self._clock())
                return True
            log.error("%s: %s", job.about, error)
            state, words = "failed", str(error)
        except Exception:
            log.exception("%s: a fault of the monitor's own; please report it", job.about)
            state, words = "failed", "The monitor made a mistake here; its log says more."
        jobs.finish(
            job.id,
            token,
            self._clock(),
            state,
            words,
            work.result,
            keep_document=work.keep_document,
        )
        return True


def start(
    services: Services,
    kind: str,
    about: str,
    arguments: Mapping[str, Any],
    now: datetime,
    document: bytes | None = None,
) -> Job:
    """Ask for long work; where the same is under way already, that job is returned.

    `about` names it for people: "Rematch export-controls". Whoever serves the page does it.
    """
    if not any(kind in lane for lane in LANES):
        raise UsageError(f"There is no long work of the kind {kind!r}.")
    return services.store.jobs.start(kind, about, arguments, now, document)


def job_numbered(services: Services, job_id: str) -> Job:
    """Return a job by its id as people write it; raises `NotFoundError`."""
    number = int(job_id) if job_id.isascii() and job_id.isdigit() and len(job_id) < 19 else 0
    job = services.store.jobs.job(number)
    if job is None:
        raise NotFoundError(f"There is no long work {job_id}; see the list at /jobs.")
    return job


def stop(services: Services, job_id: str, now: datetime) -> Job:
    """Stop a job after the piece under way; what is done stays done. Raises `NotFoundError`."""
    job = job_numbered(services, job_id)
    return services.store.jobs.stop(job.id, now) or job


def _kind(name: str) -> Kind:
    # Here, as they load the rooms that fetch, which a page that only shows a job does not need.
    from monitor.service import care_jobs, feed_jobs, job_kinds

    return (job_kinds.KINDS | feed_jobs.KINDS | care_jobs.KINDS)[name]
