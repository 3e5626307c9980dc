"""From the entries of a window to an edition: stories, their sections, their cards.

The decisions, each of them determined by the stored values alone:

- **A card is a story.** Its lead is the entry with a headline and an address that is no copy, of
  the best tier, with the most points, seen first: in this order.
- **A story appears once**, in the first section, in the digest's order, whose topic the lead
  matches; the other topics are named among the reasons. So narrow topics belong before
  wide ones.
- **Order within a section**: `ranking`. **What is left out**: `caps`.
- **Outlets, not feeds, are counted**, and only by entries that are no copies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from monitor.digests import ranking
from monitor.digests.caps import capped, fitting
from monitor.digests.excerpts import excerpt, one_line, shorten
from monitor.digests.reasons import in_title, reasons
from monitor.digests.windows import Due
from monitor.errors import UsageError
from monitor.model.digest import Digest, Recipient
from monitor.model.edition import Card, Coverage, Edition, Section
from monitor.model.entry import Entry
from monitor.model.topic import StoredMatch, Topic

_TITLE_COLUMNS = 200
_OUTLET_COLUMNS = 60
_LONGEST_URL = 2_000
_LONGEST_TEXT = 4_000


def compose(
    digest: Digest,
    due: Due,
    topics: Sequence[Topic],
    entries: Sequence[Entry],
    coverage: Coverage,
    edition_id: str = "",
) -> Edition:
    """Return the edition of a window.

    `topics` are all of config's, in its order; `entries` those of the window that match one of
    the digest's topics, with their matches (others are passed over). `coverage` comes from
    the store; its counts of matches, copies and stories are filled in here. `edition_id` is "" for a
    preview. Raises `UsageError` for a digest that names a topic nobody has.
    """
    shown = topic_order(digest, topics)
    order = {topic.name: place for place, topic in enumerate(shown)}
    matched = [entry for entry in entries if any(m.topic in order for m in entry.matches)]
    wanted = {match.topic for entry in matched for match in entry.matches}
    stories = [_story(members, order) for members in _by_story(matched)]
    return Edition(
        digest=digest.name,
        title=digest.title,
        id=edition_id,
        slot=due.slot,
        local_on=due.local_on,
        window=due.window,
        coverage=replace(
            coverage,
            entries_matched=len(matched),
            copies_folded=sum(story.copies for story in stories),
            stories=len(stories),
        ),
        sections=_sections(digest, shown, stories),
        missed=due.missed,
        quiet=tuple(topic.title for topic in shown if topic.name not in wanted),
    )


def topic_order(digest: Digest, topics: Sequence[Topic]) -> tuple[Topic, ...]:
    """Return the digest's topics in the order shown; "*" stands for all it does not name."""
    known = {topic.name: topic for topic in topics}
    unknown = [name for name in digest.topics if name != "*" and name not in known]
    if unknown:
        raise UsageError(
            f"The digest {digest.name} asks for the topic {unknown[0]!r}, which config/topics.toml does "
            "not have; correct the name under [digests] in config/monitor.toml or add the topic."
        )
    rest = [topic.name for topic in topics if topic.name not in digest.topics]
    names = [name for asked in digest.topics for name in (rest if asked == "*" else [asked])]
    return tuple(known[name] for name in dict.fromkeys(names))


def recipients(digest: Digest, edition: Edition) -> tuple[Recipient, ...]:
    """Return who gets the edition: nobody on an empty day when the digest skips those.

    A day on which we could not look is not an empty one, and is always told. Nor is one with news of
    a feed in trouble, since no later edition tells it.
    """
    c = edition.coverage
    looked = c.checked > 0 or c.feeds == 0
    if digest.when_empty == "skip" and looked and not (c.stories or c.troubles):
        return ()
    return digest.to


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """A story before it is a card: a flood has thousands, of which few are ever shown.

    `found` has the best match for each topic, the section's own first. `order` sorts stories
    within a section, smallest first.
    """

    lead: Entry
    found: tuple[StoredMatch, ...]
    outlets: tuple[str, ...]
    copies: int
    entries: tuple[int, ...]
    order: tuple[float, float, int]


def _by_story(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Group entries; one that no story has yet stands alone."""
    groups: dict[tuple[str, int], list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: entry.id):
        key = ("entry", entry.id) if entry.story is None else ("story", entry.story)
        groups[key].append(entry)
    return list(groups.values())


def _story(members: Sequence[Entry], order: Mapping[str, int]) -> _Story:
    ranked = sorted(members, key=lambda entry: _lead_order(entry, order))
    lead, independent = ranked[0], [e for e in ranked if e is ranked[0] or e.copy_of is None]
    found: dict[str, StoredMatch] = {}
    for entry in ranked:
        for match in entry.matches:
            if match.topic in order:
                found.setdefault(match.topic, match)
    topic = min((m.topic for m in lead.matches if m.topic in order), key=lambda name: order[name])
    outlets = tuple(dict.fromkeys(_outlet(entry) for entry in independent))
    rank = ranking.parts(
        points=max(m.points for e in members for m in e.matches if m.topic == topic),
        in_title=in_title(found[topic]),
        tier=min(entry.tier for entry in independent),
        outlets=len(outlets),
    )
    return _Story(
        lead=lead,
        found=tuple(found[name] for name in sorted(found, key=lambda n: (n != topic, order[n]))),
        outlets=outlets,
        copies=sum(entry is not lead and entry.copy_of is not None for entry in members),
        entries=tuple(entry.id for entry in members),
        order=(-sum(rank.values()), -lead.first_seen_at.timestamp(), -lead.id),
    )


def _sections(
    digest: Digest, topics: Sequence[Topic], stories: Sequence[_Story]
) -> tuple[Section, ...]:
    """Sort the stories into their topics' sections and cut each to what fits."""
    ranked: dict[str, list[_Story]] = {topic.name: [] for topic in topics}
    for story in sorted(stories, key=lambda story: story.order):
        ranked[story.found[0].topic].append(story)
    cards = []
    for of_topic in ranked.values():
        leads = [story.outlets[0] for story in of_topic]
        kept = capped(leads, per_topic=digest.per_topic, per_outlet=digest.per_outlet)
        cards.append([_card(of_topic[place]) for place in kept])
    sections = [
        Section(
            topic=topic.name,
            title=topic.title,
            cards=tuple(of_topic[:count]),
            more=len(ranked[topic.name]) - count,
        )
        for topic, of_topic, count in zip(topics, cards, fitting(cards), strict=True)
    ]
    return tuple(section for section in sections if section.cards or section.more)


def _card(story: _Story) -> Card:
    lead = story.lead
    return Card(
        story=lead.story or 0,
        title=_title(lead),
        url=_link(lead),
        outlet=story.outlets[0],
        published_at=lead.published_at,
        first_seen_at=lead.first_seen_at,
        excerpt=_excerpt(lead),
        language=lead.language,
        outlets=story.outlets,
        copies=story.copies,
        why=reasons(story.found[0], story.found[1:]),
        entries=story.entries,
        revised=lead.revised_at is not None,
    )


def _lead_order(entry: Entry, order: Mapping[str, int]) -> tuple[bool, bool, int, int, int]:
    points = max(match.points for match in entry.matches if match.topic in order)
    nothing_to_open = not (one_line(entry.title[:_LONGEST_TEXT]) and _link(entry))
    return nothing_to_open, entry.copy_of is not None, entry.tier, -points, entry.id


def _outlet(entry: Entry) -> str:
    name = (
        entry.outlet or entry.domain or entry.feed_title or urlsplit(entry.feed_url).hostname or ""
    )
    return shorten(one_line(name[:_LONGEST_TEXT]), _OUTLET_COLUMNS)


def _title(entry: Entry) -> str:
    for text in (entry.title, entry.excerpt, entry.text):
        line = one_line(text[:_LONGEST_TEXT])
        if line:
            return shorten(line, _TITLE_COLUMNS)
    return "(without a headline)"


def _link(entry: Entry) -> str:
    """Return the address to open, "" for one that is longer than mail programs carry."""
    url = entry.url or entry.link
    return url if len(url) <= _LONGEST_URL else ""


def _excerpt(entry: Entry) -> str:
    """Return the feed's own first sentences, "" when they only say the headline again."""
    text = excerpt((entry.excerpt or entry.text)[:_LONGEST_TEXT])
    repeats = (
        text.rstrip(" .…").casefold()
        == one_line(entry.title[:_LONGEST_TEXT]).rstrip(" .…").casefold()
    )
    return "" if repeats else text
