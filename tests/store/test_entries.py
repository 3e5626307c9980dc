"""The contract of EntryStore: reading entries and proposing candidates."""

from __future__ import annotations

import sys
from datetime import timedelta

import pytest

from monitor.model.edition import Window
from monitor.model.feed import Feed
from monitor.model.search import Candidates, Counted, Fact
from monitor.store import Store, proposals
from tests.store.builders import HOUR, NOW, add, match, new, outcome, record


def ids(store: Store, wanted: Candidates) -> list[int]:
    found = [each.entry.id for each in store.entries.candidates(wanted)]
    assert store.entries.proposed(wanted, None) == found
    return found


def test_what_the_feed_says_and_what_config_says_are_resolved(store: Store) -> None:
    own, none = "https://feeds.press.example/1", "https://feeds.press.example/2"
    store.feeds.sync(
        [Feed(url=own, title="Mine", outlet="The Press", tier=1, tags=("a", "b")), Feed(url=none)],
        NOW,
    )
    first, second = (each.id for each in store.feeds.feeds())
    (one,) = record(store, outcome(first, new("1", domain="paper.example"), title="Theirs")).new_ids
    two, three = record(
        store, outcome(second, new("1", domain="paper.example"), new("2"), title="Theirs")
    ).new_ids
    found = store.entries.entries([one, two, three])
    assert [entry.outlet for entry in found] == ["The Press", "paper.example", "press.example"]
    assert [entry.feed_title for entry in found] == ["Mine", "Theirs", "Theirs"]
    assert [(entry.tier, entry.feed_tags) for entry in found[:2]] == [(1, ("a", "b")), (2, ())]


def test_entries_come_in_the_order_asked_for_without_html_and_without_the_unknown(
    store: Store,
) -> None:
    one, two = add(store, new("1", html="<p>1</p>"), new("2"))
    found = store.entries.entries([two, 999, one, -1, sys.maxsize + 1])
    assert [entry.id for entry in found] == [two, one]
    assert found[1].html == ""
    whole = store.entries.entry(one)
    assert whole is not None
    assert whole.html == "<p>1</p>"


def test_more_entries_than_one_statement_takes(store: Store) -> None:
    stored = add(store, *(new(f"{n}", matches=(match(),)) for n in range(1203)))
    found = store.entries.entries(stored[::-1])
    assert [entry.id for entry in found] == stored[::-1]
    assert all(entry.matches == (match(),) for entry in found)


@pytest.mark.parametrize("entry_id", [0, -5, 12345, 2**63, 10**30])
def test_an_id_nobody_has_is_none(store: Store, entry_id: int) -> None:
    add(store, new("1"))
    assert store.entries.entry(entry_id) is None
    assert store.entries.revisions(entry_id) == []


def test_the_newest_id(store: Store) -> None:
    assert store.entries.newest_id() == 0
    assert store.entries.newest_id() == 0
    assert add(store, new("1"), new("2"))[-1] == store.entries.newest_id()


def test_an_entry_says_its_story_and_whose_copy_it_is(store: Store) -> None:
    ids = add(store, new("1", matches=(match(),)), new("2", matches=(match(),)), new("3"))
    one, copy, unmatched = store.entries.entries(ids)
    assert (one.story is not None, one.copy_of) == (True, None)
    assert (copy.story, copy.copy_of) == (one.story, one.id)
    assert (unmatched.story, unmatched.copy_of) == (None, None)


def test_matched_is_half_open_over_first_seen_times_and_knows_topics(store: Store) -> None:
    chips, policy = match("chips"), match("ai-policy")
    before, at, within, end = (
        add(store, new(f"{n}", matches=(chips, policy) if n == 2 else (chips,)), at=NOW + n * HOUR)[
            0
        ]
        for n in range(4)
    )
    window = Window(NOW + HOUR, NOW + 3 * HOUR, "UTC")
    assert [each.id for each in store.entries.matched(window, ["chips"])] == [at, within]
    assert [each.id for each in store.entries.matched(window, ["chips", "ai-policy"])] == [
        at,
        within,
    ]
    assert [each.id for each in store.entries.matched(window, ["ai-policy"])] == [within]
    assert store.entries.matched(window, []) == []
    late = Window(NOW + 9 * HOUR, NOW + 10 * HOUR, "UTC")
    assert store.entries.matched(late, ["chips"]) == []
    assert {before, end}.isdisjoint({at, within})


def test_candidates_without_a_condition_are_all_entries_newest_first(store: Store) -> None:
    stored = add(store, *(new(f"{n}") for n in range(1000)))
    assert ids(store, Candidates()) == stored[::-1]


def test_candidates_newest_first_in_batches_bring_each_once(store: Store) -> None:
    stored = add(store, *(new(f"{n}", text="chip" if n % 3 else "potato") for n in range(700)))
    wanted = [entry_id for n, entry_id in enumerate(stored) if n % 3]
    assert ids(store, Candidates(fts="text:chip")) == wanted[::-1]


def test_the_best_put_the_title_before_the_text(store: Store) -> None:
    text, title, none = add(
        store,
        new("1", title="Of other things", text="quotas and more"),
        new("2", title="Quotas", text="of other things"),
        new("3", title="Nothing", text="at all"),
    )
    wanted = Candidates(fts="quota", asked=1)
    assert store.entries.best(wanted, 0, None, 5) == [title, text]
    assert store.entries.best(wanted, 0, None, 1) == [title]
    assert store.entries.best(wanted, 0, "title:quota", 5) == [title]
    assert store.entries.best(wanted, title + 1, None, 5) == []
    assert store.entries.look(wanted).ids == (title, text)
    assert none not in store.entries.look(wanted).ids


def test_of_equals_the_newest_are_the_best(store: Store) -> None:
    stored = add(store, *(new(f"{n}", title="Same", text="chip here") for n in range(600)))
    assert store.entries.best(Candidates(fts="chip"), 0, None, 1000) == stored[::-1]


def test_many_candidates_are_counted_and_the_newest_given(store: Store) -> None:
    many = proposals.POOL + 100
    stored = add(store, *(new(f"{n}", text="chip" if n % 4 else "chip x") for n in range(many)))
    looked = store.entries.look(Candidates(fts="chip"))
    assert looked.counted == Counted(many, "exact")
    assert looked.ids == tuple(stored[: -proposals.POOL - 1 : -1])
    assert not looked.all_there
    few = store.entries.look(Candidates(fts="x"))
    assert few.all_there
    assert few.ids == tuple(stored[::4][::-1])
    german = store.entries.look(Candidates(about=((Fact("lang", "de"),),)))
    assert german.ids == ()
    none = store.entries.look(Candidates(fts="chip", about=((Fact("lang", "de", wanted=False),),)))
    assert (none.counted, len(none.ids)) == (Counted(many, "about"), proposals.SMALL_POOL)


@pytest.mark.parametrize("fts", [None, "chip"])
@pytest.mark.parametrize("topics", [(), ("chips", "other")])
def test_candidates_keep_to_the_half_open_span(
    store: Store, fts: str | None, topics: tuple[str, ...]
) -> None:
    stored = [
        add(store, new(f"{n}", text="chip", matches=(match("chips"),)), at=NOW + n * HOUR)[0]
        for n in range(4)
    ]
    tick = timedelta(microseconds=1)
    for low, high, expected in [
        (None, None, stored),
        (NOW + HOUR, None, stored[1:]),
        (NOW + HOUR + tick, None, stored[2:]),
        (None, NOW + 2 * HOUR, stored[:2]),
        (None, NOW + 2 * HOUR + tick, stored[:3]),
        (NOW + HOUR, NOW + 3 * HOUR, stored[1:3]),
        (NOW + 9 * HOUR, None, []),
        (None, NOW, []),
        (NOW + 2 * HOUR, NOW + HOUR, []),
    ]:
        wanted = Candidates(fts=fts, from_at=low, until_at=high, topics=topics)
        assert sorted(ids(store, wanted)) == expected


@pytest.mark.parametrize("fts", [None, "chip"])
def test_candidates_with_topics_match_one_of_them_and_come_once(
    store: Store, fts: str | None
) -> None:
    both, one, _, _ = add(
        store,
        new("1", text="chip", matches=(match("chips"), match("ai-policy"))),
        new("2", text="chip", matches=(match("ai-policy"),)),
        new("3", text="chip", matches=(match("deepseek"),)),
        new("4", text="chip"),
    )
    wanted = Candidates(fts=fts, topics=("chips", "ai-policy"))
    assert sorted(ids(store, wanted)) == [both, one]
    assert ids(store, Candidates(fts=fts, topics=("gone",))) == []


def test_a_search_half_read_keeps_nobody_from_writing_and_sees_no_harm(store: Store) -> None:
    stored = add(store, *(new(f"{n}") for n in range(300)))
    search = store.entries.candidates(Candidates(fts="chip"))
    first = next(search).entry.id
    add(store, *(new(f"later {n}") for n in range(50)), at=NOW + HOUR)
    store.upkeep.prune(NOW + timedelta(microseconds=1), NOW)
    rest = [each.entry.id for each in search]
    assert first == stored[-1]
    assert set(rest) < set(stored), "later entries are no part of it, pruned ones are left out"


def test_other_scripts_are_found(store: Store) -> None:
    from monitor.query.superset import candidates
    from monitor.query.syntax import parse

    (entry_id, _) = add(
        store,
        new("1", title="商务部宣布出口管制", text="芯片出口", language="zh"),
        new("2", title="Potatoes", text="are grown"),
    )
    assert ids(store, candidates(parse("出口管制"), NOW)) == [entry_id]


def test_ids_alone_are_proposed_newest_first_within_bounds(store: Store) -> None:
    first = add(store, *(new(f"{n}", title="chips") for n in range(3)))
    later = add(store, *(new(f"{n}", title="wafers") for n in range(3, 6)), at=NOW + HOUR)
    every = [*first, *later]
    chips = Candidates(fts='title : "chip"')
    assert store.entries.proposed(Candidates(), None) == every[::-1]
    assert store.entries.proposed(chips, None) == first[::-1]
    assert store.entries.proposed(chips, 2) == first[:0:-1]
    assert store.entries.proposed(Candidates(from_at=NOW + HOUR), None) == later[::-1]
    within = Candidates(from_id=every[1], until_id=every[4])
    assert store.entries.proposed(within, None) == every[3:0:-1]
    assert ids(store, within) == every[3:0:-1]
    assert store.entries.count() == 6
    assert store.entries.count(NOW + HOUR) == 3


def test_without_evidence_the_matches_are_there_all_the_same(store: Store) -> None:
    (entry_id,) = add(store, new("1", matches=(match("chips", 3, 7),)))
    (entry,) = store.entries.entries([entry_id], evidence=False)
    (found,) = entry.matches
    assert (found.topic, found.version, found.points, found.evidence) == ("chips", 3, 7, ())
