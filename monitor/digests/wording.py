"""The sentences of an edition: each is written here once and shown by every form.

Nothing here escapes anything; that is the business of the form that shows it.
"""

from __future__ import annotations

from datetime import timedelta

from monitor.digests.excerpts import one_line, shorten, undirected
from monitor.digests.phrases import count, lasting, moment, short_day, usually
from monitor.model.edition import Coverage, Edition, Section, Trouble

_SUBJECT_COLUMNS = 120
_SHOWN_TROUBLES = 6
_SHOWN_QUIET = 12
_ERROR_COLUMNS = 100
_NAME_COLUMNS = 60
_MINUTE = timedelta(minutes=1)


def subject(edition: Edition) -> str:
    """Return one line: the digest, what is in it, its first headline and its day."""
    on = f"({short_day(edition.local_on)})"
    if edition.coverage.stories:
        what = count(edition.coverage.stories, "story", "stories")
        first = next((card.title for section in edition.sections for card in section.cards), "")
        what += f" – {first}" if first else ""
    else:
        what = _SHORT[state(edition)]
    told = undirected(one_line(f"{edition.title}: {what}"))
    begun = shorten(told, _SUBJECT_COLUMNS - len(on) - 1)
    return f"{begun} {on}"


_SHORT = {
    "no-feeds": "no feeds yet",
    "blind": "we could not look",
    "no-topics": "no topics yet",
    "nothing": "nothing matched",
}


def state(edition: Edition) -> str:
    """Return "stories", or which kind of nothing it is: they are different messages."""
    coverage = edition.coverage
    if coverage.stories:
        return "stories"
    if coverage.feeds == 0:
        return "no-feeds"
    if coverage.checked == 0:
        return "blind"
    return "nothing" if edition.quiet else "no-topics"


def notice(edition: Edition) -> str:
    """Return what to say instead of stories, and the warning when we could not look; else ""."""
    c = edition.coverage
    if c.feeds and not c.checked:
        none = "its one feed was not" if c.feeds == 1 else f"none of the {c.feeds:,} feeds was"
        return (
            f"We could not look: {none} read in this time. "
            "That does not mean that nothing happened; `monitor doctor` says what to do."
        )
    match state(edition):
        case "no-feeds":
            return "No feeds are watched yet, so there was nowhere to look. Add one: `monitor feeds add URL`."
        case "no-topics":
            return (
                "This digest has no topics, so nothing could match. Add one to config/topics.toml."
            )
        case "nothing":
            looked = _looked(c)
            if not c.entries_seen:
                return f"Nothing new: {looked}, and none had a new entry."
            seen = count(c.entries_seen, "new entry", "new entries")
            return f"Nothing matched: {looked}, {seen} read, and none fits a topic."
    return ""


def catch_up(edition: Edition) -> str:
    """Return the line that labels an edition made after moments were missed, or ""."""
    if not edition.missed:
        return ""
    editions = "1 edition" if edition.missed == 1 else f"{edition.missed:,} editions"
    return f"Catching up: this also covers {editions} that could not be made in time."


def window(edition: Edition) -> str:
    """Say which first-seen times the edition covers, and in which zone all its times are."""
    w = edition.window
    from_at, until_at = (moment(at, w.timezone, edition.local_on) for at in (w.from_at, w.until_at))
    return f"First seen {from_at} – {until_at} ({w.timezone})"


def checked(c: Coverage) -> str:
    """Say how many feeds were looked at, and how many were in trouble at the window's end."""
    troubled = ((c.failing, "failing"), (c.silent, "silent"))
    told = [_looked(c), *(f"{n:,} {what}" for n, what in troubled if n)]
    if c.gaps:
        feeds = count(c.gaps, "feed", "feeds")
        told.append(f"{feeds} may have lost entries (turned over between two visits)")
    return "; ".join(told)


def _looked(c: Coverage) -> str:
    return f"{c.checked:,} of {count(c.feeds, 'feed', 'feeds')} checked"


def counted(c: Coverage) -> str:
    """Say how many entries became how many stories."""
    return (
        f"{count(c.entries_seen, 'entry', 'entries')} seen, {c.entries_matched:,} matched, "
        f"{count(c.copies_folded, 'copy', 'copies')} folded, {count(c.stories, 'story', 'stories')}"
    )


def troubles(edition: Edition) -> list[str]:
    """Name the feeds whose trouble is news, each with since when and why; the rest counted."""
    found = edition.coverage.troubles
    lines = [_trouble(one, edition) for one in found[:_SHOWN_TROUBLES]]
    if len(found) > len(lines):
        lines.append(f"and {len(found) - len(lines):,} more: `monitor feeds list --state trouble`")
    return lines


def _trouble(trouble: Trouble, edition: Edition) -> str:
    w = edition.window
    name = shorten(one_line(trouble.feed or trouble.url), _NAME_COLUMNS)
    since = ""
    if trouble.since_at and w.until_at - trouble.since_at >= _MINUTE:
        since = f" for {lasting(w.until_at - trouble.since_at)}"
    why = shorten(one_line(trouble.error), _ERROR_COLUMNS).rstrip(".")
    what = f"{trouble.state}{since}"
    if trouble.state == "gap" and trouble.since_at:
        last = moment(trouble.since_at, w.timezone, edition.local_on)
        what = f"may have lost entries since the visit of {last}"
    elif trouble.state == "silent" and not why:
        why = usually(trouble.usual, trouble.pause)
    # Backticks mark commands in these sentences; a feed cannot bring its own.
    return f"{name}: {what}{f' ({why})' if why else ''}".replace("`", "'")


def more(section: Section) -> str:
    """Say how many stories of a section are not shown and how to see them, or ""."""
    if not section.more:
        return ""
    stories = count(section.more, "more story", "more stories")
    return f"+{stories}: `monitor search topic:{section.topic} --sort newest`"


def quiet_topics(edition: Edition) -> str:
    """Name the topics without a story, where others have some, or ""."""
    if not (edition.quiet and edition.coverage.stories):
        return ""
    named = ", ".join(one_line(title) for title in edition.quiet[:_SHOWN_QUIET])
    rest = len(edition.quiet) - _SHOWN_QUIET
    return f"Nothing on: {named}{f' and {rest:,} more' if rest > 0 else ''}."


def footer(edition: Edition) -> list[str]:
    """Say what the quoted text is, which edition this is, and where to change what arrives."""
    shown = (
        f"Edition {edition.id}. See it again: `monitor digest show {edition.id}`."
        if edition.id
        else "This is a preview: nothing was recorded and nothing was sent."
    )
    return [
        "Quoted text is the feed’s own. “Why” names the topic, its version, the clause of its query "
        "and the words that matched.",
        shown,
        f"Change when it comes and to whom: [digests.{edition.digest}] in config/monitor.toml. Change what "
        "matches: config/topics.toml.",
    ]


def preheader(edition: Edition) -> str:
    """Return what a mail program shows beside the subject: the next headlines and the coverage."""
    titles = [card.title for section in edition.sections for card in section.cards][1:3]
    return undirected(one_line(" · ".join([*titles, checked(edition.coverage)])))
