"""The killable worker pool: documents are parsed in processes that may not run wild.

A document can cost the parser seconds for each kilobyte, or all the memory there is. So each is
parsed in a child process with limits of its own, and a child that meets one is killed and
replaced; the document is then reported as too complex. The children are forked from a small server
process that has imported `monitor.parse` and nothing else, so that they share its memory, start
in milliseconds and inherit no file, no connection and no secret of ours. They start with the first
document, and are replaced after some hundred, because the parser's memory only grows.
"""

from __future__ import annotations

import asyncio
import math
import multiprocessing
import multiprocessing.context
import pickle
import resource
import signal
import sys
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from monitor.model.entry import ParseFailure, ParseOutcome

TASKS = 300
"""Documents after which a child is replaced."""
WALL = 3
"""Wall time a document may take, in multiples of its CPU time: the machine may be busy."""


class ParserPool:
    """A pool of `workers` child processes; a context manager.

    `seconds` is the CPU time one document may take, `memory` the bytes of address space a child
    may have meanwhile. Documents wait their turn without limit; the time counts from when one begins.
    """

    def __init__(self, workers: int, seconds: float, memory: int) -> None:
        self._workers = workers
        self._seconds = seconds
        self._memory = memory
        self._pool: ProcessPool | None = None
        self._under_way: set[ProcessFuture[bytes]] = set()

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
        pool, self._pool = self._pool, None
        for task in tuple(self._under_way):
            task.cancel()  # type: ignore[no-untyped-call]
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()

    async def parse(
        self, body: bytes, *, url: str, content_type: str, now: datetime
    ) -> ParseOutcome:
        """Parse a document as `monitor.parse.document.parse_document` does, within the limits.

        Cancelling gives the document up and kills its child.
        """
        document = (body, url, content_type, now, self._seconds, self._memory)
        try:
            try:
                pickled = await self._in_child(document)
            except (BrokenProcessPool, RuntimeError):
                # A child that died while idle breaks the whole pool; a new one is as good.
                pickled = await self._in_child(document)
        except TimeoutError:
            return _too_complex(f"parsing it took more than {WALL * self._seconds:g} s")
        except MemoryError:
            return _too_complex(f"parsing it took more than {self._memory >> 20} MB of memory")
        except ProcessExpired as error:
            return _too_complex(self._expiry(error.exitcode))
        except BrokenProcessPool as error:
            return _too_complex(f"its parser could not be started ({error})")
        outcome: ParseOutcome = pickle.loads(pickled)  # noqa: S301 - from our own child
        return outcome

    async def _in_child(self, document: tuple[object, ...]) -> bytes:
        task = self._running().schedule(_parse, args=document, timeout=WALL * self._seconds)
        self._under_way.add(task)
        try:
            return await asyncio.wrap_future(task)
        finally:
            self._under_way.discard(task)

    def _running(self) -> ProcessPool:
        """Return the pool, started with the first document, or anew after it broke."""
        if self._pool is not None and not self._pool.active:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None
        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=self._workers,
                max_tasks=TASKS,
                context=_context(),
            )
        return self._pool

    def _expiry(self, exit_code: int | None) -> str:
        if exit_code == -signal.SIGXCPU:
            return f"parsing it took more than {self._seconds:g} s of CPU time"
        if exit_code is not None and exit_code < 0:
            return f"its parser was killed ({signal.Signals(-exit_code).name})"
        return f"its parser ended with status {exit_code}"


def _context() -> multiprocessing.context.BaseContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["monitor.parse.document", "monitor.service.workers"])
    return context


@contextmanager
def _limits(seconds: float, memory: int) -> Iterator[None]:
    """Hold this process to limits, and lift them again.

    Only the parser may meet them: a child that dies while it holds the pool's locks, or while
    a document is on its way, takes the pool with it.
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
        resource.setrlimit(limit, (value, before[limit][1]))
    try:
        yield
    finally:
        for limit, values in before.items():
            resource.setrlimit(limit, values)


def _parse(
    body: bytes, url: str, content_type: str, now: datetime, seconds: float, memory: int
) -> bytes:
    """Run in a child: parse one document within the limits; return the outcome pickled."""
    from monitor.parse.document import parse_document

    with _limits(seconds, memory):
        outcome = parse_document(body, url=url, content_type=content_type, now=now)
        return pickle.dumps(outcome, pickle.HIGHEST_PROTOCOL)


def _too_complex(why: str) -> ParseFailure:
    return ParseFailure(
        kind="too-complex", message=f"The document is too complex to be parsed safely: {why}."
    )
