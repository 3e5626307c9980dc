"""Monitors in processes of their own, told the time on standard input: to be killed, or to compete."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from types import TracebackType

from monitor.settings.home import Home
from tests.reference.clock import Clock
from tests.reference.driving import living, visits_logged


def ring(root: str) -> None:
    """Be a monitor: ring for due feeds at each instant read; say what was stored, then "done"."""
    with visits_logged(lambda url, result: _say(f"stored {url} {result}")):
        asyncio.run(_ring(Home(Path(root))))


async def _ring(home: Home) -> None:
    clock = Clock(datetime.fromisoformat(sys.stdin.readline().strip()))
    async with living(home, clock) as (_, rounds):
        while True:
            await rounds.refresh()
            _say("done")
            line = await asyncio.to_thread(sys.stdin.readline)
            if not line:
                return
            clock.now = datetime.fromisoformat(line.strip())


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


class Child:
    """A monitor in a process of its own; a context manager that ends it in any case."""

    def __init__(self, home: Home) -> None:
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"from tests.reference.children import *; ring({str(home.root)!r})",
            ],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    def tell(self, at: datetime) -> None:
        """Let it be that time there, and ring; does not wait."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{at.isoformat()}\n")
        self._process.stdin.flush()

    def stored(self) -> list[str]:
        """Wait until the round is over, or the process; return the addresses of what it stored."""
        assert self._process.stdout is not None
        stored = []
        for line in self._process.stdout:
            if line == "done\n":
                break
            stored.append(line.split()[1])
        return stored

    def ring(self, at: datetime) -> list[str]:
        """Ring and wait."""
        self.tell(at)
        return self.stored()

    def kill_now(self) -> None:
        """Kill it with SIGKILL; what it had said can still be read."""
        self._process.kill()
        self._process.wait()

    def kill(self) -> None:
        """Kill it with SIGKILL, if it still runs, and be done with it."""
        self.kill_now()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:
                continue  # it did not read the last line
