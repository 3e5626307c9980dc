"""Apply topics to entries that are stored already.

A topic is applied piece by piece, the newest entries first, each piece in one transaction with the
note where to go on. So the former matches of a piece stand until its new ones are there, other
writers get their turn in between, and what was broken off goes on where it stopped. What matches
now and did not before is marked as backfilled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.errors import NotFoundError, OvertakenError
from monitor.model.topic import Rematching, StoredMatch
from monitor.query import candidates
from monitor.service.grouping import attach_stories
from monitor.service.reading import documents
from monitor.service.wiring import Services
from monitor.settings.faults import nearest
from monitor.topics.compiled import CompiledTopic
from monitor.topics.matching import match

PIECE = 1_000
"""Entries, of those the index proposes, that are decided in one transaction: half a second at most."""
ASKED = 1_000_000
"""Entries (ids) the index is asked about at once; a long question costs it a second to begin with."""


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
    near = nearest(name, [compiled.name for compiled in services.topics])
    hint = f" Did you mean {near}?" if near else ""
    raise NotFoundError(f"No topic is called {name!r}; config/topics.toml has: {known}.{hint}")


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
    at = _begun(services, compiled.name, version)
    return at.next_id - at.floor_id


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
        so_far = None
        for piece in rematch_pieces(services, compiled, clock):
            so_far = piece if so_far is None else added(so_far, piece)
            on_piece(so_far)
        if so_far is not None:
            done.append(so_far)
    attach_stories(services, clock())
    return done


def rematch_pieces(
    services: Services,
    compiled: CompiledTopic,
    clock: Callable[[], datetime],
    piece: int = PIECE,
) -> Iterator[Rematched]:
    """Apply a topic to all stored entries, newest first, and yield after each piece, at least once.

    A piece is as many entries as hold `piece` ones that the index proposes, decided in one
    transaction; whoever iterates may let others work in between, or stop. A topic that has been
    applied altogether begins again. Raises `OvertakenError` when another process has gone on with
    the topic meanwhile, or has changed or removed it.
    """
    name, version = compiled.name, services.versions[compiled.name]
    entries, topics = services.store.entries, services.store.topics
    noted = topics.rematching(name)
    at = _begun(services, name, version)
    nothing = True
    while True:
        while at.next_id > at.floor_id:
            # Before anything is read: what is edited from here on is left to those who edit it.
            since_change = entries.changes()
            lowest = max(at.floor_id, at.next_id - ASKED)
            asked = replace(
                candidates(compiled.query, clock()), from_id=lowest, until_id=at.next_id
            )
            proposed = entries.proposed(asked, None)
            for start in range(0, max(1, len(proposed)), piece):
                ids = proposed[start : start + piece]
                last = start + piece >= len(proposed)
                done = replace(at, next_id=lowest if last else ids[-1])
                found = _matches(services, compiled, version, ids, clock())
                span = (done.next_id, at.next_id - 1)
                counts = topics.replace_matches(noted, done, span, found, since_change)
                if counts is None:
                    raise _overtaken(name)
                noted = at = done
                nothing = False
                left = at.next_id - at.floor_id or entries.newest_id() - at.newest_id
                yield Rematched(name, version, len(ids), len(found), *counts, left)
        if topics.mark_rematched(at):
            break
        newest = entries.newest_id()
        if newest <= at.newest_id:
            raise _overtaken(name)
        # Those that came meanwhile: whoever stored them may have known an earlier version.
        at = Rematching(name, version, newest, newest + 1, floor_id=at.newest_id + 1)
    if nothing:
        yield Rematched(name, version, 0, 0, 0, 0)


def _matches(
    services: Services, compiled: CompiledTopic, version: int, ids: Sequence[int], now: datetime
) -> dict[int, StoredMatch]:
    found = {}
    for entry, document in documents(services, ids):
        matched = match(compiled, document, version, now)
        if matched is not None:
            found[entry.id] = matched
    return found


def _overtaken(name: str) -> OvertakenError:
    return OvertakenError(
        f"The topic {name} has been changed or removed meanwhile, or another process is applying it "
        "and goes on; see: monitor topics list"
    )


def added(so_far: Rematched, piece: Rematched) -> Rematched:
    """Return what two pieces of one topic come to."""
    return replace(
        piece,
        entries=so_far.entries + piece.entries,
        matches=so_far.matches + piece.matches,
        gained=so_far.gained + piece.gained,
        lost=so_far.lost + piece.lost,
    )


def _begun(services: Services, name: str, version: int) -> Rematching:
    """Return how far a version has been applied; from the newest entry when it has not begun."""
    begun = services.store.topics.rematching(name)
    if begun is not None and begun.version == version:
        return begun
    newest = services.store.entries.newest_id()
    return Rematching(name, version, newest, newest + 1)
