"""What stands beside the stories: bounded in number, in length and in bytes, and in one line each."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.digests.asides import SHOWN_CHANGED, SHOWN_NOTES, SHOWN_VOLUMES
from monitor.digests.caps import text_bytes
from monitor.digests.composing import compose
from monitor.model.digest import Digest
from monitor.model.edition import Edition, Gathered
from tests.digests.builders import (
    DUE,
    UNTIL,
    a_changed,
    a_coverage,
    a_digest,
    a_near_miss,
    a_section_query,
    a_topic,
    a_volume,
    an_entry,
)

HOSTILE = (
    "\u202eevil\u2066\x00\r\nBcc: x\x1b[31m " + "x" * 10_000,
    "<\"&'>" * 2_000,
    "出口管制" * 2_500,
    "\ud800\u2028\u2029\x85 " * 2_500,
)


def composed(
    gathered: Gathered | None = None, digest: Digest | None = None, topics: int = 3
) -> Edition:
    known = [a_topic(f"topic-{n}") for n in range(topics)]
    empty = Gathered(entries=(), coverage=a_coverage())
    return compose(digest or a_digest(), DUE, known, gathered or empty)


def some(**parts: object) -> Gathered:
    return replace(Gathered(entries=(), coverage=a_coverage()), **parts)  # type: ignore[arg-type]


def test_what_was_gathered_stands_in_the_edition() -> None:
    parts = {
        "changed": (a_changed(1), a_changed(2, withdrawn=True)),
        "volumes": (a_volume("topic-1"), a_volume("topic-0")),
        "near_misses": (a_near_miss(),),
        "notes": ("The zone is the last good one.",),
    }
    edition = composed(some(page_url="https://monitor.example", **parts))
    assert [each.entry for each in edition.changed] == [2, 1]
    assert [each.topic for each in edition.volumes] == ["topic-0", "topic-1"]
    assert edition.near_misses == parts["near_misses"]
    assert edition.notes == parts["notes"]
    assert edition.page_url == "https://monitor.example"


def test_withdrawn_entries_come_first_then_the_latest_and_the_rest_is_counted() -> None:
    changed = [
        replace(
            a_changed(n), at=UNTIL - timedelta(hours=n), kind="withdrawn" if n == 8 else "edited"
        )
        for n in range(1, 10)
    ]
    edition = composed(some(changed=tuple(changed)))
    assert [each.entry for each in edition.changed] == [8, 1, 2, 3, 4, 5]
    assert (len(edition.changed), edition.more_changed) == (SHOWN_CHANGED, 3)


def test_of_many_volumes_those_out_of_the_ordinary_are_kept_in_the_order_of_topics() -> None:
    volumes = [a_volume(f"topic-{n}", high=2 if n in (17, 19) else 7) for n in reversed(range(20))]
    shown = [each.topic for each in composed(some(volumes=tuple(volumes)), topics=20).volumes]
    assert shown == [f"topic-{n}" for n in (*range(SHOWN_VOLUMES - 2), 17, 19)]


def test_a_volume_is_shown_for_topics_of_the_digest_alone() -> None:
    volumes = (a_volume("topic-0"), a_volume("topic-1"), a_volume("gone"))
    edition = composed(some(volumes=volumes), a_digest(topics=("topic-1",)))
    assert [each.topic for each in edition.volumes] == ["topic-1"]


@pytest.mark.parametrize("most", [0, 2, 20])
def test_a_digest_says_how_many_near_misses_it_shows(most: int) -> None:
    near = tuple(a_near_miss(n) for n in range(9))
    assert len(composed(some(near_misses=near), a_digest(near_misses=most)).near_misses) == min(
        most, 9
    )


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_clean_lines_of_bounded_length(text: str) -> None:
    url = f"https://a.example/{text[:200]}"
    changed = [
        replace(a_changed(n, title=text, before=text, outlet=text), url=url) for n in range(9)
    ]
    near = [replace(a_near_miss(n, title=text, outlet=text, note=text), url=url) for n in range(9)]
    edition = composed(
        some(
            changed=tuple(changed),
            near_misses=tuple(near),
            volumes=tuple(a_volume(f"topic-{n}", text) for n in range(3)),
            notes=(text,) * 90,
            page_url=url,
        ),
        a_digest(near_misses=20),
    )
    lines = [
        *(line for c in edition.changed for line in (c.title, c.before, c.outlet, c.url)),
        *(line for n in edition.near_misses for line in (n.title, n.outlet, n.note, n.url)),
        *(volume.title for volume in edition.volumes),
        *edition.notes,
        edition.page_url,
    ]
    assert edition.changed
    assert edition.near_misses
    assert len(edition.notes) <= SHOWN_NOTES
    assert all(each.title for each in edition.changed)
    assert all(each.title for each in edition.near_misses)
    for line in lines:
        assert len(line) <= 300
        assert line == " ".join(line.split())
        assert line.isprintable()
        assert not set("\u202e\u2066") & set(line)
    assert text_bytes(*lines) < 24_000


def test_sections_without_room_for_their_heading_are_counted_in_a_note() -> None:
    entries = tuple(
        an_entry(n, title=f"{n} {'t' * 190}", outlet=f"O{n}", topics=(f"topic-{n}",), excerpt="w " * 150,
                 url=f"https://a.example/{'q' * 1_900}")
        for n in range(60)
    )  # fmt: skip
    edition = composed(some(entries=entries), topics=60)
    shown = sum(len(section.cards) for section in edition.sections)
    more = sum(section.more for section in edition.sections)
    left = 60 - shown - more
    assert len(edition.left_out) == 60 - shown
    assert left > 0
    assert edition.notes[0].startswith(
        f"{left} more stories stand in {left} sections for which there is no room: Topic "
    )
    # Those that come first in the digest keep their heading.
    assert [section.topic for section in edition.sections][:20] == [f"topic-{n}" for n in range(20)]


def test_the_titles_of_a_person_are_bounded_too() -> None:
    digest = a_digest(sections=(a_section_query(1, "t" * 500),))
    assert len(composed(digest=digest).quiet[0]) == 80
