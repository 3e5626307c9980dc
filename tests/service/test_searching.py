"""Searching a real store: order, pages, counts, corrections, similar entries, any text at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import NotFoundError, QueryError
from monitor.model.feed import Feed
from monitor.query import document_of, evaluate, parse
from monitor.service import found as bounds
from monitor.service import ranked
from monitor.service.proposing import proposed_ids
from monitor.service.searching import Found, search
from monitor.service.similar import similar
from monitor.service.wiring import Services
from monitor.settings.home import Home
from monitor.settings.read import load
from monitor.store import open_store
from monitor.topics.matching import index_topics
from tests.store.builders import add, new

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DE = Feed(
    url="https://de.example/feed", title="Zeitung am Abend", outlet="Die Zeitung", tags=("tech",)
)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Six hundred entries over as many days, some of them of another feed, language and author."""
    root = tmp_path_factory.mktemp("home")
    (root / "config").mkdir()
    (root / "config" / "monitor.toml").write_text("")
    home = Home(root)
    store = open_store(home.database)
    for n in range(600):
        kind = n % 6
        fields: dict[str, Any] = {
            "title": f"Report {n} on "
            + ("chips", "laws", "chips and laws", "trade", "models", "water")[kind],
            "text": ("governments regulate chips " if n % 4 == 0 else "nothing of note ")
            + f"number{n}",
            "language": ("en", "de", "")[n % 3],
            "author": ("", "Ann Smith", "U.S. Desk")[n % 3],
            "tags": ((), ("Trade", "Ärzte"), ("policy",))[n % 3],
            "domain": ("news.example", "other.example", "")[n % 3],
            "url": (f"https://a.news.example/{n}", f"https://other.example/x/{n}", "")[n % 3],
            "published_at": NOW - timedelta(days=700 - n) if n % 5 else None,
        }
        feed = DE.url if n % 7 == 0 else "https://en.example/feed"
        if n == 0:
            store.feeds.sync([DE], NOW)
        add(store, new(f"{n}", **fields), at=NOW - timedelta(days=600 - n), feed=feed)
    add(
        store,
        new("x", title="Nvidia ships Blackwell accelerators to Vietnam", text="Hanoi data centre"),
        new("y", title="Blackwell accelerators reach Vietnam", text="Nvidia confirms"),
        new("z", title="Artificial intelligence in Vietnam", text="something else"),
        at=NOW,
    )
    yield Services(home, load(home), store, (), index_topics(()), {})
    store.close()


def ids(found: Found) -> list[int]:
    return [hit.entry.id for hit in found.hits]


def accepted(services: Services, text: str) -> set[int]:
    query = parse(text)
    every = services.store.entries.entries(range(1, services.store.entries.newest_id() + 1))
    return {each.id for each in every if evaluate(query, document_of(each), NOW) is not None}


QUERIES = (
    "chips",
    "laws OR chips",
    "chips laws",
    "regulat* -trade",
    "report -lang:de",
    "lang:de chips",
    "author:smith",
    "author:us",
    "-author:smith chips",
    "tag:policy",
    "tag:arzte",
    "tag:tech chips",
    "-tag:tech chips",
    "feed:abend",
    "outlet:zeitung",
    "-outlet:zeitung chips",
    "outlet:news.example",
    "domain:news.example",
    "domain:a.news.example chips",
    "-domain:example chips",
    "url:/x/1",
    "published:2025",
    "-has:published chips",
    "has:author (lang:de OR outlet:zeitung)",
    "report (lang:de OR tag:policy) -(author:smith trade)",
    "since:90d chips",
    "is:starred",
    "chips NOT is:revised",
)


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize("few", [False, True])
def test_pages_put_together_are_all_that_is_accepted_each_once(
    services: Services, text: str, few: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if few:  # so that all that is bounded is reached
        monkeypatch.setattr(ranked, "RANKED", 20)
        monkeypatch.setattr(bounds, "_SAMPLE", 5)
    wanted = accepted(services, text)
    for sort in ("relevance", "newest"):
        pages = [
            search(services, text, now=NOW, sort=sort, limit=50, offset=at)
            for at in range(0, len(wanted) + 50, 50)
        ]
        together = [each for page in pages for each in ids(page)]
        assert len(together) == len(set(together))
        assert set(together) == wanted
        scores = [hit.score for page in pages for hit in page.hits]
        if sort == "relevance":
            assert scores == sorted(scores, reverse=True)
        else:
            assert together == sorted(together, reverse=True)
        exact = search(services, text, now=NOW, sort=sort, exact=True)
        assert (exact.total, exact.total_is) == (len(wanted), "exact")
        assert ids(exact) == together[:20]
        if pages[0].total_is == "exact":
            assert pages[0].total == len(wanted)


def test_what_is_not_counted_says_so(services: Services) -> None:
    found = search(services, "report", now=NOW, limit=5)
    assert found.total_is == "about"
    assert 550 <= found.total <= 603
    assert search(services, "blackwell", now=NOW).total_is == "exact"


def test_a_page_that_is_given_up_says_so(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "MOST_LOOKED_AT", 30)
    monkeypatch.setattr(ranked, "RANKED", 20)
    found = search(services, "=REPORT", now=NOW, limit=5)
    assert (found.total, found.total_is, found.hits) == (0, "at least", ())
    assert "looked at" in found.warnings[-1]
    assert search(services, "=REPORT", now=NOW, limit=5, exact=True).total_is == "exact"


def test_proposed_ids_are_the_newest_and_say_whether_they_are_all(services: Services) -> None:
    some, all_there = proposed_ids(services, parse("chips"), NOW, 10)
    assert not all_there
    assert some == sorted(some, reverse=True)
    every, all_there = proposed_ids(services, parse("chips"), NOW, 1000)
    assert all_there
    assert set(every) >= accepted(services, "chips")


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("nvdia", "nvidia"),
        ("Nvdia -trade", "nvidia -trade"),
        ("artifical inteligence", "artificial intelligence"),
        ('"blackwoll accelerators"', '"blackwell accelerators"'),
        ("title:goverments OR text", ""),  # governments stands in no title
        ("govermnents", "governments"),
        ("chips", ""),
        ("xqzzyw", ""),
        ("lang:xx chips", ""),
        ("芯片", ""),
    ],
)
def test_did_you_mean(services: Services, text: str, suggestion: str) -> None:
    found = search(services, text, now=NOW)
    assert found.suggestion == suggestion
    if suggestion:
        assert search(services, suggestion, now=NOW).hits


def test_similar_entries_share_words_and_say_which(services: Services) -> None:
    x = ids(search(services, "hanoi", now=NOW))[0]
    found = similar(services, x, now=NOW)
    assert [each.hit.entry.title for each in found.hits] == ["Blackwell accelerators reach Vietnam"]
    assert {"Blackwell", "accelerators", "Vietnam", "Nvidia"} == set(found.hits[0].why)
    assert 0 < found.hits[0].hit.score < 1
    assert similar(services, x, now=NOW) == found
    with pytest.raises(NotFoundError):
        similar(services, 10**6, now=NOW)


NASTY = (
    "", " ", "\x00", "a\x00b", '"', "'", '""', "\\", "%", "_", ";--", "' OR 1=1 --", "NULL", "undefined",
    "<script>alert(1)</script>", "{{7*7}}", "${x}", "(" * 500, ")" * 5, "chips (", "AND", "NOT NOT",
    "NEAR/3", '"a b"~', "^", "a^2", "title:", "lang:", "*", "chips*" * 50, "\ud800", "\U0001f600",
    "\u202echips", "ﷺ" * 50, "Ω≈ç√∫˜µ", "i̇", "🏳️‍🌈 chips", "feed:%_*", "author:\u0000x", "tag:'", "url:\"';",
    "domain:ﷺ", "outlet:u.s", "-a", "a:b:c", "tag:\U00010400", "chips " * 3000, "x" * 100_000, '"' + "y " * 50_000,
)  # fmt: skip


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_any_text_is_answered_or_refused(services: Services, text: str) -> None:
    for literally in (False, True):
        try:
            found = search(services, text, now=NOW, or_literally=literally)
        except QueryError:
            continue  # refused with a reason
        assert found.total >= len(found.hits)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(max_size=30)
    | st.lists(st.sampled_from([*QUERIES, *NASTY[:30]]), max_size=4).map(" ".join)
)
def test_any_text_at_all(services: Services, text: str) -> None:
    try:
        found = search(services, text, now=NOW, limit=5)
    except QueryError:
        return
    assert found.total >= len(found.hits)


def test_a_search_depends_on_no_clock_but_through_its_dates(services: Services) -> None:
    later = search(services, "chips laws", now=NOW + timedelta(days=50))
    assert replace(later, seconds=0) == replace(search(services, "chips laws", now=NOW), seconds=0)


@pytest.mark.parametrize("clause", ["-url:{}", "-lang:zh-x{}", "(is:sent OR NOT feed:{}x)"])
def test_a_query_of_a_thousand_clauses_is_answered(services: Services, clause: str) -> None:
    text = "chips " + " ".join(clause.format(n) for n in range(9_900 // (len(clause) + 2)))
    found = search(services, text, now=NOW, limit=600, exact=True)
    assert set(ids(found)) == accepted(services, text)


def test_an_entry_with_words_longer_than_a_query_has_similar_ones(services: Services) -> None:
    endless = " ".join(letter * 9_000 for letter in "xyz")
    one, other = add(
        services.store,
        new("long", title="Quokka zymurgy", text=endless),
        new("long too", title="Zymurgy of a quokka", text="brief"),
        at=NOW,
    )
    assert [each.hit.entry.id for each in similar(services, one, now=NOW).hits] == [other]
