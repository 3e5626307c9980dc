"""Changing feeds of config/ so that what was seen of them goes with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from monitor.model.feed import Feed
from monitor.service.wiring import Services
from monitor.settings.edit import edit_feed
from monitor.settings.home import Home
from monitor.settings.tables import FeedTable, table_of


def change_feed(
    services: Services, home: Home, url: str, changes: Mapping[str, Any], now: datetime
) -> Feed:
    """Give a feed of config/feeds.toml new values, see `edit_feed`; a new address takes its history along.

    `home` is that of `services`, or a copy of its config on which the change is tried: then nothing else
    is touched.
    """
    if "url" not in changes or home.root != services.home.root:
        return edit_feed(home, url, changes)
    with services.store.feeds.moving(now) as move:
        changed = edit_feed(home, url, changes)
        if changed.url != url:
            move(url, changed.url)
    return changed


def written_shape(feed: Feed) -> dict[str, Any]:
    """Shape of a feed as config/feeds.toml has it, every key of its table."""
    values = {
        name: field.get_default(call_default_factory=True)
        for name, field in FeedTable.model_fields.items()
        if name != "url"
    }
    return {"url": feed.url} | values | {"tags": [], "headers": {}} | table_of(feed)
