"""Handing over from the page: deliveries wait for other people's servers, a reader not so long.

The work goes on in a thread of its own when it takes longer than a reader waits; each delivery's row says
what comes of it, whoever looks later (docs/decisions/0016-outbox.md).
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLongError
from typing import TypeVar

from monitor.deliver.ways import Ways
from monitor.errors import MonitorError
from monitor.service.ways import ways_of
from monitor.service.wiring import Services

log = logging.getLogger("monitor")

PATIENCE_SECONDS = 8.0
"""How long a reader waits for the answer."""

_under_way: set[threading.Thread] = set()

Result = TypeVar("Result")


def ways_out(services: Services) -> Ways:
    """Return the ways out of this home, with the secrets of this process's environment."""
    return ways_of(services, os.environ)


def hand_over(work: Callable[[], Result], patience: float = PATIENCE_SECONDS) -> Result | None:
    """Return what the work returns, or raise what it raises; None when it is still under way."""
    done: Future[Result] = Future()
    given_up = threading.Event()

    def target() -> None:
        try:
            done.set_result(work())
        except MonitorError as error:
            if given_up.is_set():
                log.error("what was asked for on the page failed: %s", error)
            done.set_exception(error)
        except Exception as error:
            if given_up.is_set():
                log.exception("what was asked for on the page failed")
            done.set_exception(error)

    thread = threading.Thread(target=target, daemon=True, name="handing")
    _under_way.difference_update([each for each in _under_way.copy() if not each.is_alive()])
    thread.start()
    _under_way.add(thread)
    try:
        return done.result(patience)
    except TooLongError:
        given_up.set()
        return None


def is_busy() -> bool:
    """Tell whether something is being handed over: the database is not to be closed meanwhile."""
    return any(each.is_alive() for each in _under_way.copy())


def wait_until_done(seconds: float) -> None:
    """Wait until all is handed over that is under way, up to so many seconds."""
    until = time.monotonic() + seconds
    for thread in _under_way.copy():
        thread.join(max(0.0, until - time.monotonic()))
