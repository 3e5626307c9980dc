"""What surrounds a search result: by what it can be narrowed, with counts, and how it lies in time.

The index proposes ids, the newest first; facts about the entries are read without their texts, and
clauses about the entry are decided by them. Of a small result every entry is decided about, so that
the counts are exact; of a large one they are those of what the index proposes, which a NOT, NEAR or
`=WORD` may make a little too high, and that of the newest `CONSIDERED` entries alone. What is shown says which.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import islice

from monitor.digests.windows import zone
from monitor.errors import QueryError
from monitor.model.facet import (
    Bar,
    By,
    Choice,
    EntryFacts,
    Facet,
    FacetName,
    Facets,
    Histogram,
    InUse,
)
from monitor.query import Query, parse
from monitor.query.metadata import period
from monitor.query.narrowing import (
    Base,
    base_of,
    parts_of,
    without,
)
from monitor.query.periods import borders, counted, fitting_by
from monitor.query.tree import Meta, Node, Not, spelled_out
from monitor.service import facet_counts as counts
from monitor.service import facet_labels as labels
from monitor.service.considered import Considered, considered
from monitor.service.facet_counts import Counted
from monitor.service.query_text import query_of
from monitor.service.wiring import Services

MOST_IN_USE, MOST_READ_ANEW = 40, 40_000
"""Clauses of a query that can be taken out one by one: each costs reading its text, so many characters in all."""

_SHOWN = 8
_SHOWN_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Around:
    """Facets and histogram of one search; `query` is the text as it was given."""

    query: str
    facets: Facets
    histogram: Histogram


def facets(services: Services, text: str, now: datetime) -> Facets:
    """Return by what the result of a search can be narrowed. Raises `QueryError` for no query."""
    return _facets(services, considered(services, parse(text, services.settings.lists), now))


def histogram(services: Services, text: str, now: datetime, by: By | None = None) -> Histogram:
    """Return how the result of a search lies in time, by what fits its length unless `by` says.

    Raises `QueryError` when the text is no query.
    """
    return _histogram(services, considered(services, parse(text, services.settings.lists), now), by)


def around(services: Services, text: str, now: datetime, by: By | None = None) -> Around:
    """Return both at once. What is no query is taken word for word, as the search page does."""
    query, _ = query_of(services, text)
    over = considered(services, query, now)
    return Around(text, _facets(services, over), _histogram(services, over, by))


def clauses_in_use(services: Services, text: str) -> tuple[InUse, ...]:
    """Return clauses about the entry that a text asks for, each with the text without it; () for no query.

    The first `MOST_IN_USE` of them, fewer of a long text.
    """
    try:
        query = parse(text, services.settings.lists)
    except QueryError:
        return ()
    return _in_use(services, query)


def _facets(services: Services, over: Considered) -> Facets:
    query, facts = over.query, over.facts
    base = base_of(query, services.settings.lists, over.now)
    local = zone(timezone_of(services))
    titles = {topic.name: topic.title for topic in services.settings.topics}
    used = {spelled_out(part) for part in parts_of(query)}
    found = (
        _facet("topic", counts.topics(facts, titles), base, used),
        _facet("outlet", counts.outlets(facts), base, used),
        _facet("feed", counts.feeds(facts), base, used),
        _facet("tag", counts.tags(facts), base, used),
        _facet("lang", counts.languages(facts), base, used),
        _facet("state", counts.states(facts), base, used),
        _months(services, facts, base, local),
    )
    return Facets(
        facets=tuple(facet for facet in found if facet.choices),
        in_use=_in_use(services, query),
        considered=len(facts),
        complete=over.complete,
        exact=over.exact,
    )


def _facet(name: FacetName, choices: Sequence[Counted], base: Base, used: set[str]) -> Facet:
    fitting = [each for each in choices if each.clause not in used]
    fitting.sort(key=lambda each: (-each.count, each.label.lower()))
    return Facet(
        name,
        labels.TITLES[name],
        tuple(
            Choice(each.value, each.label, each.count, base.narrowed(each.clause))
            for each in fitting[:_SHOWN]
        ),
        max(0, len(fitting) - _SHOWN),
    )


def _months(services: Services, facts: Sequence[EntryFacts], base: Base, local: tzinfo) -> Facet:
    bars = _bars(services, [each.id for each in facts], "month", base, local)
    some = [bar for bar in reversed(bars) if bar.count]
    return Facet(
        "month",
        labels.TITLES["month"],
        tuple(
            Choice(f"{bar.from_at.astimezone(local):%Y-%m}", bar.label, bar.count, bar.query)
            for bar in some[:_SHOWN_MONTHS]
        ),
        max(0, len(some) - _SHOWN_MONTHS),
    )


def _histogram(services: Services, over: Considered, by: By | None) -> Histogram:
    timezone = timezone_of(services)
    base = base_of(over.query, services.settings.lists, over.now)
    ids = over.ids
    ends = _ends(services, ids)
    by = fitting_by(*ends, by) if ends else by
    return Histogram(
        by=by or "day",
        timezone=timezone,
        bars=_bars(services, ids, by or "day", base, zone(timezone)),
        considered=len(ids),
        complete=over.ids_complete,
        exact=over.ids_exact,
    )


def _bars(
    services: Services, ids: Sequence[int], by: By, base: Base, local: tzinfo
) -> tuple[Bar, ...]:
    """Return how many of these ids, the newest first, each period has."""
    ends = _ends(services, ids)
    if ends is None:
        return ()
    first, last = ends
    edges = borders(first, last, by, local)
    numbers = counted(ids, services.store.facets.first_ids([at for _, at in edges]))
    return tuple(
        Bar(
            edges[at][1],
            edges[at + 1][1],
            labels.period(edges[at][0], by),
            count,
            base.within(edges[at][1], edges[at + 1][1]),
        )
        for at, count in enumerate(numbers)
    )


def _ends(services: Services, ids: Sequence[int]) -> tuple[datetime, datetime] | None:
    """Return when the first and the last of these entries, the newest first, were seen."""
    seen = services.store.facets.seen([ids[-1], ids[0]]) if ids else []
    return (seen[0], seen[-1]) if seen else None


def _in_use(services: Services, query: Query) -> tuple[InUse, ...]:
    if query.literal:
        return ()
    most = min(MOST_IN_USE, MOST_READ_ANEW // max(1, len(query.text)))
    return tuple(islice(_clauses(services, query), most))


def _clauses(services: Services, query: Query) -> Iterator[InUse]:
    lists = services.settings.lists
    titles = {topic.name: topic.title for topic in services.settings.topics}
    metas = [part for part in parts_of(query) if _is_clause(part)]
    ends = {part.name: part for part in metas if isinstance(part, Meta) and part.name in _ENDS}
    paired: list[Node] = []
    if len(ends) == len(_ENDS) == sum(isinstance(p, Meta) and p.name in _ENDS for p in metas):
        now = datetime(2000, 1, 1, tzinfo=UTC)  # neither end moves with the time
        from_at = period("after", ends["after"].value, now)[0]
        until_at = period("before", ends["before"].value, now)[1]
        if from_at < until_at:
            paired = [ends["after"], ends["before"]]
            yield InUse(
                " ".join(map(spelled_out, paired)),
                labels.stretch_label(from_at, until_at, zone(timezone_of(services))),
                without(query, paired, lists),
            )
    for part in metas:
        if part not in paired:
            yield InUse(
                spelled_out(part),
                labels.clause_label(part, titles),
                without(query, [part], lists),
            )


_ENDS = ("after", "before")


def _is_clause(node: Node) -> bool:
    return isinstance(node, Meta) or (isinstance(node, Not) and isinstance(node.part, Meta))


def timezone_of(services: Services) -> str:
    """Return the IANA zone days are counted and times shown in: the first digest's, UTC without one."""
    return services.settings.digests[0].timezone if services.settings.digests else "UTC"
