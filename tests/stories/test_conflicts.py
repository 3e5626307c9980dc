"""What keeps entries apart whatever their words."""

from __future__ import annotations

import pytest

from monitor.model.story import StoryEntry
from monitor.stories.conflicts import conflict
from monitor.stories.features import features
from tests.stories.build import entry

APART = [
    ("two round-ups", entry(1, "Morning briefing: chips, cats"), entry(2, "Morning briefing: chips, rain")),
    ("reports of two stock markets", entry(1, "Wall Street slides on AI fears"), entry(2, "Nikkei slides on AI fears")),
    ("shares rise in one and fall in the other",
     entry(1, "Nvidia shares rise in early trading"), entry(2, "Nvidia shares fall in early trading")),
    ("11 and 27 of the same", entry(1, "Freedonia adds 11 firms to list"), entry(2, "List grows by 27 firms")),
    ("one headline with different numbers",
     entry(1, "Freedonia: 11 dead after blast 4"), entry(2, "Freedonia: 11 dead after blast 5")),
    ("two of a series", entry(1, "Stock check: Tomainia, Quokka", outlet="x"), entry(2, "Stock check: Brutopia, rain", outlet="x")),
    ("one headline about Italy and about Australia",
     entry(1, "Italy bans DeepSeek from government devices"), entry(2, "Australia bans DeepSeek from government devices")),
    ("28 and 10 of the same (家实", entry(1, "商务部将28家实体列入名单", language="zh"), entry(2, "商务部将10家实体列入名单", language="zh")),
    ("11 and 27 of the same", entry(1, "US adds eleven firms to list"), entry(2, "US adds 27 firms to list")),
    ("11 and 12 of the same", entry(1, "Elf Firmen auf der Liste", language="de"), entry(2, "Zwölf Firmen auf der Liste", language="de")),
    ("11 and 27 of the same", entry(1, "十一家企业列入清单", language="zh"), entry(2, "27家企业列入清单", language="zh")),
    ("results of two companies", entry(1, "Nvidia revenue hits $65 billion"), entry(2, "AMD revenue hits $9 billion")),
    ("118 and 116 of the same (notice)", entry(1, "Notice 118: additions"), entry(2, "Notice 116, corrected: additions")),
    ("one outlet's pattern around other names and numbers",
     entry(1, "Authority fines bot maker Babel Row 40 million crowns", outlet="x"),
     entry(2, "Authority fines bot maker Parlo 4 million crowns", outlet="x")),
    ("one frame around different names",
     entry(1, "Tomainia Semi Q4 2026 earnings call summary"), entry(2, "Brutopia Rail Q4 2026 earnings call summary")),
]  # fmt: skip

TOGETHER = [
    ("a moving amount", entry(1, "Nvidia falls 7% on fears"), entry(2, "Nvidia falls 12% on fears")),
    ("a corrected sum", entry(1, "Alert cost $3 million"), entry(2, "Alert cost $3.5 million")),
    ("a live blog about one war", entry(1, "LIVE, Ukraine: missiles at night", outlet="x"),
     entry(2, "LIVE, Ukraine: talks in the morning", outlet="x")),
    ("numbers of different things", entry(1, "谷歌须在3个月内整改", language="zh"), entry(2, "谷歌5个产品须整改", language="zh")),
    ("thousands in German", entry(1, "1.000 Firmen auf der Liste", language="de"), entry(2, "1000 Firmen auf der Liste", language="de")),
    ("a count beside money", entry(1, "5 firms pay $50 million"), entry(2, "5 firms pay up")),
    ("more money", entry(1, "OpenAI to raise $5bn more"), entry(2, "OpenAI raises $5 billion more")),
    ("jobless claims", entry(1, "Weekly jobless claims rise"), entry(2, "Weekly jobless claims up")),
    ("a podcast firm", entry(1, "Adobe buys podcast firm Quokkia"), entry(2, "Podcast firm Quokkia goes to Adobe")),
    ("a number in words and in digits", entry(1, "US adds eleven firms to list"), entry(2, "11 firms added by US")),
    ("one label at two outlets", entry(1, "Chips: Tomainia opens plant"), entry(2, "Chips: minister resigns")),
    ("a preposition", entry(1, "Quokka valued at $1 billion in funding round"),
     entry(2, "Quokka valued at $1 billion after funding round")),
    ("one headline", entry(1, "Morning briefing"), entry(2, "Morning briefing")),
]  # fmt: skip


def said(one: StoryEntry, other: StoryEntry) -> str:
    return conflict(one, features(one), other, features(other))


@pytest.mark.parametrize(("why", "one", "other"), APART, ids=[case[0] for case in APART])
def test_conflicts_are_named_either_way_round(why: str, one: StoryEntry, other: StoryEntry) -> None:
    assert why in said(one, other)
    assert said(other, one)


@pytest.mark.parametrize(("why", "one", "other"), TOGETHER, ids=[case[0] for case in TOGETHER])
def test_what_may_be_one_event_is_no_conflict(why: str, one: StoryEntry, other: StoryEntry) -> None:
    assert said(one, other) == "", why
