"""What a mail program shows of an edition before it is opened: the subject and the line beside it."""

from __future__ import annotations

from monitor.digests.excerpts import one_line, shorten, undirected
from monitor.digests.phrases import count, short_day
from monitor.digests.windows import zone
from monitor.digests.wording import checked, state, told
from monitor.model.edition import Edition

_COLUMNS = 120
_TITLE_COLUMNS = 40
_PREHEADER_COLUMNS = 300

_SHORT = {
    "no-feeds": "no feeds yet",
    "blind": "we could not look",
    "no-topics": "no topics yet",
    "nothing": "nothing matched",
    "old": "nothing new",
}


def subject(edition: Edition) -> str:
    """Return one line: the digest, how much is in it, its first headline and its day.

    "AI policy: 7 stories, 2 developing – BIS adds 11 firms (Mon 23 Nov)". A second edition of a day
    has its time as well, so that no two have the same.
    """
    on = f"({_when(edition)})"
    title = shorten(one_line(edition.title), _TITLE_COLUMNS)
    line = undirected(one_line(f"{title}: {_what(edition)}"))
    return f"{shorten(line, _COLUMNS - len(on) - 1)} {on}"


def preheader(edition: Edition) -> str:
    """Return what a mail program shows beside the subject: the next two headlines and the coverage."""
    line = " · ".join([*headlines(edition)[1:3], checked(edition)])
    return shorten(undirected(one_line(line)), _PREHEADER_COLUMNS)


def headlines(edition: Edition) -> list[str]:
    """Return the headlines of an edition in the order they are met, each once."""
    cards = [
        *(card for section in edition.sections for card in section.cards),
        *(development.card for development in edition.developing),
        *edition.documents,
    ]
    return list(
        dict.fromkeys([*(lead.title for lead in edition.leads), *(card.title for card in cards)])
    )


def _what(edition: Edition) -> str:
    stories = told(edition.coverage)
    if not stories:
        return _SHORT[state(edition)]
    developing = len(edition.developing) + edition.more_developing
    what = count(stories, "story", "stories")
    if developing:
        what += f", {developing:,} developing"
    first = next(iter(headlines(edition)), "")
    return f"{what} – {first}" if first else what


def _when(edition: Edition) -> str:
    window, on = edition.window, edition.local_on
    begins_on = window.from_at.astimezone(zone(window.timezone)).date()
    if begins_on < on:
        return short_day(on)
    return f"{short_day(on)} {window.until_at.astimezone(zone(window.timezone)):%H:%M}"
