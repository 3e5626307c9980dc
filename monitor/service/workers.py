"""The killable worker pool: documents are parsed in processes that may not run wild.

A document can cost the parser seconds for each kilobyte, or all the memory there is. So each is
parsed in a child process with limits of its own, and a child that meets one is killed and
replaced; the document is then reported as too complex. The children are forked from a small server
process that has imported `monitor.parse` and nothing else, so that they share its memory, start
in milliseconds and inherit no file, no connection and no secret of ours. They start with the first
document, and are replaced after some hundred, and after one that made them large, because the parser's
memory only grows.
"""

from __future__ import annotations

import asyncio
import logging
import math
import multiprocessing
import pickle
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from monitor.errors import MonitorError
from monitor.model.entry import ParseFailure, ParseOutcome

TASKS = 300
"""Documents after which a child is replaced."""
WALL = 3
"""Wall time a document may take, in multiples of its CPU time: the machine may be busy."""
GROWTH = 24 << 20
"""Bytes a child may have grown by and be used again: memory that was taken once does not come back."""
GRACE = 30
"""Seconds for a child to start and to answer, beyond what the document may take."""


Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Work that met a limit; `why` says which: "parsing it took more than 30 s"."""

    why: str


class ParserPool:
    """A pool of `workers` child processes; a context manager, for one event loop.

    `seconds` is the CPU time one document may take, `memory` the bytes of address space a child
    may have meanwhile, `growth` the bytes it may have grown by and be used again. Documents wait their turn without limit; the time counts from when one begins.

    Each child has a pebble pool of its own: a child that somebody kills may die holding the locks
    that pebble's workers share, and would stop the others for a minute.
    """

    def __init__(self, workers: int, seconds: float, memory: int, *, growth: int = GROWTH) -> None:
        self._growth = growth
        self._seconds = seconds
        self._memory = memory
        self._turns = asyncio.Semaphore(workers)
        self._idle: list[ProcessPool] = []
        self._at_work: dict[ProcessPool, ProcessFuture[tuple[bytes, int]] | None] = {}
        self._closed = False

    def __enter__(self) -> ParserPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Kill the children; who still waits for a document is cancelled. May be called twice."""
        self._closed = True
        at_work, self._at_work = self._at_work, {}
        idle, self._idle = self._idle, []
        for task in at_work.values():
            if task is not None:
                task.cancel()  # type: ignore[no-untyped-call]
        for child in (*idle, *at_work):
            _stop(child)

    async def parse(
        self, body: bytes, *, url: str, content_type: str, now: datetime
    ) -> ParseOutcome:
        """Parse a document as `monitor.parse.document.parse_document` does, within the limits.

        Cancelling gives the document up and kills its child. Raises `MonitorError` when no child can
        be started, which is no fault of the document's.
        """
        outcome = await self.run(_parse, body, url, content_type, now)
        return _too_complex(outcome.why) if isinstance(outcome, GivenUp) else outcome

    async def run(self, work: Callable[..., Result], *arguments: object) -> Result | GivenUp:
        """Do a piece of work on a stranger's document in a child, within the limits.

        `work` is a function of a module (it is found by name); what it raises is raised here.
        Cancelling and errors as with `parse`.
        """
        async with self._turns:
            try:
                try:
                    pickled = await self._in_child(work, arguments)
                except (BrokenProcessPool, RuntimeError):
                    # The child had died before it had the document: another one is as good.
                    pickled = await self._in_child(work, arguments)
            except TimeoutError:
                return GivenUp(f"parsing it took more than {WALL * self._seconds:g} s")
            except MemoryError:
                return GivenUp(f"parsing it took more than {self._memory >> 20} MB of memory")
            except ProcessExpired as error:
                return GivenUp(self._expiry(error.exitcode))
            except (BrokenProcessPool, RuntimeError) as error:
                raise MonitorError(
                    f"The processes that parse documents cannot be started ({error}); see that there "
                    "is memory for them, and start the monitor again."
                ) from error
        result: Result = pickle.loads(pickled)  # noqa: S301 - from our own child
        return result

    async def _in_child(self, work: Callable[..., object], arguments: tuple[object, ...]) -> bytes:
        if self._closed:
            raise asyncio.CancelledError
        child = self._idle.pop() if self._idle else _new_child()
        self._at_work[child] = None
        limit = WALL * self._seconds
        sound = False
        try:
            bounded = (work, arguments, self._seconds, self._memory)
            task = self._at_work[child] = child.schedule(_run, args=bounded, timeout=limit)
            async with asyncio.timeout(limit + GRACE):
                pickled, grown = await asyncio.wrap_future(task)
            sound = grown <= self._growth
        finally:
            # A child that did not end its document by itself, or grew by it, is not used again. One
            # that is no longer at work has been stopped by `close`.
            if child in self._at_work:
                del self._at_work[child]
                if sound:
                    self._idle.append(child)
                else:
                    _stop(child)
        return pickled

    def _expiry(self, exit_code: int | None) -> str:
        if exit_code == -signal.SIGXCPU:
            return f"parsing it took more than {self._seconds:g} s of CPU time"
        if exit_code is not None and exit_code < 0:
            return f"its parser was killed ({signal.Signals(-exit_code).name})"
        return f"its parser ended with status {exit_code}"


def _new_child() -> ProcessPool:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["monitor.parse.document", "monitor.service.workers"])
    return ProcessPool(max_workers=1, max_tasks=TASKS, context=context)


def _stop(child: ProcessPool) -> None:
    """Kill a child, its pool with it."""
    child.stop()  # type: ignore[no-untyped-call]
    child.join()


@contextmanager
def _limits(seconds: float, memory: int) -> Iterator[None]:
    """Hold this process to limits, and lift them again.

    Only the parser may meet them, not the machinery around it, which would die less cleanly.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    wanted = {
        resource.RLIMIT_CPU: math.ceil(used.ru_utime + used.ru_stime + seconds),
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform != "darwin":
        # macOS knows the limit but refuses to set it.
        wanted[resource.RLIMIT_AS] = memory
    before = {limit: resource.getrlimit(limit) for limit in wanted}
    for limit, value in wanted.items():
        hard = before[limit][1]
        resource.setrlimit(
            limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard)
        )
    try:
        yield
    finally:
        for limit, values in before.items():
            resource.setrlimit(limit, values)


@lru_cache(maxsize=1)
def _first_size() -> int:
    """Return the resident bytes of this process when it was first asked."""
    return _size()


def _size() -> int:
    """Return the resident bytes of this process, 0 where the system does not tell (not Linux)."""
    try:
        pages = Path("/proc/self/statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()


def _run(
    work: Callable[..., object], arguments: tuple[object, ...], seconds: float, memory: int
) -> tuple[bytes, int]:
    """Run in a child: do one piece of work within the limits.

    Return its result pickled, and by how many bytes the child has grown since its first one.
    """
    logging.disable()  # what libraries think of a document is nobody's business
    first_size = _first_size()
    with _limits(seconds, memory):
        pickled = pickle.dumps(work(*arguments), pickle.HIGHEST_PROTOCOL)
    return pickled, _size() - first_size


def _parse(body: bytes, url: str, content_type: str, now: datetime) -> ParseOutcome:
    """Run in a child: parse one document."""
    from monitor.parse.document import parse_document

    try:
        return parse_document(body, url=url, content_type=content_type, now=now)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours must not stop the cycle
        reason = f"The document cannot be read ({type(error).__name__}: {error})."
        return ParseFailure(kind="broken", message=reason)


def _too_complex(why: str) -> ParseFailure:
    return ParseFailure(
        kind="too-complex",
        message=f"The document is too complex to be parsed safely: {why}. It is tried again at the next "
        "visits; if it is meant to be so, raise parse_seconds or parse_memory under [fetch] in "
        "config/monitor.toml.",
    )
