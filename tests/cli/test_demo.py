"""`monitor demo` goes the whole way, and with `--once` leaves a digest to look at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx


def test_the_demo_shows_each_step_and_writes_the_digest(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "demo"],
        env={**os.environ, "DEMO_ONCE": "1", "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    for words in (
        "First fetch",
        "304 Not Modified",
        "Stories",
        "Topics applied",
        "Digest",
        "Search",
    ):
        assert words in done.stdout
    assert "comes in" not in done.stdout
    (home,) = tmp_path.glob("monitor-demo-*")
    (page,) = (home / "digests").glob("*.html")
    assert str(page) in done.stdout
    assert "Entity" in page.read_text()


def test_an_edit_of_config_does_not_end_the_demo(tmp_path: Path) -> None:
    demo = subprocess.Popen(
        [sys.executable, "-u", "-m", "monitor", "demo"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        told = until(demo, "The page is at", "Ctrl-C ends the demo and removes its home")
        assert any("Something new comes in: 5 new entries, 4 stories" in line for line in told)
        (address,) = [line.rpartition(" ")[2] for line in told if "The page is at" in line]
        today = httpx.get(address, trust_env=False).text
        assert "Customs arrest third suspect" in today
        (home,) = tmp_path.glob("monitor-demo-*")
        topics = home / "config" / "topics.toml"
        topics.write_text(topics.read_text() + "\n# edited\n")
        until(demo, "config/ was edited")
        # The address stays taken, so that this waits for the page that follows the edit.
        assert httpx.get(address, trust_env=False, timeout=30).status_code == 200
    finally:
        demo.send_signal(signal.SIGINT)
        rest, _ = demo.communicate(timeout=60)
    assert "The page is at" not in rest
    assert list(tmp_path.glob("monitor-demo-*")) == []


def until(demo: subprocess.Popen[str], *wanted: str) -> list[str]:
    """Return the lines that are said until each of the texts has come, in this order."""
    lines: list[str] = []
    left = list(wanted)
    assert demo.stdout is not None
    for line in demo.stdout:
        lines.append(line.strip())
        if left[0] in line:
            left.pop(0)
            if not left:
                return lines
    raise AssertionError(lines)
