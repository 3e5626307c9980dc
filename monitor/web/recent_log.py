"""The last lines of the monitor's log, kept in memory for the page Status."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime

KEPT = 200


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line; `level` is as in "INFO", "WARNING"."""

    at: datetime
    level: str
    message: str


class RecentLog(logging.Handler):
    """Keeps the newest lines of the process that serves the page; a traceback stays in the log itself."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._lines: deque[LogLine] = deque(maxlen=KEPT)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        at = datetime.fromtimestamp(record.created, UTC)
        self._lines.append(LogLine(at, record.levelname, record.getMessage()))

    def lines(self) -> list[LogLine]:
        """Return what is kept, the newest first."""
        return list(self._lines)[::-1]


RECENT = RecentLog()
"""One for the process: its log goes on when the page is opened anew."""


def keep_recent() -> None:
    """Let the log be kept from now on; may be repeated."""
    logger = logging.getLogger("monitor")
    if RECENT not in logger.handlers:
        logger.addHandler(RECENT)
