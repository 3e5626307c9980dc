"""robots.txt (RFC 9309): may a page be asked for, and how long to wait before the next one.

Read by protego, which comes with the extra `fulltext`. Called in the killable worker alone, since
what stands in the file is a stranger's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

SIZE_CAP = 512_000
"""Bytes of a robots.txt that are read (RFC 9309 section 2.5 asks for 500 KiB at least)."""
LONGEST_DELAY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RobotsSay:
    """The rules that hold for us: may the page be asked for, and the pause between two pages."""

    allowed: bool
    delay: timedelta


def robots_text(body: bytes) -> str:
    """Return the part of a robots.txt that is read; a line that is cut by the cap is left out."""
    kept = body[:SIZE_CAP]
    if len(body) > SIZE_CAP:
        kept = kept[: max(kept.rfind(b"\n"), kept.rfind(b"\r")) + 1]
    return kept.decode("utf-8", "replace").removeprefix("\ufeff").replace("\x00", "")


def ask_robots(rules: str, url: str, agents: tuple[str, ...]) -> RobotsSay:
    """Say what a robots.txt asks of us for one address.

    `agents` are the names we go by: the page must be allowed for all of them, and the longest of
    their delays holds. Raises `ModuleNotFoundError` without the extra `fulltext`.
    """
    from protego import Protego

    robots = Protego.parse(rules)
    delays = [_delay(robots.crawl_delay(agent)) for agent in agents]
    return RobotsSay(
        allowed=all(robots.can_fetch(url, agent) for agent in agents),
        delay=max(delays, default=timedelta(0)),
    )


def _delay(seconds: float | None) -> timedelta:
    """Read a Crawl-delay; what is no number or negative is none, what is absurd is cut."""
    if seconds is None or math.isnan(seconds) or seconds <= 0:
        return timedelta(0)
    return timedelta(seconds=min(seconds, LONGEST_DELAY.total_seconds()))
