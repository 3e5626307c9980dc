"""Whatever a flood brings, an edition stays short, shows its best, and counts the rest."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from monitor.digests.composing import compose
from monitor.digests.rendering import render
from monitor.model.edition import Card, Edition, Gathered, Trouble
from tests.digests.builders import (
    DUE,
    UNTIL,
    a_change,
    a_changed,
    a_coverage,
    a_digest,
    a_match,
    a_near_miss,
    a_section_query,
    a_topic,
    a_volume,
    an_entry,
    found,
    told,
)


def _flooded(title: str, count: int, outlets: int, topics: int) -> Edition:
    """The edition of a flood in every part that a feed can fill: each as long as the title."""
    names = [f"topic-{n}" for n in range(topics)]
    queries = tuple(a_section_query(n, f"Query {n} {title}"[:500]) for n in range(1, 3))
    entries = [
        an_entry(
            number,
            title=f"{number} {title}",
            url=f"https://a.example/{number}?{'q' * 1_500}",
            outlet=f"Outlet {number % outlets} {title}",
            excerpt=f"{title} " * 50,
            # Every fifth story is told by official sources alone, every seventh has one among them.
            story=number - 1 if number % 7 == 0 else number,
            feed_tags=("official",) if number % 5 == 0 or number % 7 == 0 else (),
            matches=[
                a_match(name, *(found(f"{title} {n}" * 9, title * 9) for n in range(4)))
                for name in [*(["query:1"] if number % 11 == 0 else []), *names[number % topics :]][
                    :6
                ]
            ],
        )
        for number in range(1, count + 1)
    ]
    change = a_change("figure", f"new figure: {title}")
    gathered = Gathered(
        entries=tuple(entries),
        coverage=a_coverage(
            troubles=tuple(
                Trouble(f"{n} {title}", f"https://a.example/{n}", "failing", f"{title} " * 9, UNTIL)
                for n in range(40)
            )
        ),
        told={number: told() for number in range(1, count, 3)},
        changes={
            number: tuple(replace(change, text=f"{n} {change.text}") for n in range(40))
            for number in range(1, count, 9)
        },
        changed=tuple(
            a_changed(n, title=f"{n} {title}", before=f"{title} {n}", outlet=title)
            for n in range(90)
        ),
        volumes=tuple(a_volume(name, f"{name} {title}") for name in names),
        near_misses=tuple(
            a_near_miss(n, title=f"{title} {n}", outlet=title, note=title * 3) for n in range(90)
        ),
        notes=tuple(f"{n} {title}" for n in range(90)),
        page_url="https://monitor.example",
    )
    digest = a_digest(
        sections=queries, per_topic=60, per_outlet=60, per_edition=1_000, near_misses=20, quotes=20
    )
    shown_topics = [a_topic(name, f"{name} {title}"[:500]) for name in names]
    return compose(digest, DUE, shown_topics, gathered, "daily-1")


def _cards(edition: Edition) -> list[Card]:
    return [
        *(card for section in edition.sections for card in section.cards),
        *edition.documents,
        *(each.card for each in edition.developing),
    ]


@pytest.mark.parametrize(
    ("title", "outlets", "topics"),
    [
        ("Plain headline", 900, 4),
        ("<\"&'>" * 60, 1, 4),
        ("出口管制芯片" * 50, 40, 4),
        ("Many topics", 50, 60),
    ],
    ids=["plain", "all to be escaped", "three bytes a character", "many topics"],
)
def test_five_thousand_entries_give_a_bounded_digest_that_counts_the_rest(
    title: str, outlets: int, topics: int
) -> None:
    edition = _flooded(title, 5_000, outlets, topics)
    shown = _cards(edition)
    assert len(shown) >= 4
    assert edition.sections[0].cards
    assert edition.documents
    assert edition.developing
    assert len(edition.leads) == 3
    assert edition.changed
    assert len(edition.changed) + edition.more_changed == 90
    assert edition.near_misses
    assert edition.volumes
    assert edition.notes
    left = {one.story for one in edition.left_out}
    assert len(shown) + len(left) == edition.coverage.stories
    counted = sum(section.more for section in edition.sections) + edition.more_documents
    counted += edition.more_developing + edition.coverage.told_before
    elsewhere = re.match(r"([\d,]+) more stories stand in \d+ sections", edition.notes[0])
    counted += int(elsewhere[1].replace(",", "")) if elsewhere else 0
    assert counted == len(left)
    rendered = render(edition)
    assert len(rendered.html.encode()) < 90_000
    assert len(rendered.text.encode()) < 90_000


def test_addresses_weigh_what_they_weigh_as_they_are_linked() -> None:
    def address(number: int) -> str:
        return f"https://a.example/{number}{chr(0x200B) * 200}"

    edition = compose(
        a_digest(per_topic=500, per_outlet=500, per_edition=500),
        DUE,
        [a_topic("chips")],
        Gathered(
            entries=tuple(an_entry(n, url=address(n)) for n in range(1, 300)),
            changed=tuple(replace(a_changed(n), url=address(n)) for n in range(300, 400)),
            coverage=a_coverage(),
        ),
    )
    assert all(card.url.endswith("%E2%80%8B") for card in edition.sections[0].cards)
    assert {each.url for each in edition.changed} == {""}
    assert len(render(edition).html.encode()) < 90_000


def test_a_topic_in_flood_leaves_the_others_their_room() -> None:
    entries = [
        an_entry(n, topics=("flood",), outlet=f"O{n}", excerpt="word " * 60) for n in range(1, 900)
    ]
    entries += [an_entry(n, topics=("calm",), outlet=f"O{n}") for n in range(900, 904)]
    topics = [a_topic("flood"), a_topic("calm")]
    edition = compose(
        a_digest(per_topic=500),
        DUE,
        topics,
        Gathered(entries=tuple(entries), coverage=a_coverage()),
    )
    flood, calm = edition.sections
    assert (len(calm.cards), calm.more) == (4, 0)
    assert flood.more == 899 - len(flood.cards) > 0
