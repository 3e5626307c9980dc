"""Run a command and measure it with all its children: wall time, CPU, peak memory. Linux only."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

EVERY_SECONDS = 0.1
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Measured:
    """What a command took. `peak_mb` is of the whole process tree, by `method`."""

    status: int
    out: str
    err: str
    wall_seconds: float
    cpu_seconds: float
    peak_mb: float
    method: str


class _Watch(threading.Thread):
    """Samples a process tree until told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._ended = threading.Event()
        self._cpu: dict[int, float] = {}
        self.peak_kb = 0
        self.method = "PSS"

    def run(self) -> None:
        while not self._ended.is_set():
            self.sample()
            self._ended.wait(EVERY_SECONDS)

    def sample(self) -> None:
        """Look once."""
        pids = _tree(self._pid)
        self.peak_kb = max(self.peak_kb, sum(self._memory_kb(pid) for pid in pids))
        for pid in pids:
            self._cpu[pid] = max(self._cpu.get(pid, 0.0), _cpu_seconds(pid))

    def end(self) -> float:
        """Stop; return the CPU seconds seen, all processes together."""
        self._ended.set()
        self.join()
        return sum(self._cpu.values())

    def _memory_kb(self, pid: int) -> int:
        """Return a process's part of the memory: shared pages are divided among their users."""
        kb = _field(Path(f"/proc/{pid}/smaps_rollup"), "Pss:")
        if kb is None:
            kb = _field(Path(f"/proc/{pid}/status"), "VmRSS:")
            if kb is not None:
                self.method = "PSS, RSS where PSS is not readable"
        return kb or 0


class TreeMemory:
    """Watches the memory of a process and all below it while a block runs; megabytes."""

    def __init__(self, pid: int) -> None:
        self._watch = _Watch(pid)

    def __enter__(self) -> TreeMemory:
        self._watch.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._watch.end()

    def settled(self) -> float:
        """Return what the tree takes now, at rest, and begin to count the peak anew."""
        time.sleep(10 * EVERY_SECONDS)
        self._watch.peak_kb = 0
        time.sleep(10 * EVERY_SECONDS)
        return self.peak_since()

    def peak_since(self) -> float:
        """Return the peak since the last call of one of the two, and begin to count anew."""
        self._watch.sample()
        peak, self._watch.peak_kb = self._watch.peak_kb, 0
        return peak / 1024


def measure(command: Sequence[str], environment: dict[str, str]) -> Measured:
    """Run a command to its end, its output kept."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    watch = _Watch(process.pid)
    watch.start()
    usage_before = os.times()
    out, err = process.communicate()
    wall = time.perf_counter() - began
    seen = watch.end()
    usage = os.times()
    # A grandchild whose parent did not wait for it is missing in the first, the last moments of
    # each process in the second: the larger is the nearer.
    waited = (
        usage.children_user
        + usage.children_system
        - usage_before.children_user
        - usage_before.children_system
    )
    return Measured(
        process.returncode, out, err, wall, max(seen, waited), watch.peak_kb / 1024, watch.method
    )


def _tree(pid: int) -> list[int]:
    """Return a process and all below it that are alive."""
    found, waiting = [], [pid]
    while waiting:
        each = waiting.pop()
        found.append(each)
        for thread in _names(Path(f"/proc/{each}/task")):
            children = _read(Path(f"/proc/{each}/task/{thread}/children"))
            waiting += [int(child) for child in children.split()]
    return found


def _cpu_seconds(pid: int) -> float:
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS if len(fields) > 12 else 0.0


def _field(path: Path, name: str) -> int | None:
    for line in _read(path).splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    return None


def _names(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except OSError:
        return []  # It has ended meanwhile, as in `_read`.


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
