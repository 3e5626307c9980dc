"""Threads beside the loop and the database's thread, for work that may wait long for others.

Composing with a model's help, or handing mail to a server that is slow, must neither hold feeds up nor
keep the monitor from stopping.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

Result = TypeVar("Result")

STOP_SECONDS = 8.0
"""How long what is under way has to come to an end when the monitor stops."""


class Aside:
    """Runs work in threads of its own; `going` turns false when it should come to an end."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._threads: set[threading.Thread] = set()

    def going(self) -> bool:
        """Tell whether work should go on with its next piece."""
        return not self._stopped.is_set()

    @property
    def busy(self) -> bool:
        """Whether work is under way."""
        return any(thread.is_alive() for thread in self._threads)

    def wind_down(self) -> None:
        """Let what is under way come to an end, and no next piece begin."""
        self._stopped.set()

    def go_on(self) -> None:
        """Take `wind_down` back."""
        self._stopped.clear()

    async def run(self, work: Callable[[], Result]) -> Result:
        """Return what the work returns, or raise what it raises; the loop goes on meanwhile.

        A thread that outlives `stop` ends with the process: what it had under way is found by the
        next one as after a crash.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Result] = loop.create_future()

        def finish(result: Result | None, error: BaseException | None) -> None:
            if done.cancelled():
                return
            if error is not None:
                done.set_exception(error)
            else:
                done.set_result(result)  # type: ignore[arg-type]  # there is one without an error

        def target() -> None:
            result, error = None, None
            try:
                result = work()
            except BaseException as caught:  # noqa: BLE001  # raised again where it is awaited
                error = caught
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(finish, result, error)

        thread = threading.Thread(target=target, daemon=True, name="aside")
        self._threads = {each for each in self._threads if each.is_alive()}
        thread.start()
        self._threads.add(thread)
        return await done

    async def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Let what is under way come to an end, and wait for it up to so many seconds."""
        self.wind_down()
        deadline = asyncio.get_running_loop().time() + seconds
        while self.busy:
            if asyncio.get_running_loop().time() > deadline:
                return
            await asyncio.sleep(0.02)
