"""What an edition is composed of, read from the store: entries, what was told, volumes, near misses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.digests.headings import topic_order
from monitor.model.change import Change
from monitor.model.digest import Digest, SectionQuery
from monitor.model.edition import Gathered, Told, Window
from monitor.model.entry import Entry
from monitor.model.topic import StoredMatch
from monitor.query import candidates, document_of, evaluate, parse
from monitor.service.changes import story_changes
from monitor.service.near_misses import near_misses
from monitor.service.volumes import volumes
from monitor.service.wiring import Services

_SPARE = 5
"""Near misses asked for besides, for each section given by a query: it may show some of them."""


def gather(
    services: Services, digest: Digest, window: Window, now: datetime, *, near: bool = True
) -> Gathered:
    """Read all that an edition of the digest with this window is composed of.

    Without `near` no near misses, which cost most of the time.
    """
    store = services.store
    topics = topic_order(digest, services.settings.topics)
    found = {
        entry.id: entry for entry in store.entries.matched(window, [each.name for each in topics])
    }
    if digest.sections:
        older = _older(services, digest, window, now)
        for section in digest.sections:
            _add_accepted(services, section, older, window, now, found)
    entries = tuple(found[entry_id] for entry_id in sorted(found))
    nearly = (
        near_misses(
            services, topics, window, digest.near_misses + _SPARE * len(digest.sections), now
        )
        if digest.near_misses and near
        else ()
    )
    stories = {entry.story for entry in entries if entry.story is not None}
    told = store.ledger.told(digest.name, sorted(stories), window.from_at)
    return Gathered(
        entries=entries,
        coverage=store.editions.coverage(window),
        told=told,
        changes=_changes(services, told, window),
        changed=tuple(store.ledger.changed(digest.name, window)),
        volumes=volumes(services, topics, window),
        # What a section given by a query shows was not missed by the digest.
        near_misses=tuple(each for each in nearly if each.entry not in found)[: digest.near_misses],
        page_url=services.settings.web.page_url,
    )


@dataclass(frozen=True, slots=True)
class _Older:
    """Entries from before a window that got another text in it, and that no edition has looked at.

    `before` are those from before the digest began, as they were then.
    """

    entries: Sequence[Entry]
    before: Sequence[Entry]


def _older(services: Services, digest: Digest, window: Window, now: datetime) -> _Older:
    ledger = services.store.ledger
    entries = services.store.entries.entries(ledger.uncovered(digest.name, window))
    began_at = services.store.editions.begin(digest.name, now)
    history = [each for each in entries if each.first_seen_at < began_at]
    return _Older(entries, ledger.as_before(history, window.from_at))


def _add_accepted(
    services: Services,
    section: SectionQuery,
    older: _Older,
    window: Window,
    now: datetime,
    found: dict[int, Entry],
) -> None:
    """Add the entries that a section's query accepts, each with a match that names the section."""
    query = parse(section.query, services.settings.lists)
    entries = services.store.entries
    wanted = candidates(query, now)
    inside = replace(
        wanted,
        from_at=max(filter(None, (wanted.from_at, window.from_at))),
        until_at=min(filter(None, (wanted.until_at, window.until_at))),
    )
    proposed = [each.entry for each in entries.candidates(inside)]
    # What the query accepted before the digest began is no news for having been edited.
    already = {
        each.id for each in older.before if evaluate(query, document_of(each), now) is not None
    }
    proposed += [each for each in older.entries if each.id not in already]
    for entry in proposed:
        evidence = evaluate(query, document_of(entry), now)
        if evidence is not None:
            known = found.get(entry.id, entry)
            match = StoredMatch(section.name, 0, 1, evidence)
            found[entry.id] = replace(known, matches=(*known.matches, match))


def _changes(
    services: Services, told: Mapping[int, Told], window: Window
) -> dict[int, tuple[Change, ...]]:
    """Return what stories that were told have gained from the end of that edition to the window's.

    What came later is for the next edition, which goes on from the end of this one.
    """
    found = {}
    for story_id, last in told.items():
        story = services.store.stories.story(story_id)
        if story is not None:
            gained = story_changes(services, story, last.until_at)
            found[story_id] = tuple(each for each in gained if each.at < window.until_at)
    return found
