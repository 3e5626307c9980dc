"""`monitor demo --once` goes the whole way and leaves a digest to look at."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


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
    (home,) = tmp_path.glob("monitor-demo-*")
    (page,) = (home / "digests").glob("*.html")
    assert str(page) in done.stdout
    assert "Entity" in page.read_text()
