"""Hold a topic against entries and count: what it finds, and which of its parts does what."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.model.entry import Entry
from monitor.query.document import Document
from monitor.query.evaluate import accepts
from monitor.query.tree import Node
from monitor.topics.clauses import clauses, exclusions, held_clauses, to_blame
from monitor.topics.compiled import CompiledBoost, CompiledTopic
from monitor.topics.matching import held_boosts, match, points_of
from monitor.topics.nearmiss import FEW_POINTS, near_miss
from monitor.topics.nearmiss import points as points_if_held
from monitor.topics.preview import BoostTally, ClauseTally, Preview, Removed, Sample

SPANS = (7, 30, 90)
"""Days over which hits per day are given."""

SHOWN = 20
"""Samples of all hits, of those gained and of those lost."""

FEW = 10
"""Near misses and outlets shown."""

FEWER = 3
"""Samples of what one NOT or one negative boost keeps out."""

Pair = tuple[Entry, Document]


def preview(
    compiled: CompiledTopic,
    pairs: Iterable[Pair],
    now: datetime,
    *,
    near: Iterable[Pair] = (),
    entries: int | None = None,
    since: datetime | None = None,
    oldest: datetime | None = None,
    share: float = 1.0,
    samples: int = SHOWN,
    seed: int = 0,
) -> Preview:
    """Try a topic on entries.

    `pairs` may be the index's candidates alone, together with all entries that have a stored
    match of the topic; then `entries` says how many there are altogether. Where they are a random
    part of these, `share` says how large a one. `near` are further entries among which near misses
    are looked for. `since` is how far back entries are looked at, `oldest` when the oldest of all was
    first seen (without either, the oldest of `pairs` tells). The
    same `seed` draws the same samples.
    """
    tally = Tally(compiled, now, samples, seed)
    for entry, document in pairs:
        tally.take(entry, document)
    further = iter(near)
    while len(tally.near) < FEW and (pair := next(further, None)) is not None:
        tally.take_near(*pair)
    return tally.preview(since or oldest, entries, share)


@dataclass
class _Part:
    """Counts for one clause, boost or NOT, with the newest entries it keeps out."""

    hits: int = 0
    decides: int = 0
    kept_out: list[Pair] = field(default_factory=list)

    def keep_out(self, pair: Pair) -> None:
        self.decides += 1
        _keep_newest(self.kept_out, pair, FEWER)

    def samples(self) -> tuple[Sample, ...]:
        return _unmatched(self.kept_out)


class Tally:
    """The counts while entries come in, one after the other: for who stops when the time is up."""

    def __init__(
        self, compiled: CompiledTopic, now: datetime, samples: int = SHOWN, seed: int = 0
    ) -> None:
        self.compiled = compiled
        self.samples = samples
        self.now = now
        self.draw = random.Random(seed)  # noqa: S311 - a sample to look at
        root = compiled.query.root
        self.clauses = {id(node): (name, _Part()) for name, node in clauses(root)}
        self.exclusions = {id(node): (name, _Part()) for name, node in exclusions(root)}
        self.boosts = {id(boost): _Part() for boost in compiled.boosts}
        self.seen = self.matches = self.gained_count = self.lost_count = 0
        self.oldest = now
        self.hits = dict.fromkeys(SPANS, 0)
        self.outlets: Counter[str] = Counter()
        self.overlap: Counter[str] = Counter()
        self.kept: list[Pair] = []
        self.gained: list[Pair] = []
        self.lost: list[Pair] = []
        self.near: dict[str, Sample] = {}  # by title: a copy shows nothing new

    def take(self, entry: Entry, document: Document) -> None:
        """Count one entry."""
        self.seen += 1
        self.oldest = min(self.oldest, entry.first_seen_at)
        stored = any(one.topic == self.compiled.name for one in entry.matches)
        least = self.compiled.floor - (FEW_POINTS if len(self.near) < FEW else 0)
        held = held_boosts(self.compiled, document, self.now, least)
        if held is not None and points_of(held) >= self.compiled.floor:
            self._count_match(entry, document, held, stored)
            return
        if stored:
            self.lost_count += 1
            _keep_newest(self.lost, (entry, document), self.samples)
        if held is None:
            self._blame_exclusions(entry, document)
        else:
            self._blame_boosts(entry, document, held)

    def _count_match(
        self, entry: Entry, document: Document, held: Sequence[CompiledBoost], stored: bool
    ) -> None:
        self.matches += 1
        self.outlets[entry.outlet] += 1
        self.overlap.update({one.topic for one in entry.matches if one.topic != self.compiled.name})
        for days in SPANS:
            self.hits[days] += entry.first_seen_at > self.now - timedelta(days=days)
        _keep_random(self.kept, (entry, document), self.matches, self.samples, self.draw)
        if not stored:
            self.gained_count += 1
            _keep_newest(self.gained, (entry, document), self.samples)
        points = points_of(held)
        for boost in held:
            part = self.boosts[id(boost)]
            part.hits += 1
            part.decides += points - boost.points < self.compiled.floor
        held_nodes: dict[int, bool] = {}
        for node, alone in self._held(document):
            held_nodes[id(node)] = held_nodes.get(id(node), False) or alone
        for key, alone in held_nodes.items():
            part = self.clauses[key][1]
            part.hits += 1
            part.decides += alone

    def _held(self, document: Document) -> Iterable[tuple[Node, bool]]:
        return held_clauses(self.compiled.query.root, document, document.views[""], self.now)

    def _blame_exclusions(self, entry: Entry, document: Document) -> None:
        if not self.exclusions or accepts(self.compiled.query, document, self.now):
            return
        blamed = to_blame(self.compiled.query.root, document, document.views[""], self.now)
        for node in {id(one): one for one in blamed}:
            if points_if_held(self.compiled, document, self.now) >= self.compiled.floor:
                self.exclusions[node][1].keep_out((entry, document))

    def _blame_boosts(
        self, entry: Entry, document: Document, held: Sequence[CompiledBoost]
    ) -> None:
        points = points_of(held)
        for boost in held:
            if boost.points < 0 and points - boost.points >= self.compiled.floor:
                self.boosts[id(boost)].hits += 1
                self.boosts[id(boost)].keep_out((entry, document))
        self.take_near(entry, document)

    def take_near(self, entry: Entry, document: Document) -> None:
        """Keep an entry that only just does not match, until there are enough."""
        title = entry.title.casefold()
        if len(self.near) < FEW and title not in self.near:
            missed = near_miss(self.compiled, document, self.now)
            if missed is not None:
                self.near[title] = Sample(entry, None, missed.note)

    def preview(
        self, begin: datetime | None, entries: int | None = None, share: float = 1.0
    ) -> Preview:
        """Return what came of it; `begin` is how far back entries were looked at, None as far as they came."""
        scale = 1 / share
        begin = begin or self.oldest

        def scaled(count: int) -> int:
            return round(count * scale)

        return Preview(
            topic=self.compiled.name,
            entries=self.seen if entries is None else entries,
            matches=scaled(self.matches),
            per_day=_per_day(self.hits, begin, self.now, scale),
            gained=scaled(self.gained_count),
            lost=scaled(self.lost_count),
            samples=self._shown(sorted(self.kept, key=lambda pair: -pair[0].id)),
            gained_samples=self._shown(self.gained),
            lost_samples=_unmatched(self.lost),
            clauses=tuple(
                ClauseTally(name, scaled(part.hits), scaled(part.decides))
                for name, part in self.clauses.values()
            ),
            boosts=tuple(
                BoostTally(
                    boost.query.spelled_out(),
                    boost.points,
                    scaled(part.hits),
                    scaled(part.decides),
                    part.samples(),
                )
                for boost, part in zip(self.compiled.boosts, self.boosts.values(), strict=True)
            ),
            removed=tuple(
                Removed(name, scaled(part.decides), part.samples())
                for name, part in self.exclusions.values()
            ),
            near_misses=tuple(self.near.values()),
            outlets=tuple((name, scaled(n)) for name, n in self.outlets.most_common(FEW)),
            overlap=tuple((name, scaled(n)) for name, n in self.overlap.most_common()),
            lint=self._lint(begin),
            share=share,
            days_back=(self.now - begin) / timedelta(days=1),
        )

    def _shown(self, pairs: Iterable[Pair]) -> tuple[Sample, ...]:
        return tuple(
            Sample(entry, match(self.compiled, document, 0, self.now)) for entry, document in pairs
        )

    def _lint(self, begin: datetime) -> tuple[str, ...]:
        found = list(self.compiled.warnings)
        longest = timedelta(days=SPANS[-1])
        if self.matches:
            idle = [name for name, part in self.clauses.values() if not part.hits]
            found += [f"query: nothing that matches holds {_short(name)}." for name in idle]
        if begin <= self.now - longest and not self.hits[SPANS[-1]]:
            found.append(f"query: no match within the last {SPANS[-1]} days.")
        return tuple(found)


def _unmatched(pairs: Iterable[Pair]) -> tuple[Sample, ...]:
    return tuple(Sample(entry, None) for entry, _ in pairs)


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _per_day(
    hits: dict[int, int], begin: datetime, now: datetime, scale: float
) -> dict[int, float]:
    """Return hits a day for the spans the entries cover; always for the shortest one."""
    covered = (now - begin) / timedelta(days=1)
    shown = [days for days in SPANS if days <= covered] or [SPANS[0]]
    return {days: scale * hits[days] / max(1.0, min(days, covered)) for days in shown}


def _keep_random(kept: list[Pair], pair: Pair, number: int, most: int, draw: random.Random) -> None:
    """Keep each of `number` samples so far with the same chance (reservoir sampling)."""
    if len(kept) < most:
        kept.append(pair)
    elif (place := draw.randrange(number)) < most:
        kept[place] = pair


def _keep_newest(kept: list[Pair], pair: Pair, most: int) -> None:
    if len(kept) < most or pair[0].id > kept[-1][0].id:
        kept.append(pair)
        kept.sort(key=lambda one: -one[0].id)
        del kept[most:]
