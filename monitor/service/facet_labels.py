"""How facets, clauses in use and bars are called on the page and the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo

from monitor.digests.phrases import short_day
from monitor.model.facet import By, FacetName
from monitor.query.periods import midnight
from monitor.query.tree import Meta, Node, Not, spelled_out

TITLES: dict[FacetName, str] = {
    "topic": "Topic",
    "outlet": "Outlet",
    "feed": "Feed",
    "tag": "Tag",
    "lang": "Language",
    "state": "State",
    "month": "Month",
}

STATES = {
    "is:revised": "Edited since",
    "is:withdrawn": "Withdrawn",
    "is:sent": "Sent in a digest",
    "is:starred": "Starred",
    "has:enclosure": "With a file",
}

_FIELDS = {
    "topic": "Topic", "outlet": "Outlet", "feed": "Feed", "tag": "Tag", "lang": "Language",
    "domain": "Site", "author": "Author", "url": "Address", "type": "File type",
    "published": "Published", "after": "From", "before": "Before", "on": "On", "since": "Since",
}  # fmt: skip

_LANGUAGES = {
    "ar": "Arabic", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian",
    "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sv": "Swedish", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese",
    "zh": "Chinese",
}  # fmt: skip

_UNITS = {"h": "hours", "d": "days", "w": "weeks"}

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def language(tag: str) -> str:
    """Name a language: "German (de)", the tag where it has no name here."""
    name = _LANGUAGES.get(tag)
    return f"{name} ({tag})" if name else tag


def month(on: date) -> str:
    """Write a month: "November 2026"."""
    return f"{_MONTHS[on.month - 1]} {on.year}"


def period(on: date, by: By) -> str:
    """Write the day, week or month that begins on a day."""
    if by == "month":
        return month(on)
    return f"{'Week of ' if by == 'week' else ''}{_day(on)}"


def clause_label(node: Node, topics: Mapping[str, str]) -> str:
    """Say what a clause about the entry asks for; `topics` are the titles by name."""
    match node:
        case Not(part=part):
            return f"Not {clause_label(part, topics)}"
        case Meta(name="is" | "has"):
            text = spelled_out(node)
            return STATES.get(text, text)
        case Meta(name="since", value=value) if value[-1:] in _UNITS:
            return f"Last {value[:-1]} {_UNITS[value[-1]]}"
        case Meta(name=name, value=value):
            shown = topics.get(value, value) if name == "topic" else value
            shown = language(shown) if name == "lang" else shown
            return f"{_FIELDS.get(name, name)}: {shown}"
        case _:
            return spelled_out(node)


def stretch_label(from_at: datetime, until_at: datetime, zone: tzinfo) -> str:
    """Say what lies between two instants, as the days of a zone where they are borders of days."""
    first, last = from_at.astimezone(zone), until_at.astimezone(zone)
    days: Sequence[date] = [at.date() for at in (first, last)]
    if any(midnight(on, zone) != at for on, at in zip(days, (from_at, until_at), strict=True)):
        return f"{_day(days[0])} {first:%H:%M} to {_day(days[1])} {last:%H:%M}"
    begin, end = days
    if (end - begin).days == 1:
        return _day(begin)
    if begin.day == 1 and end.day == 1 and 28 <= (end - begin).days <= 31:
        return month(begin)
    return f"{_day(begin)} to {_day(date.fromordinal(end.toordinal() - 1))}"


def _day(on: date) -> str:
    return f"{short_day(on)} {on.year}"
