"""A feed of config/feeds.toml as a form, and back: what the form says that config does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.datastructures import FormData

from monitor.errors import UsageError
from monitor.model.feed import Feed
from monitor.service.feed_jobs import address_of
from monitor.service.masking import is_masked, masked, masked_headers
from monitor.settings.quantities import format_duration, read_duration
from monitor.web.forms import text_in

_TEXTS = ("title", "outlet", "user_agent", "user_agent_suffix", "auth_env", "auth_scheme")
_FLAGS = {"enabled": True, "full_text": False, "follow_moves": True}
"""Keys that are true or false, with what they are where config does not say."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as a person filled it in.

    `changes` are the keys that are to be others, as `settings.edit.edit_feed` takes them; `faults` are
    sentences by field.
    """

    changes: dict[str, Any]
    faults: dict[str, str]


def shown(feed: Feed) -> dict[str, Any]:
    """Return the values of the form's fields for a feed; likely secrets are masked."""
    return {
        "url": masked(feed.url),
        "tags": ", ".join(feed.tags),
        "every": format_duration(feed.every) if feed.every else "",
        "tier": str(feed.tier),
        "headers": "\n".join(f"{name}: {value}" for name, value in masked_headers(feed.headers)),
        **{name: getattr(feed, name) for name in (*_TEXTS, *_FLAGS)},
    }


def given(form: FormData) -> dict[str, Any]:
    """Return the values of the form's fields as they were filled in, to be shown again."""
    fields = ("url", "tags", "every", "tier", "headers", *_TEXTS)
    return {name: text_in(form, name) for name in fields} | {name: name in form for name in _FLAGS}


def others(values: Mapping[str, Any], feed: Feed) -> dict[str, str]:
    """Return the fields a feed has otherwise than they were filled in, with what it has."""
    return {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in shown(feed).items()
        if value != values.get(name)
    }


def filled(form: FormData, feed: Feed) -> Filled:
    """Read the form about a feed; what was left masked stays as it is."""
    wanted: dict[str, Any] = {name: text_in(form, name) for name in _TEXTS}
    wanted |= {name: name in form for name in _FLAGS}
    wanted["tags"] = tags_in(text_in(form, "tags"))
    faults: dict[str, str] = {}
    url = text_in(form, "url")
    if url != masked(feed.url):
        if is_masked(url):
            faults["url"] = "must be the whole address: a part is masked, and cannot be guessed"
        else:
            _read(wanted, faults, "url", lambda: address_of(url))
    _read(wanted, faults, "every", lambda: every_in(text_in(form, "every")))
    _read(wanted, faults, "tier", lambda: tier_in(text_in(form, "tier")))
    _read(wanted, faults, "headers", lambda: headers_in(text_in(form, "headers"), feed))
    usual = Feed(url="")
    changes = {}
    for name, value in wanted.items():
        if value != getattr(feed, name):
            changes[name] = value if name == "url" or value != getattr(usual, name) else None
    return Filled(changes, faults)


def tags_in(text: str) -> tuple[str, ...]:
    """Read tags with commas or lines between."""
    return tuple(
        dict.fromkeys(
            tag for each in text.replace("\n", ",").split(",") if (tag := " ".join(each.split()))
        )
    )


def every_in(text: str) -> timedelta | None:
    """Read how often a feed is fetched; None for its own rhythm. Raises `ValueError`."""
    return read_duration(text) if text else None


def tier_in(text: str) -> int:
    """Read a tier; raises `ValueError`."""
    if text not in ("1", "2", "3"):
        raise ValueError("must be 1, 2 or 3")
    return int(text)


def headers_in(text: str, feed: Feed) -> tuple[tuple[str, str], ...]:
    """Read request headers, one a line as `Name: value`; a masked one keeps its value.

    Raises `ValueError`.
    """
    kept = {name.lower(): value for name, value in feed.headers}
    headers: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip():
            continue
        name, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not name:
            raise ValueError("must be written one a line, each as Name: value")
        if is_masked(value):
            if name.lower() not in kept:
                raise ValueError(
                    f"must say the value of {name}; it is masked, and cannot be guessed"
                )
            value = kept[name.lower()]
        headers[name] = value
    return tuple(headers.items())


def fault_in(message: str) -> tuple[str, str]:
    """Return which field a refusal of settings is about, and what it says: "every: must be …"."""
    name, colon, said = message.partition(": ")
    field = name.partition(".")[0].partition("[")[0]
    known = {"url", "tags", "every", "tier", "headers", *_TEXTS, *_FLAGS}
    return (field, said) if colon and field in known else ("", message)


def _read(
    wanted: dict[str, Any], faults: dict[str, str], name: str, read: Callable[[], object]
) -> None:
    try:
        wanted[name] = read()
    except (ValueError, UsageError) as error:
        faults[name] = str(error)
