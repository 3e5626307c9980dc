"""What the parts of an edition beyond its sections say, in sentences; `wording` has the rest.

Nothing here escapes anything; that is the business of the form that shows it.
"""

from __future__ import annotations

from datetime import date

from monitor.digests.excerpts import one_line, undirected
from monitor.digests.phrases import count, moment, short_day
from monitor.model.edition import Changed, Development, Lead, NearlyMatched, Quote, Volume

HEADINGS = {
    "leads": "In short",
    "developing": "Developing",
    "documents": "Primary documents",
    "quotes": "In their own words",
    "changed": "Edited or withdrawn since",
    "volumes": "How much there was",
    "near_misses": "Should these match?",
}
"""How each part is headed, in every form."""

CHART_NOTE = (
    "A story counts for every topic it matches, whichever section tells it. The bars are stories a day, the "
    "newest last; each topic has its own scale."
)

_LIKELY = 0.01


def lead_line(lead: Lead) -> str:
    """Return what stands beside a headline at the top: outlet, how many, section."""
    others = count(lead.outlets, "outlet", "outlets") if lead.outlets > 1 else ""
    return _joined(lead.outlet, others, lead.topic_title)


def told_line(development: Development, today: date) -> str:
    """Say when a story was told before and what it has gained."""
    on = development.told_on
    year = f" {on.year}" if on.year != today.year else ""
    news = "; ".join(filter(None, (_clean(one) for one in development.news)))
    return f"Told in the edition of {short_day(on)}{year}{f'; since then: {news}' if news else ''}"


def more_line(number: int, one: str, many: str) -> str:
    """Say how many of a part are not shown, or ""."""
    return f"+{count(number, one, many)}, not shown here" if number else ""


def speaker_line(quote: Quote) -> str:
    """Return who said it and where it stands."""
    return ", ".join(filter(None, (_clean(quote.speaker), _clean(quote.outlet))))


def changed_line(changed: Changed, timezone: str, today: date) -> str:
    """Say what became of an entry that was told before, when, and in which edition it was told."""
    at = moment(changed.at, timezone, today)
    what = {"edited": f"edited {at}", "withdrawn": f"withdrawn, noticed {at}"}[changed.kind]
    told_in = _clean(changed.told_in)
    return _joined(changed.outlet, what, f"told in {told_in}" if told_in else "")


def before_line(changed: Changed) -> str:
    """Return the former headline of an edited entry, or ""."""
    before = _clean(changed.before)
    return f"Before: {before}" if before else ""


def volume_line(volume: Volume) -> str:
    """Say how many stories a topic had, what is usual, and whether that is out of the ordinary."""
    # Not of the window: one of some hours is held against whole days as well.
    span = "24 hours" if volume.span == 1 else f"{volume.span} days"
    had = f"{count(volume.count, 'story', 'stories')} in {span}"
    if volume.low is None or volume.high is None:
        return f"{had}; too few days are known to say what is usual"
    usual = f"{volume.low:,}" if volume.low == volume.high else f"{volume.low:,} to {volume.high:,}"
    such = "such a day" if volume.span == 1 else "such days"
    return f"{had}; usual for {such}: {usual}"


def unusual_line(volume: Volume) -> str:
    """Flag a count far out of the ordinary, with how rarely chance alone brings one; else ""."""
    if not volume.unusual:
        return ""
    rarely = ""
    if 0 < volume.chance <= _LIKELY:
        rarely = f" (by chance about 1 in {_rounded(1 / volume.chance)})"
    return f"unusually {volume.unusual}{rarely}"


def judge_command(nearly: NearlyMatched) -> str:
    """Return the command that answers yes to "should this match?"."""
    return f"monitor topics judge e{nearly.entry} {nearly.topic} yes".replace("`", "'")


def nearly_line(nearly: NearlyMatched) -> str:
    """Say for which topic an entry was nearly a match, and what kept it out."""
    return _joined(nearly.outlet, f"nearly {_clean(nearly.topic_title)}", nearly.note)


def _rounded(number: float) -> str:
    """Write a large number with one digit that counts: "300", "more than 1,000,000"."""
    if number > 1_000_000:
        return "more than 1,000,000"
    size = 10 ** (len(str(int(number))) - 1)
    return f"{round(number / size) * size:,}"


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, map(_clean, parts)))


def _clean(text: str) -> str:
    return undirected(one_line(text))
