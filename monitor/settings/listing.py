"""Feeds as OPML lists carry them: our keys of a feed as text, and read back with care.

A list can be anybody's. What would change what is sent to a server is withheld unless the caller
trusts the list: the name of an environment variable would have the monitor send that variable to
whatever host the list names (docs/decisions/0013-opml-is-not-trusted-with-secrets.md).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from monitor.model.feed import Feed
from monitor.parse.opml import ListedFeed
from monitor.settings.faults import did_you_mean, written
from monitor.settings.feeds import feed_of, tidied
from monitor.settings.quantities import quoted, read_duration
from monitor.settings.tables import FeedTable, table_of
from monitor.settings.values import HOUR

SENT = ("user_agent", "user_agent_suffix", "headers", "auth_env", "auth_scheme")
"""Keys that say what is sent to the feed's server."""

_LISTED = ("url", "title", "tags")
_FLAGS = ("enabled", "full_text", "follow_moves")
_LONGEST = 50_000  # characters


@dataclass(frozen=True, slots=True)
class Taken:
    """A feed of a list as it may be watched.

    `withheld` are keys left out because the list is not trusted, `faults` what is wrong in others,
    in words.
    """

    feed: Feed
    withheld: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def listed(feed: Feed) -> ListedFeed:
    """Return a feed as a list carries it, with every key that differs from the default."""
    settings = {name: value for name, value in table_of(feed).items() if name not in _LISTED}
    return ListedFeed(
        feed.url,
        feed.title,
        feed.tags,
        tuple((name, _text(value)) for name, value in settings.items()),
    )


def taken(given: ListedFeed, *, trusted: bool) -> Taken:
    """Return the feed of a list; raises `ValueError` when it cannot be watched at all.

    A setting nobody knows or that may not be has no effect but a sentence in `faults`.
    """
    plain = table_of(tidied(Feed(url=given.url, title=given.title, tags=given.tags)))
    if not given.settings:
        return Taken(feed_of(plain))
    values: dict[str, Any] = {}
    withheld: list[str] = []
    faults: list[str] = []
    for name, text in given.settings:
        try:
            if name == "url" or name not in FeedTable.model_fields:
                keys = [key for key in FeedTable.model_fields if key != "url"]
                raise ValueError(f"is unknown; {did_you_mean(name, keys)}")  # noqa: TRY301
            if not trusted and _asks_for_trust(name, text):
                withheld.append(name)
            else:
                values[name] = _value(name, text)
        except ValueError as error:
            faults.append(f"{written((name,))}: {error}")
    try:
        return Taken(feed_of(plain | values), tuple(withheld), tuple(faults))
    except ValueError:
        feed = feed_of(plain)
    for name in FeedTable.model_fields:  # in this order, as one may need another
        if name in values:
            try:
                feed = feed_of(plain | {name: values[name]})
                plain[name] = values[name]
            except ValueError as error:
                faults.append(str(error))
    return Taken(feed, tuple(withheld), tuple(faults))


def _asks_for_trust(name: str, text: str) -> bool:
    """Say whether a setting is one that a stranger's list must not make."""
    return name in SENT or (name == "every" and read_duration(text) < HOUR)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def _value(name: str, text: str) -> Any:
    """Read a value as feeds.toml would have it; raises `ValueError` for what can be none."""
    if len(text) > _LONGEST:
        raise ValueError("is too long")
    if name in _FLAGS:
        if text not in ("true", "false"):
            raise ValueError(f"must be true or false, not {quoted(text)}")
        return text == "true"
    if name == "tier":
        if not re.fullmatch("[0-9]{1,3}", text):
            raise ValueError(f"must be a whole number, not {quoted(text)}")
        return int(text)
    if name in ("tags", "headers"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise ValueError("must be JSON, as the monitor itself writes it") from None
    return text
