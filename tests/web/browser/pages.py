"""Every page of the monitor, for the tests that look at all of them. Append yours."""

from __future__ import annotations

PAGES: dict[str, str] = {
    "today": "/",
    "send": "/digests/daily/send",
    "search": "/search",
    "search-found": "/search?q=list",
    "search-nothing": "/search?q=nowhere",
    "search-wrong": "/search?q=topic:",
    "entry": "/entries/e1",
    "story": "/stories/s1",
    "digests": "/digests",
    "edition": "/digests/{edition}",
    "edition-mail": "/digests/{edition}/mail",
    "edition-text": "/digests/{edition}/text",
    "alerts": "/alerts",
    "alert-message": "/alerts/messages/1",
    "topics": "/topics",
    "topic": "/topics/chips",
    "feeds": "/feeds",
    "feed": "/feeds/1",
    "trend": "/trends/chips",
    "settings-digest": "/settings/digests/daily",
    "settings-fetch": "/settings/fetch",
    "settings-file": "/settings/files/config/topics.toml",
    "feeds-add": "/feeds/add",
    "feeds-import": "/feeds/import",
    "searches": "/searches",
    "trends": "/trends",
    "settings": "/settings",
    "jobs": "/jobs",
    "status": "/status",
    "missing": "/nowhere",
}
"""Name of the picture, address in the home `full` (tests/web/browser/conftest.py)."""
