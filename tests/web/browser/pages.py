"""Every page of the monitor, for the tests that look at all of them. Append yours."""

from __future__ import annotations

PAGES: dict[str, str] = {
    "today": "/",
    "send": "/digests/daily/send",
    "search": "/search",
    "search-found": "/search?q=list",
    "search-nothing": "/search?q=nowhere",
    "search-filters": "/search?q=list&filters=1",
    "search-narrowed": "/search?q=list lang:en&group=entry&filters=1&by=month",
    "search-unlike": "/search?q=list AND (",
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
    "topic-edit": "/topics/chips/edit",
    "topic-form": "/topics/new",
    "topic-near": "/topics/chips/near",
    "topic-suggestions": "/topics/chips/suggestions",
    "topic-remove": "/topics/chips/remove",
    "list": "/topics/lists/chips",
    "list-new": "/topics/lists/new",
    "feeds": "/feeds",
    "feed": "/feeds/1",
<<<<<<< HEAD
    "feed-failing": "/feeds/3",
    "feeds-add": "/feeds/add",
    "feeds-import": "/feeds/import",
    "feeds-edits": "/edits",
    "searches": "/searches",
    "trends": "/trends",
=======
>>>>>>> frame
    "trend": "/trends/chips",
    "settings-digest": "/settings/digests/daily",
    "settings-fetch": "/settings/fetch",
    "settings-file": "/settings/files/config/topics.toml",
    "jobs": "/jobs",
    "status": "/status",
    "missing": "/nowhere",
}
"""Name of the picture, address in the home `full` (tests/web/browser/conftest.py)."""
