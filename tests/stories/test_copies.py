"""Copies: the same text at another outlet or address, and what only looks like it."""

from __future__ import annotations

import pytest

from monitor.model.story import StoryEntry
from monitor.stories.grouping import group
from tests.stories.build import by_entry, entry

LEAD = (
    "The ministry of Freedonia said on Monday that makers of accelerators need a licence for each "
    "shipment abroad, and that the first permits will be given out in April."
)
OTHER = (
    "Harbour pilots in Marzipan Bay walked out after talks over night shifts broke down, leaving "
    "forty ships at anchor and the port authority looking for help inland."
)
TITLE = "Freedonia demands licences for accelerator exports"

COPIES = [
    ("equal titles", entry(1, TITLE), entry(2, TITLE)),
    ("an outlet suffix", entry(1, TITLE), entry(2, TITLE + " - The Daily Marzipan")),
    ("a suffix after a bar", entry(1, TITLE), entry(2, TITLE + " | Marzipan Post")),
    ("two suffixes", entry(1, TITLE), entry(2, TITLE + " - Wire News - Marzipan Post")),
    ("a wire's prefix", entry(1, TITLE), entry(2, "EXCLUSIVE: " + TITLE)),
    ("other case and quotes", entry(1, "Freedonia’s ‘Chip Wall’ Rises in the North"),
     entry(2, "FREEDONIA'S 'CHIP WALL' RISES IN THE NORTH")),
    ("an excerpt that is the title again", entry(1, TITLE, LEAD),
     entry(2, TITLE + " - Marzipan Post", TITLE + " Marzipan Post")),
    ("an inserted word", entry(1, "Freedonia demands licences for all accelerator chip exports", LEAD),
     entry(2, "Freedonia demands licences for all accelerator chip exports now", LEAD)),
    ("another headline over one text", entry(1, "Freedonia steps on accelerator exports", LEAD),
     entry(2, "Freedonia hits accelerator exports with licences", LEAD)),
    ("one address, trivially edited", entry(1, TITLE, url="https://wire.example/a"),
     entry(2, TITLE + " today", LEAD, url="https://wire.example/a")),
    ("a Chinese title with the outlet's name", entry(1, "自由国要求芯片出口许可证", language="zh"),
     entry(2, "自由国要求芯片出口许可证 - 杏仁日报", language="zh")),
]  # fmt: skip

NOT_COPIES = [
    ("the same told in words of one's own",
     entry(1, "Entity List additions hit M20 resellers in Marzipan, customs says",
           "Four M20 resellers in Marzipan were raided after a tip, customs said, citing the Entity List."),
     entry(2, "Marzipan raids hit M20 chip resellers after Entity List additions",
           "Customs raided four M20 resellers in Marzipan after a tip, citing the Entity List additions.")),
    ("two releases", entry(1, "accel-toolkit 2.4.0", "A toolkit"),
     entry(2, "accel-toolkit 2.4.1", "A toolkit")),
    ("other numbers in one headline", entry(1, "Freedonia adds 11 firms to its export list"),
     entry(2, "Freedonia adds 27 firms to its export list")),
    ("a short recurring title", entry(1, "Morning briefing", LEAD), entry(2, "Morning briefing", OTHER)),
    ("the next issue of one outlet", entry(1, "The week in chips and their makers", LEAD, outlet="x"),
     entry(2, "The week in chips and their makers", OTHER, outlet="x", hours=96)),
    ("the opposite", entry(1, "Freedonia will licence all accelerator exports to Sylvania"),
     entry(2, "Freedonia will not licence all accelerator exports to Sylvania")),
    ("eight days later", entry(1, TITLE), entry(2, TITLE, hours=8 * 24)),
    ("one front page as address", entry(1, TITLE, url="https://x.example/"),
     entry(2, "Harbour pilots walk out", OTHER, url="https://x.example/")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "one", "other"), COPIES, ids=[case[0] for case in COPIES])
def test_the_same_text_is_a_copy_of_the_earlier_and_shares_its_story(
    name: str, one: StoryEntry, other: StoryEntry
) -> None:
    decisions = by_entry(group([one, other]))
    assert decisions[1].copy_of is None
    assert decisions[2].copy_of == 1
    assert decisions[2].founder == 1
    assert one.title.strip() in decisions[2].why[0]


@pytest.mark.parametrize(("name", "one", "other"), NOT_COPIES, ids=[case[0] for case in NOT_COPIES])
def test_what_only_looks_the_same_is_no_copy(name: str, one: StoryEntry, other: StoryEntry) -> None:
    assert by_entry(group([one, other]))[2].copy_of is None


def test_copies_of_copies_name_the_original() -> None:
    known = [entry(1, TITLE, story=7), entry(2, TITLE, story=7, copy_of=1, hours=1)]
    decision = group([entry(3, TITLE + " - Marzipan Post", hours=2)], known).decisions[0]
    assert (decision.story, decision.copy_of) == (7, 1)


def test_a_new_headline_at_one_address_is_the_same_story_and_no_copy() -> None:
    morning = entry(
        1, "Freedonia weighs licences for accelerators", LEAD, url="https://wire.example/a"
    )
    evening = entry(
        2,
        "Makers protest at Freedonia's accelerator licences",
        OTHER,
        url="https://wire.example/a",
        hours=9,
    )
    decision = by_entry(group([morning, evening]))[2]
    assert (decision.founder, decision.copy_of) == (1, None)
    assert "same address" in decision.why[0]


def test_a_page_that_carries_one_thing_after_the_other_ties_nothing_together() -> None:
    page = "https://vendor.example/changelog"
    titles = (
        "Release 2.1: faster inference",
        "Release 2.2: new pricing",
        "Envoy of Freedonia resigns",
    )
    decisions = by_entry(
        group([entry(k, title, url=page, outlet="v", hours=k) for k, title in enumerate(titles, 1)])
    )
    assert [each.founder for each in decisions.values()] == [1, 2, 3]
