"""Senders in processes of their own, to be killed: run by `python -c` from the checkout's folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from monitor.model.delivery import Step
from monitor.service.outbox import deliver_open
from monitor.service.ways import ways_of
from monitor.service.wiring import open_services
from monitor.settings.home import Home
from tests.service.sending import send_due

Sender = subprocess.Popen[str]


def start(call: str) -> Sender:
    """Run a function of this module in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", f"from tests.service.senders import *; {call}"],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def send_until(home: str, at: str, step: str, times: int) -> None:
    """Send what is due at an instant and be killed at a step, when it comes for the so-manieth time.

    Two more steps than the monitor's own: "begun" is before all of them, "done" after.
    """
    now = datetime.fromisoformat(at)
    seen = 0

    def reach(reached: Step | str) -> None:
        nonlocal seen
        if reached == step:
            seen += 1
            if seen == times:
                os.kill(os.getpid(), signal.SIGKILL)

    with open_services(Home(Path(home)), now) as services:
        reach("begun")
        send_due(services, ways_of(services, {}, reach), lambda: now)
        reach("done")


def deliver_all(home: str, at: str) -> None:
    """Say "ready", wait for a line, deliver what is due at an instant."""
    now = datetime.fromisoformat(at)
    with open_services(Home(Path(home)), now) as services:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        deliver_open(services, ways_of(services, {}), lambda: now)
