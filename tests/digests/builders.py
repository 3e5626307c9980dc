"""Values for tests of digests: each builder asks only for what a test cares about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from monitor.digests.windows import Due
from monitor.model.change import Change, ChangeKind
from monitor.model.digest import Digest, Recipient, SectionQuery, Weights, WhenEmpty
from monitor.model.edition import (
    Card,
    Changed,
    Coverage,
    Development,
    Document,
    Edition,
    NearlyMatched,
    Quote,
    Reason,
    Section,
    Told,
    Trouble,
    Volume,
    Window,
)
from monitor.model.entry import Entry
from monitor.model.topic import Evidence, Span, StoredMatch, TextField, Topic

UNTIL = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
FROM = UNTIL - timedelta(days=1)
WINDOW = Window(FROM, UNTIL, "Europe/Berlin")
DUE = Due(WINDOW, "2026-11-23T07:00", date(2026, 11, 23))


def a_digest(
    name: str = "daily",
    *,
    at: time | tuple[time, ...] = time(7, 0),
    timezone: str = "Europe/Berlin",
    days: tuple[int, ...] = tuple(range(7)),
    topics: tuple[str, ...] = ("*",),
    sections: tuple[SectionQuery, ...] = (),
    to: tuple[Recipient, ...] = (),
    per_topic: int = 12,
    per_outlet: int = 3,
    per_edition: int = 60,
    near_misses: int = 3,
    quotes: int = 3,
    weights: Weights | None = None,
    when_empty: WhenEmpty = "send",
    skip_empty: bool = False,
) -> Digest:
    return Digest(
        name=name,
        title="AI policy",
        times=at if isinstance(at, tuple) else (at,),
        timezone=timezone,
        days=days,
        topics=topics,
        sections=sections,
        to=to,
        when_empty="skip" if skip_empty else when_empty,
        per_topic=per_topic,
        per_outlet=per_outlet,
        per_edition=per_edition,
        near_misses=near_misses,
        quotes=quotes,
        weights=weights or Weights(),
    )


def a_topic(name: str, title: str = "") -> Topic:
    return Topic(name=name, title=title or name.replace("-", " ").capitalize(), query=name)


def a_match(topic: str, *evidence: Evidence, points: int = 1, version: int = 1) -> StoredMatch:
    return StoredMatch(topic, version, points, evidence)


def found(clause: str, words: str, field: TextField | None = "title") -> Evidence:
    return Evidence(clause, words, None if field is None else Span(field, 0, len(words)))


def an_entry(
    number: int = 1,
    *,
    title: str | None = None,
    url: str | None = None,
    outlet: str = "The Example Ledger",
    tier: int = 2,
    excerpt: str = "",
    text: str = "",
    language: str = "en",
    topics: Sequence[str] = ("chips",),
    matches: Sequence[StoredMatch] = (),
    story: int | None = None,
    copy_of: int | None = None,
    feed_tags: tuple[str, ...] = (),
    feed_url: str = "https://feeds.example/all.xml",
    published_at: datetime | None = None,
    first_seen_at: datetime | None = None,
    revised_at: datetime | None = None,
) -> Entry:
    return Entry(
        id=number,
        feed_id=1,
        feed_url=feed_url,
        feed_title="A feed",
        outlet=outlet,
        tier=tier,
        feed_tags=feed_tags,
        guid=f"guid-{number}",
        url=f"https://ledger.example/{number}" if url is None else url,
        link="",
        domain="ledger.example",
        title=f"Headline {number}" if title is None else title,
        author="",
        html="",
        text=text,
        excerpt=excerpt,
        language=language,
        published_at=published_at,
        published_raw="",
        first_seen_at=first_seen_at or FROM + timedelta(minutes=number),
        revised_at=revised_at,
        matches=tuple(matches) or tuple(a_match(topic, found(topic, topic)) for topic in topics),
        story=number if story is None else story,
        copy_of=copy_of,
    )


def a_coverage(
    *,
    feeds: int = 43,
    checked: int = 41,
    failing: int = 1,
    silent: int = 1,
    gone: int = 0,
    quarantined: int = 0,
    seen: int = 1204,
    matched: int = 0,
    copies: int = 0,
    stories: int = 0,
    gaps: int = 0,
    troubles: tuple[Trouble, ...] = (),
) -> Coverage:
    return Coverage(
        feeds=feeds,
        ok=checked,
        failing=failing,
        silent=silent,
        gone=gone,
        quarantined=quarantined,
        checked=checked,
        entries_seen=seen,
        entries_matched=matched,
        copies_folded=copies,
        stories=stories,
        gaps=gaps,
        troubles=troubles,
    )


def a_card(
    *,
    story: int = 7,
    title: str = "Ministry opens a consultation on chip licences",
    url: str = "https://ledger.example/licences",
    outlet: str = "The Example Ledger",
    excerpt: str = "The ministry asks for comments.",
    language: str = "en",
    outlets: tuple[str, ...] = (),
    copies: int = 0,
    why: tuple[Reason, ...] = (Reason("chips", 2, "chip*", "chip", "title"),),
    published_at: datetime | None = UNTIL - timedelta(hours=2),
    revised: bool = False,
    document: Document | None = None,
    topic_title: str = "",
) -> Card:
    return Card(
        story=story,
        title=title,
        url=url,
        outlet=outlet,
        published_at=published_at,
        first_seen_at=UNTIL - timedelta(hours=1),
        excerpt=excerpt,
        language=language,
        outlets=outlets or (outlet,),
        copies=copies,
        why=why,
        entries=(12,),
        revised=revised,
        document=document,
        topic_title=topic_title,
    )


def a_section_query(
    number: int = 1, title: str = "In the courts", query: str = "court"
) -> SectionQuery:
    return SectionQuery(f"query:{number}", title, query)


def told(edition: str = "daily-2026-11-20-0700", days: int = 3) -> Told:
    until_at = UNTIL - timedelta(days=days)
    return Told(edition, until_at.date(), until_at)


def a_change(
    kind: ChangeKind = "figure", text: str = "12 firms, not 10", *, entry: int = 1
) -> Change:
    return Change(kind, UNTIL - timedelta(hours=3), entry, text)


def a_document(title: str = "Final rule", *, entry: int = 13) -> Document:
    return Document(entry, title, f"https://bureau.example/{entry}", "Bureau of Trade Security")


def a_development(card: Card | None = None, *news: str) -> Development:
    news = news or ("12 firms, not 10",)
    return Development(card or a_card(), news, "daily-2026-11-20-0700", date(2026, 11, 20))


def a_changed(
    number: int = 5,
    *,
    title: str = "Bureau names twelve firms",
    before: str = "Bureau names ten firms",
    outlet: str = "The Example Ledger",
    withdrawn: bool = False,
) -> Changed:
    return Changed(
        kind="withdrawn" if withdrawn else "edited",
        entry=number,
        title=title,
        before="" if withdrawn else before,
        outlet=outlet,
        url=f"https://ledger.example/{number}",
        at=UNTIL - timedelta(hours=5),
        told_in="daily-2026-11-20-0700",
        language="en",
    )


def a_volume(
    topic: str = "chips",
    title: str = "",
    *,
    days: tuple[int, ...] = (3, 4, 2, 5, 1, 0, 4) * 4 + (3,),
    low: int | None = 1,
    high: int | None = 7,
    span: int = 1,
) -> Volume:
    count = sum(days[-span:])
    many = high is not None and count > high
    return Volume(
        topic=topic,
        title=title or topic.capitalize(),
        count=count,
        span=span,
        low=low,
        high=high,
        days=days,
        unusual="many" if many else "",
        chance=0.0004 if many else 0.4,
    )


def a_near_miss(
    number: int = 90,
    *,
    title: str = "Tool makers warn of slower licensing",
    outlet: str = "The Example Ledger",
    note: str = "has “licensing”, but nothing of @chips within 8 words",
) -> NearlyMatched:
    return NearlyMatched(
        entry=number,
        topic="export-controls",
        topic_title="Export controls",
        title=title,
        outlet=outlet,
        url=f"https://ledger.example/{number}",
        note=note,
        language="en",
    )


def a_quote(
    text: str = "We will publish every licence decision within thirty days.",
    *,
    speaker: str = "Minister Ada Holm",
    story: int = 7,
) -> Quote:
    return Quote(
        text=text,
        speaker=speaker,
        outlet="The Example Ledger",
        url="https://ledger.example/12",
        entry=12,
        story=story,
        language="en",
    )


def an_edition(
    *cards: Card,
    coverage: Coverage | None = None,
    title: str = "AI policy",
    edition_id: str = "daily-2026-11-23-0700",
    sections: tuple[Section, ...] | None = None,
    missed: int = 0,
    quiet: tuple[str, ...] = ("Licences",),
) -> Edition:
    if sections is None:
        sections = (Section(topic="chips", title="Chips", cards=cards),) if cards else ()
    return Edition(
        digest="daily",
        title=title,
        id=edition_id,
        slot="2026-11-23T07:00",
        local_on=date(2026, 11, 23),
        window=WINDOW,
        coverage=coverage or a_coverage(matched=len(cards), stories=len(cards)),
        sections=sections,
        missed=missed,
        quiet=quiet,
    )
