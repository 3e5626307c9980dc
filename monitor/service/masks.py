"""What of an address may be shown: a webhook's whole one is a secret, as whoever has it can send there. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from monitor.model.entry import Entry
from monitor.model.masking import masked


def shown_to(channel: str, to: str) -> str:
    """Return where a delivery goes, of a webhook's address the host alone: `hooks.example.org/…`.

    Folders, mail addresses and names of environment variables are shown as they are.
    """
    if channel in ("folder", "mail") or (channel != "webhook" and "://" not in to):
        return to
    try:
        host = urlsplit(to).hostname or ""
    except ValueError:
        host = ""
    return f"{host or 'address'}/…"


def feed_of(entry: Entry) -> str:
    """Return what to call the feed of an entry: its title, else its address without likely keys."""
    return masked(entry.feed_title or entry.feed_url)
