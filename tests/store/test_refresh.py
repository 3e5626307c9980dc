"""The contract of RefreshStore: one outcome, whole or not at all."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import NotFoundError
from monitor.model.entry import Enclosure, KnownEntry, ParsedEntry, Revision
from monitor.model.feed import Validators
from monitor.model.refresh import NewEntry, Rekeyed
from monitor.model.search import Candidates
from monitor.store import Store, open_store
from tests.store.builders import HOUR, NOW, add, match, new, outcome, record, revised, watch

A, B = "https://a.example/feed", "https://www.b.example/feed"


def ids_found(store: Store, word: str) -> list[int]:
    return [each.entry.id for each in store.entries.candidates(Candidates(fts=f'"{word}"'))]


def test_the_standing_of_the_feed_is_kept_to_the_byte_and_the_microsecond(store: Store) -> None:
    (feed_id,) = watch(store, A)
    validators = Validators('W/"caf\xe9\xff"', "Mon, 23 Nov 2026 07:00:00 GMT ")
    record(
        store,
        outcome(
            feed_id,
            state="failing",
            validators=validators,
            body_hash="0f" * 32,
            failures=4,
            error="No answer.",
            title="Öffentlich",
            site_url="https://a.example/",
            language="de",
            last_new_at=NOW - HOUR,
        ),
    )
    (found,) = store.feeds.feeds()
    assert (found.validators, found.state, found.failures) == (validators, "failing", 4)
    assert (found.error, found.title, found.language) == ("No answer.", "Öffentlich", "de")
    assert (found.site_url, found.body_hash) == ("https://a.example/", "0f" * 32)
    assert (found.last_fetched_at, found.last_ok_at, found.last_new_at) == (NOW, NOW, NOW - HOUR)


def test_a_feed_nobody_knows_is_refused_and_nothing_written(store: Store) -> None:
    with pytest.raises(NotFoundError, match="77"):
        record(store, outcome(77, new("1")))
    assert store.entries.newest_id() == 0


def test_new_entries_get_growing_ids_in_the_order_given(store: Store) -> None:
    (feed_id,) = watch(store, A)
    first = record(store, outcome(feed_id, new("b"), new("a"))).new_ids
    second = record(store, outcome(feed_id, new("c")), NOW + HOUR).new_ids
    assert list(first + second) == sorted({*first, *second})
    entry = store.entries.entry(first[0])
    assert entry is not None
    assert (entry.guid, entry.first_seen_at, entry.revised_at) == ("b", NOW, None)


def test_a_clock_that_goes_back_does_not_make_new_entries_older(store: Store) -> None:
    add(store, new("1"), at=NOW)
    (second,) = add(store, new("2"), at=NOW - HOUR)
    entry = store.entries.entry(second)
    assert entry is not None
    assert entry.first_seen_at == NOW


def test_instants_of_other_zones_are_the_same_instants(store: Store) -> None:
    east = timezone(timedelta(hours=8))
    (entry_id,) = add(store, new("1", published_at=datetime(2026, 1, 1, 0, 0, tzinfo=east)))
    entry = store.entries.entry(entry_id)
    assert entry is not None
    assert entry.published_at == datetime(2025, 12, 31, 16, 0, tzinfo=UTC)
    assert entry.published_at.tzinfo == UTC


def test_an_instant_without_a_zone_is_a_mistake_and_nothing_is_written(store: Store) -> None:
    (feed_id,) = watch(store, A)
    with pytest.raises(ValueError, match="without a zone"):
        record(store, outcome(feed_id, new("1", published_at=datetime(2026, 1, 1))))  # noqa: DTZ001
    assert store.entries.newest_id() == 0


def test_a_repeat_after_a_crash_brings_nothing_twice(store: Store) -> None:
    (feed_id,) = watch(store, A)
    brought = outcome(feed_id, new("1", matches=(match(),)), new("2"))
    first = record(store, brought)
    again = record(store, replace(brought, new=(*brought.new, new("3"))))
    assert again.new_ids[:2] == first.new_ids
    assert (first.matches, again.matches) == (1, 0)
    assert store.upkeep.stats()["entries"] == 3
    assert store.upkeep.check() == []


def test_one_key_twice_in_a_document_is_one_entry(store: Store) -> None:
    one, two = add(store, new("1", title="First"), new("1", title="Second"))
    assert one == two
    assert [entry.title for entry in store.entries.entries([one])] == ["First"]


def test_one_key_in_two_feeds_is_two_entries(store: Store) -> None:
    assert add(store, new("1"), feed=A) != add(store, new("1"), feed=B)


def test_known_finds_by_key_guid_or_address_within_the_feed(store: Store) -> None:
    by_key, by_guid, by_url, _ = add(
        store,
        new("k1"),
        new("k2", guid="g2"),
        new("k3", url="https://x.example/3"),
        new("k4"),
        feed=A,
    )
    add(store, new("k1"), feed=B)
    feed_id = store.feeds.feeds()[0].id
    found = store.refresh.known(
        feed_id,
        keys=iter(["k1", ""]),
        guids=iter(["g2", ""]),
        urls=iter(["https://x.example/3", ""]),
    )
    assert [each.id for each in found] == [by_key, by_guid, by_url]
    assert found[1] == KnownEntry(
        id=by_guid,
        key="k2",
        guid="g2",
        url="https://news.example/k2",
        content_hash="hash of Licences for chips",
        title="Licences for chips",
    )


def test_known_takes_thousands_of_keys_and_empty_ones_mean_nothing(store: Store) -> None:
    keys = [f"k{n}" for n in range(1700)]
    add(store, *(new(key, guid="", url="") for key in keys))
    feed_id = store.feeds.feeds()[0].id
    assert len(store.refresh.known(feed_id, keys=keys, guids=[""], urls=[""])) == 1700
    assert store.refresh.known(feed_id, keys=[], guids=[""], urls=[""]) == []


def test_an_edited_entry_keeps_its_former_text_and_is_found_by_the_new_one(store: Store) -> None:
    (entry_id,) = add(store, new("1", title="Chips barred", text="Lithography."))
    (feed_id,) = [each.id for each in store.feeds.feeds()]
    change = revised(entry_id, "1", title="Chips allowed", text="Photonics.", html="<p>x</p>")
    done = record(store, outcome(feed_id, revised=(change,)), NOW + HOUR)
    assert done.revised == 1
    entry = store.entries.entry(entry_id)
    assert entry is not None
    assert (entry.title, entry.html, entry.revised_at) == ("Chips allowed", "<p>x</p>", NOW + HOUR)
    assert entry.first_seen_at == NOW
    assert store.entries.revisions(entry_id) == [
        Revision(NOW + HOUR, "Chips barred", "Lithography.")
    ]
    assert (ids_found(store, "photon"), ids_found(store, "lithographi")) == ([entry_id], [])
    assert store.upkeep.check() == []


def test_a_change_that_leaves_the_words_alone_is_no_revision(store: Store) -> None:
    (entry_id,) = add(store, new("1", title="T", text="x"))
    (feed_id,) = [each.id for each in store.feeds.feeds()]
    change = revised(entry_id, "1", title="T", text="x", url="https://news.example/other")
    assert record(store, outcome(feed_id, revised=(change,))).revised == 0
    entry = store.entries.entry(entry_id)
    assert entry is not None
    assert (entry.url, entry.revised_at) == ("https://news.example/other", None)
    assert store.entries.revisions(entry_id) == []


def test_the_language_decides_what_the_index_holds_so_changing_it_reindexes(store: Store) -> None:
    (entry_id,) = add(store, new("1", title="Lizenzen", text="Verordnungen", language="en"))
    (feed_id,) = [each.id for each in store.feeds.feeds()]
    change = revised(entry_id, "1", title="Lizenzen", text="Verordnungen", language="de")
    record(store, outcome(feed_id, revised=(change,)))
    assert store.upkeep.check() == []
    again = revised(entry_id, "1", title="Nothing", text="of it", language="fr")
    record(store, outcome(feed_id, revised=(again,)))
    assert ids_found(store, "lizenz") == ids_found(store, "lizenzen") == []


def test_the_matches_of_a_revised_entry_are_replaced_and_only_gained_ones_counted(
    store: Store,
) -> None:
    (entry_id,) = add(store, new("1", matches=(match("chips"), match("deepseek"))))
    (feed_id,) = [each.id for each in store.feeds.feeds()]
    now_chips = match("chips", version=2, points=5)
    change = revised(entry_id, "1", title="New", matches=(now_chips, match("ai-policy")))
    assert record(store, outcome(feed_id, revised=(change,))).matches == 1
    entry = store.entries.entry(entry_id)
    assert entry is not None
    assert entry.matches == (match("ai-policy"), now_chips)


def test_a_rekeyed_entry_is_known_by_its_new_identity_alone(store: Store) -> None:
    one, two = add(store, new("1", url=""), new("2", url=""))
    (feed_id,) = [each.id for each in store.feeds.feeds()]
    record(store, outcome(feed_id, rekeyed=(Rekeyed(one, "new", "new-guid"),)))
    assert store.refresh.known(feed_id, keys=["1"], guids=["1"], urls=[]) == []
    (found,) = store.refresh.known(feed_id, keys=["new"], guids=["new-guid"], urls=[])
    assert (found.id, found.guid) == (one, "new-guid")
    record(store, outcome(feed_id, rekeyed=(Rekeyed(one, "2", "g"),)))
    (still,) = store.refresh.known(feed_id, keys=["2"], guids=[], urls=[])
    assert still.id == two, "a key another entry holds stays with it"


anything = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
instants = st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)
parsed_entries = st.builds(
    ParsedEntry,
    guid=anything,
    link=anything,
    url=anything,
    domain=anything,
    title=anything | st.just("出口管制 🇨🇳 芯片 — “H20”"),
    author=anything,
    html=anything,
    text=anything | st.just("한국어 日本語 👩‍💻 ﬁne e\u0301"),
    excerpt=anything,
    language=st.sampled_from(["", "en", "de", "zh", "xx"]),
    published_at=st.none() | instants,
    published_raw=anything,
    tags=st.lists(anything, max_size=3).map(tuple),
    enclosures=st.lists(
        st.builds(Enclosure, anything, anything, st.integers(0, 2**40)), max_size=2
    ).map(tuple),
)


def test_any_text_survives_unchanged() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "monitor.db")
        (feed_id,) = watch(store, A)
        counter = iter(range(10**9))

        @settings(deadline=None, max_examples=80)
        @given(parsed_entries, parsed_entries)
        def survives(given: ParsedEntry, later: ParsedEntry) -> None:
            key = f"{next(counter)} {given.guid}"
            put = NewEntry(key=key, content_hash="h", entry=given)
            (entry_id,) = record(store, outcome(feed_id, put)).new_ids
            entry = store.entries.entry(entry_id)
            assert entry is not None
            for name in ParsedEntry.__dataclass_fields__:
                if name != "updated_at":
                    assert getattr(entry, name) == getattr(given, name), name
            change = replace(revised(entry_id, key), entry=later)
            record(store, outcome(feed_id, revised=(change,)))
            again = store.entries.entry(entry_id)
            assert again is not None
            assert (again.title, again.text) == (later.title, later.text)
            assert key in {
                each.key for each in store.refresh.known(feed_id, keys=[key], guids=[], urls=[])
            }

        survives()
        assert store.upkeep.check() == []
        store.close()


def test_a_visit_does_not_take_back_what_a_push_brought_meanwhile(store: Store) -> None:
    (feed,) = watch(store, "https://a.example/feed")
    record(store, outcome(feed, new("1"), at=NOW))
    later = NOW + HOUR
    record(store, outcome(feed, new("2"), at=later, push="came"), later)
    record(store, outcome(feed, at=later + HOUR, last_new_at=NOW), later + HOUR)
    (found,) = store.feeds.feeds()
    assert found.last_new_at == later


def test_news_from_a_clock_that_was_ahead_does_not_stay(store: Store) -> None:
    (feed,) = watch(store, "https://a.example/feed")
    record(store, outcome(feed, new("1"), at=NOW + 9000 * HOUR))
    record(store, outcome(feed, at=NOW, last_new_at=NOW))
    (found,) = store.feeds.feeds()
    assert found.last_new_at == NOW


def test_a_trivial_change_is_kept_and_found_but_is_no_revision(store: Store) -> None:
    (entry_id,) = add(
        store, new("1", title="Chips — barred", text="AT&amp;T said “no”. 3 comments")
    )
    (feed_id,) = [each.id for each in store.feeds.feeds()]
    change = revised(entry_id, "1", title="CHIPS - barred.", text='AT&T said "no". 4 comments')
    assert record(store, outcome(feed_id, revised=(change,)), NOW + HOUR).revised == 0
    entry = store.entries.entry(entry_id)
    assert entry is not None
    assert (entry.title, entry.revised_at) == ("CHIPS - barred.", None)
    assert store.entries.revisions(entry_id) == []
    assert store.upkeep.check() == []


def test_hashes_of_an_earlier_version_make_no_revisions(store: Store) -> None:
    (entry_id,) = add(store, new("1", title="T", text="x"))
    (feed_id,) = [each.id for each in store.feeds.feeds()]
    change = replace(revised(entry_id, "1", title="T", text="x"), content_hash="made otherwise")
    assert record(store, outcome(feed_id, revised=(change,)), NOW + HOUR).revised == 0
    (known,) = store.refresh.known(feed_id, keys=["1"], guids=[], urls=[])
    assert known.content_hash == "made otherwise"
    assert store.entries.revisions(entry_id) == []
