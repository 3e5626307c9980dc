"""What of an address may be shown: a webhook's whole one is a secret, as whoever has it can send there."""

from __future__ import annotations

from urllib.parse import urlsplit


def shown_to(channel: str, to: str) -> str:
    """Return where a delivery goes, of a webhook's address the host alone: `hooks.example.org/…`.

    Folders, mail addresses and names of environment variables are shown as they are.
    """
    if channel in ("folder", "mail") or "://" not in to:
        return to
    try:
        host = urlsplit(to).hostname or ""
    except ValueError:
        host = ""
    return f"{host or 'address'}/…"
