"""Which stories are named at the top of an edition."""

from __future__ import annotations

from dataclasses import replace

from monitor.digests.caps import text_bytes
from monitor.digests.leads import LEAD_BYTES, leads
from monitor.model.edition import Card, RankPart
from tests.digests.builders import a_card


def ranked(story: int, points: float, topic: str = "Chips", outlet: str = "") -> Card:
    card = a_card(
        story=story, title=f"Story {story}", outlet=outlet or f"Outlet {story}", topic_title=topic
    )
    return replace(card, rank=(RankPart("points", points),), entries=(story,))


def chosen(*cards: Card) -> list[int]:
    return [lead.story for lead in leads(cards)]


def test_few_stories_have_no_leads() -> None:
    cards = [ranked(n, n) for n in range(1, 5)]
    assert chosen(*cards[:3]) == []
    assert chosen(*cards) == [4, 3, 2]


def test_other_sections_and_outlets_lead_before_more_of_the_same() -> None:
    assert chosen(
        ranked(1, 9), ranked(2, 8), ranked(3, 7, "Law"), ranked(4, 6, "Models", "Outlet 3"),
        ranked(5, 5, "Models"),
    ) == [1, 3, 5]  # fmt: skip
    # Another section counts before another outlet; of one section the other outlet.
    assert chosen(
        ranked(1, 9), ranked(2, 8), ranked(3, 7, "Law", "Outlet 1"), ranked(4, 6, outlet="Outlet 1")
    ) == [1, 2, 3]


def test_the_best_leads_whatever_its_section_and_a_weak_story_never_does() -> None:
    same = [ranked(n, 20 - n) for n in range(1, 10)]
    assert chosen(*same, ranked(99, 0.5, "Law")) == [1, 2, 3]
    assert chosen(*same[:8], ranked(99, 0.5, "Law")) == [1, 2, 99]


def test_a_lead_says_what_its_card_does_in_a_bounded_line() -> None:
    card = replace(
        ranked(1, 9),
        title="\u202e<&> " * 60,
        url=f"https://a.example/{'q' * 1_900}",
        outlets=("One", "Two", "Three"),
        language="de",
    )
    lead = leads([card, *(ranked(n, 1) for n in range(2, 5))])[0]
    assert (lead.story, lead.outlet, lead.outlets, lead.topic_title, lead.language) == (
        1, "Outlet 1", 3, "Chips", "de",
    )  # fmt: skip
    assert "\u202e" not in lead.title
    assert len(lead.title) <= 120
    assert lead.url == ""
    assert text_bytes(lead.title, lead.outlet, lead.url) < LEAD_BYTES
