"""Apply topics to entries that are stored already.

A topic is applied piece by piece, the newest entries first, each piece in one transaction with the
note where to go on. So the former matches of a piece stand until its new ones are there, other
writers get their turn in between, and what was broken off goes on where it stopped. What matches
now and did not before is marked as backfilled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.errors import NotFoundError
from monitor.model.topic import Rematching, StoredMatch
from monitor.query import candidates, document_of
from monitor.service.grouping import attach_stories
from monitor.service.wiring import Services
from monitor.topics.compiled import CompiledTopic
from monitor.topics.matching import match

PIECE = 4_000
"""Entries, of those the index proposes, that are decided in one transaction: about a second's work."""
_AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class Rematched:
    """What applying one topic to the stored entries changed.

    `entries` counts those the index proposed. `left` is how many entries (ids) wait; 0 at the end.
    """

    topic: str
    version: int
    entries: int
    matches: int
    gained: int
    lost: int
    left: int = 0


def topic_named(services: Services, name: str) -> CompiledTopic:
    """Return a topic of config/topics.toml, or raise `NotFoundError` naming those there are."""
    for compiled in services.topics:
        if compiled.name == name:
            return compiled
    known = ", ".join(compiled.name for compiled in services.topics) or "none"
    raise NotFoundError(f"No topic is called {name!r}; config/topics.toml has: {known}.")


def pending(services: Services) -> list[CompiledTopic]:
    """Topics whose present version has not been applied to all stored entries."""
    done = services.store.topics.rematched()
    return [
        compiled
        for compiled in services.topics
        if done.get(compiled.name) != services.versions[compiled.name]
    ]


def waiting(services: Services, compiled: CompiledTopic) -> int:
    """Tell how many entries (ids) a topic's present version has still to be applied to."""
    version = services.versions[compiled.name]
    if services.store.topics.rematched().get(compiled.name) == version:
        return 0
    return _begun(services, compiled.name, version).next_id - 1


def forget_dropped(services: Services) -> None:
    """Drop the matches of topics that config/topics.toml no longer has."""
    services.store.topics.forget(compiled.name for compiled in services.topics)


def rematch(
    services: Services,
    topics: Sequence[CompiledTopic],
    clock: Callable[[], datetime],
    on_piece: Callable[[Rematched], None] = lambda _: None,
) -> list[Rematched]:
    """Decide anew, for each topic, which stored entries match it; return what came of each.

    A topic that was broken off goes on where it stopped, and then counts only from there. New
    matches are grouped into stories at the end.
    """
    forget_dropped(services)
    done = []
    for compiled in topics:
        so_far = rematch_piece(services, compiled, clock())
        on_piece(so_far)
        while so_far.left:
            piece = rematch_piece(services, compiled, clock())
            so_far = added(so_far, piece)
            on_piece(so_far)
        done.append(so_far)
    attach_stories(services, clock())
    return done


def rematch_piece(
    services: Services, compiled: CompiledTopic, now: datetime, piece: int = PIECE
) -> Rematched:
    """Apply a topic to the next stored entries; `left` is 0 when these were the last.

    They are as many as hold `piece` entries that the index proposes. A topic that has been applied
    altogether begins again. One transaction; `now` is when it begins.
    """
    name = compiled.name
    version = services.versions[name]
    begun = _begun(services, name, version)
    newest = services.store.entries.newest_id()
    asked = candidates(compiled.query, now)
    if begun.next_id > 1:
        upto = begun.next_id - 1
        ids = services.store.entries.proposed(replace(asked, until_id=upto + 1), piece)
        first = ids[-1] if len(ids) == piece else 1
        done = replace(begun, next_id=first)
        left = first - 1 or newest - begun.newest_id
    else:
        # Those that came meanwhile: whoever stored them may have known an earlier version.
        first, upto, left = begun.newest_id + 1, newest, 0
        ids = services.store.entries.proposed(replace(asked, from_id=first), None)
        done = replace(begun, newest_id=newest)
    found = _matches(services, compiled, version, [one for one in ids if one <= upto], now)
    gained, lost = services.store.topics.replace_matches(done, (first, upto), found, now)
    if left == 0:
        services.store.topics.mark_rematched(name, version)
    return Rematched(name, version, len(ids), len(found), gained, lost, left)


def added(so_far: Rematched, piece: Rematched) -> Rematched:
    """Return what two pieces of one topic come to."""
    return replace(
        piece,
        entries=so_far.entries + piece.entries,
        matches=so_far.matches + piece.matches,
        gained=so_far.gained + piece.gained,
        lost=so_far.lost + piece.lost,
    )


def _matches(
    services: Services, compiled: CompiledTopic, version: int, ids: Sequence[int], now: datetime
) -> dict[int, StoredMatch]:
    found = {}
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        for entry in services.store.entries.entries(part, evidence=False):
            matched = match(compiled, document_of(entry), version, now)
            if matched is not None:
                found[entry.id] = matched
    return found


def _begun(services: Services, name: str, version: int) -> Rematching:
    """Return how far a version has been applied; from the newest entry when it has not begun."""
    begun = services.store.topics.rematching(name)
    if begun is not None and begun.version == version:
        return begun
    newest = services.store.entries.newest_id()
    return Rematching(name, version, newest, newest + 1)
