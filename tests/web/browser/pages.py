"""Every page of the monitor, for the tests that look at all of them. Append yours."""

from __future__ import annotations

PAGES: dict[str, str] = {
    "today": "/",
    "search": "/search",
    "search-found": "/search?q=list",
    "search-nothing": "/search?q=nowhere",
    "search-wrong": "/search?q=topic:",
    "entry": "/entries/e1",
    "story": "/stories/s1",
    "digests": "/digests",
    "topics": "/topics",
    "topic": "/topics/chips",
    "topic-edit": "/topics/chips/edit",
    "topic-form": "/topics/new",
    "topic-near": "/topics/chips/near",
    "topic-suggestions": "/topics/chips/suggestions",
    "topic-remove": "/topics/chips/remove",
    "list": "/topics/lists/chips",
    "list-new": "/topics/lists/new",
    "feeds": "/feeds",
    "feed": "/feeds/1",
    "status": "/status",
    "missing": "/nowhere",
}
"""Name of the picture, address in the home that `seen` makes."""
