"""What each address asks for: to see, or to change. The rule, and the table of what is otherwise.

`GET` sees and everything else changes. Forms and lists that hold what config/ has, keys in addresses and
all, are for those who may change it. Whoever adds an address that is otherwise adds it to the table;
tests/web/test_access.py walks all routes and fails where one lets in who may not.
"""

from __future__ import annotations

import re
from typing import Literal

Need = Literal["open", "feeds", "metrics", "read", "write"]
"""For everybody; the feeds for other programs; the figures; to see everything; to change."""

LOGIN = "/login"

_SEE = frozenset({"GET", "HEAD"})
_TABLE: tuple[tuple[frozenset[str], re.Pattern[str], Need], ...] = (
    (_SEE | {"POST"}, re.compile(LOGIN), "open"),
    (_SEE, re.compile(r"/static/.*|/favicon\.ico|/robots\.txt", re.DOTALL), "open"),
    (_SEE, re.compile("/healthz"), "open"),
    (_SEE, re.compile("/metrics"), "metrics"),
    (_SEE, re.compile(r"/settings/.+|/feeds/add(/.*)?|(/api)?/feeds\.opml", re.DOTALL), "write"),
    (_SEE, re.compile(r"/(topics|searches|digests)/[^/]+\.(atom|json)"), "feeds"),
    (_SEE, re.compile(r"/(search|all|entries)\.(atom|json)"), "feeds"),
)
"""Methods, the whole path, and what is asked for. The doors for strangers (`safety`) are not asked at all."""


def needed(method: str, path: str) -> Need:
    """Return what a request asks for."""
    for methods, pattern, need in _TABLE:
        if method in methods and pattern.fullmatch(path):
            return need
    return "read" if method in _SEE else "write"
