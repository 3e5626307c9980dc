"""Dates in the sample feeds of the demo: written as days before the start.

`{{-2d 09:15 rfc822}}` is 09:15 UTC two days before the start as RSS writes it, `{{-2d 09:15
rfc3339}}` as Atom and JSON Feed do, and `{{-2d weekday}}` that day's English name.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.utils import format_datetime

_PLACEHOLDER = re.compile(rb"\{\{-(\d+)d (?:(\d\d):(\d\d) )?(rfc822|rfc3339|weekday)\}\}")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def fill(document: bytes, now: datetime) -> bytes:
    """Replace the placeholders of a document by dates before `now` (UTC), see site.toml.

    Works on bytes because one of the documents is not in UTF-8; what is put in is ASCII.
    """

    def written(match: re.Match[bytes]) -> bytes:
        days, hour, minute, form = match.groups()
        at = now - timedelta(days=int(days))
        at = at.replace(hour=int(hour or 0), minute=int(minute or 0), second=0, microsecond=0)
        forms = {
            b"rfc822": format_datetime(at, usegmt=True),
            b"rfc3339": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            # strftime("%A") would follow the locale of the machine.
            b"weekday": _WEEKDAYS[at.weekday()],
        }
        return forms[form].encode("ascii")

    return _PLACEHOLDER.sub(written, document)
