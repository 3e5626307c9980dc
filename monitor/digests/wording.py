"""The sentences of an edition: each is written here once and shown by every form.

Nothing here escapes anything; that is the business of the form that shows it.
"""

from __future__ import annotations

from datetime import timedelta
from shlex import quote

from monitor.digests.excerpts import one_line, shorten, shorten_message, undirected
from monitor.digests.links import page_url
from monitor.digests.phrases import count, lasting, moment, usually
from monitor.model.edition import Coverage, Edition, Section, Trouble

_SHOWN_TROUBLES = 6
_SHOWN_QUIET = 12
_ERROR_COLUMNS = 100
_NAME_COLUMNS = 60
_MINUTE = timedelta(minutes=1)


def told(coverage: Coverage) -> int:
    """Return how many stories an edition tells: those of its window but for what was told before."""
    return max(0, coverage.stories - coverage.told_before)


def state(edition: Edition) -> str:
    """Return "stories", or which kind of nothing it is: they are different messages.

    "no-feeds", "blind" (no feed could be read), "no-topics", "nothing" (matched), or "old": stories
    matched, all of which were told before and have gained nothing.
    """
    coverage = edition.coverage
    if told(coverage):
        return "stories"
    if coverage.feeds == 0:
        return "no-feeds"
    if coverage.checked == 0:
        return "blind"
    if coverage.stories:
        return "old"
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
        case "old":
            if c.stories == 1:
                return "Nothing new: the one story that matched was told before and has gained nothing since."
            return (
                f"Nothing new: the {c.stories:,} stories that matched were told before and have "
                "gained nothing since."
            )
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


def checked(edition: Edition) -> str:
    """Say how many feeds were looked at, and how many were in trouble at the window's end."""
    c = edition.coverage
    troubled = (
        (_still_tried(c), f"failing{_failing_for(edition)}"),
        (c.gone, "gone"),
        (c.quarantined, "quarantined"),
        (c.silent, "silent"),
    )
    said = [_looked(c), *(f"{n:,} {what}" for n, what in troubled if n)]
    if c.gaps:
        feeds = count(c.gaps, "feed", "feeds")
        said.append(f"{feeds} may have lost entries (turned over between two visits)")
    return "; ".join(said)


def _failing_for(edition: Edition) -> str:
    """Return since when the one failing feed fails, "" where there are more or it is not known."""
    found = [one for one in edition.coverage.troubles if one.state == "failing"]
    if _still_tried(edition.coverage) != 1 or len(found) != 1 or found[0].since_at is None:
        return ""
    lasted = edition.window.until_at - found[0].since_at
    return f" for {lasting(lasted)}" if lasted >= _MINUTE else ""


def _still_tried(c: Coverage) -> int:
    """Return how many feeds fail and are tried again, which those that are gone or held back are not."""
    return c.failing - c.gone - c.quarantined


def _looked(c: Coverage) -> str:
    return f"{c.checked:,} of {count(c.feeds, 'feed', 'feeds')} checked"


def counted(c: Coverage) -> str:
    """Say how many entries became how many stories, and how many of these are old news."""
    before = f"; {c.told_before:,} told before, nothing new" if c.told_before else ""
    return (
        f"{count(c.entries_seen, 'entry', 'entries')} seen, {c.entries_matched:,} matched, "
        f"{count(c.copies_folded, 'copy', 'copies')} folded, {count(c.stories, 'story', 'stories')}"
        f"{before}"
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
    why = shorten_message(one_line(trouble.error), _ERROR_COLUMNS).rstrip(".")
    what = f"{trouble.state}{since}"
    if trouble.state == "gap" and trouble.since_at:
        last = moment(trouble.since_at, w.timezone, edition.local_on)
        what = f"may have lost entries since the visit of {last}"
    elif trouble.state == "silent" and not why:
        why = usually(trouble.usual, trouble.pause)
    # Backticks mark commands in these sentences; a feed cannot bring its own.
    return f"{name}: {what}{f' ({why})' if why else ''}".replace("`", "'")


def more(section: Section) -> str:
    """Say how many stories of a section are not shown, or ""."""
    return f"+{count(section.more, 'more story', 'more stories')}" if section.more else ""


def search_query(section: Section) -> str:
    """Return the query that finds all stories of a section."""
    return f"topic:{section.topic}" if section.topic else one_line(section.query)


def search_command(section: Section) -> str:
    """Return the command that lists all stories of a section, the newest first."""
    # Backticks mark commands in our sentences, so a query cannot bring its own; no query needs them.
    query = undirected(search_query(section)).replace("`", "'")
    return f"monitor search {quote(query)} --sort newest"


def search_page(section: Section, edition: Edition) -> str:
    """Return the address of the same search on the page, "" where it has none."""
    return page_url(edition.page_url, "search", q=search_query(section), sort="newest")


def quiet_topics(edition: Edition) -> str:
    """Name the topics without a story, where others have some, or ""."""
    if not (edition.quiet and told(edition.coverage)):
        return ""
    named = ", ".join(one_line(title) for title in edition.quiet[:_SHOWN_QUIET])
    rest = len(edition.quiet) - _SHOWN_QUIET
    return f"Nothing new on: {named}{f' and {rest:,} more' if rest > 0 else ''}."


def footer(edition: Edition) -> list[str]:
    """Say what the quoted text is, why this comes and how to end that, and which edition it is.

    Where there is no edition, as in a preview and a trial, that is said instead of why it comes.
    """
    shown, why = "This is a preview: no edition of it was recorded.", []
    if edition.id:
        shown = f"Edition {edition.id}. See it again: `monitor digest show {edition.id}`; as JSON with `--json`."
        why = [
            f"You get this because `to` in [digests.{edition.digest}] of config/monitor.toml names you; "
            "take your address out there to get it no more, or use the link to unsubscribe where the mail has one."
        ]
    return [
        "Excerpts are the feed’s own words. “Why” names the topic, its version, the clause of its query "
        "and the words that matched.",
        *why,
        f"Change when it comes and what it holds: [digests.{edition.digest}] in config/monitor.toml. Change "
        "what matches: config/topics.toml.",
        shown,
    ]


def addresses(edition: Edition) -> list[tuple[str, str]]:
    """Return where the edition is on the page and as JSON, each with its name; [] without a page."""
    page = page_url(edition.page_url, "digests", edition.id)
    if not (page and edition.id):
        return []
    return [
        ("This edition on the page", page),
        ("The same as JSON", f"{page}.json"),
        ("All editions", page_url(edition.page_url, "digests")),
    ]
