"""From the entries of a window to its stories, each with its lead, its heading and its rank.

A flood has thousands, of which few are ever shown: a story becomes a card only then (`cards`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.digests import ranking
from monitor.digests.developing import bringer
from monitor.digests.entry_texts import has_headline, link, outlet
from monitor.digests.headings import Heading
from monitor.digests.reasons import in_title
from monitor.model.digest import Weights
from monitor.model.edition import Gathered, RankPart
from monitor.model.entry import Entry
from monitor.model.topic import StoredMatch
from monitor.stories.official import is_official, official_host


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A story that could be told.

    `story` is 0 for an entry that no story has yet. `found` has the best match for each heading, that
    of its own first. `official`: none but official sources tell it; `document` is the primary document
    of one that the press tells. `order` sorts stories, the best first.
    """

    story: int
    lead: Entry
    heading: Heading
    found: tuple[StoredMatch, ...]
    outlets: tuple[str, ...]
    copies: int
    entries: tuple[int, ...]
    official: bool
    document: Entry | None
    rank: tuple[RankPart, ...]
    order: tuple[float, float, int]


def candidates(
    gathered: Gathered, headings: Sequence[Heading], weights: Weights
) -> list[Candidate]:
    """Return the stories of the entries that match one of the headings, the best first."""
    order = {heading.name: place for place, heading in enumerate(headings)}
    matched = [entry for entry in gathered.entries if any(m.topic in order for m in entry.matches)]
    found = [
        _candidate(
            members,
            headings,
            order,
            weights,
            told=members[0].story in gathered.told,
            bringer=bringer(gathered.changes.get(members[0].story or 0, ())),
        )
        for members in _by_story(matched)
    ]
    return sorted(found, key=lambda candidate: candidate.order)


def _by_story(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Group entries; one that no story has yet stands alone."""
    groups: dict[tuple[str, int], list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: entry.id):
        key = ("entry", entry.id) if entry.story is None else ("story", entry.story)
        groups[key].append(entry)
    return list(groups.values())


def _candidate(
    members: Sequence[Entry],
    headings: Sequence[Heading],
    order: Mapping[str, int],
    weights: Weights,
    *,
    told: bool,
    bringer: int | None,
) -> Candidate:
    official = {
        e.id
        for e in members
        if is_official(official_host(e.url or e.link, e.feed_url), e.feed_tags)
    }
    ranked = sorted(members, key=lambda entry: _lead_order(entry, order, official, bringer))
    lead, independent = ranked[0], [e for e in ranked if e is ranked[0] or e.copy_of is None]
    originals = [entry for entry in independent if entry.copy_of is None] or [lead]
    only_official = all(entry.id in official for entry in originals)
    found: dict[str, StoredMatch] = {}
    for entry in ranked:
        for match in entry.matches:
            if match.topic in order:
                found.setdefault(match.topic, match)
    own = min((m.topic for m in lead.matches if m.topic in order), key=lambda name: order[name])
    outlets = tuple(dict.fromkeys(outlet(entry) for entry in independent))
    rank = ranking.parts(
        weights,
        points=max(m.points for e in members for m in e.matches if m.topic == own),
        in_title=in_title(found[own]),
        tier=min(entry.tier for entry in independent),
        outlets=len(outlets),
        document=bool(official),
        told=told,
    )
    return Candidate(
        story=lead.story or 0,
        lead=lead,
        heading=headings[order[own]],
        found=tuple(found[name] for name in sorted(found, key=lambda n: (n != own, order[n]))),
        outlets=outlets,
        copies=sum(entry is not lead and entry.copy_of is not None for entry in members),
        entries=tuple(entry.id for entry in members),
        official=only_official,
        document=None if only_official else next((e for e in ranked[1:] if e.id in official), None),
        rank=rank,
        order=(-ranking.total(rank), -lead.first_seen_at.timestamp(), -lead.id),
    )


def _lead_order(
    entry: Entry, order: Mapping[str, int], official: set[int], bringer: int | None
) -> tuple[bool, bool, bool, bool, int, int, int]:
    points = max(match.points for match in entry.matches if match.topic in order)
    nothing_to_open = not (has_headline(entry) and link(entry))
    copy = entry.copy_of is not None
    brings = entry.id == bringer
    return nothing_to_open, not brings, copy, entry.id in official, entry.tier, -points, entry.id
