from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.entry import Enclosure, KnownEntry, ParsedEntry
from monitor.parse.identity import Decided, Keyed, content_hash, decide_entries, keyed, lookups

SITE = "https://ledger.example/"


def entry(guid: str = "", url: str = "", title: str = "", text: str = "") -> ParsedEntry:
    return ParsedEntry(guid=guid, url=url, link=url, title=title, text=text)


def story(number: int, **changes: str) -> ParsedEntry:
    """An entry like any other: own guid, own link, own title."""
    whole = entry(f"g{number}", f"{SITE}{number}", TITLES[number], f"Text number {number}.")
    return replace(whole, **changes)  # type: ignore[arg-type]


TITLES = (
    "Commerce adds ten firms to the entity list",
    "Parliament delays vote on liability",
    "A laboratory opens in Lisbon",
    "Why memory prices rise",
    "Seoul drafts its basic act",
    "Interview: the auditor of models",
    "Quarterly figures disappoint",
    "New export counter opens",
    "Court hears copyright case",
    "Seven questions on compute caps",
    "Weekly digest of filings",
    "Minister resigns",
)


class Store:
    """Keeps what was decided, as the database does for one feed."""

    def __init__(self) -> None:
        self.rows: dict[int, KnownEntry] = {}

    def receive(self, *entries: ParsedEntry) -> Decided:
        """Decide about a document and keep the outcome."""
        found = keyed(entries)
        decided = decide_entries(found, self.known(found))
        for new in decided.new:
            assert new.key not in {row.key for row in self.rows.values()}
            row_id = len(self.rows) + 1
            self.rows[row_id] = known_entry(row_id, new.key, new.content_hash, new.entry)
        for revised in decided.revised:
            self.rows[revised.id] = known_entry(
                revised.id, revised.key, revised.content_hash, revised.entry
            )
        for moved in decided.rekeyed:
            self.rows[moved.id] = replace(self.rows[moved.id], key=moved.key, guid=moved.guid)
        keys = [row.key for row in self.rows.values()]
        assert len(set(keys)) == len(keys)
        return decided

    def known(self, found: list[Keyed]) -> list[KnownEntry]:
        """Look up as the store does, by key, guid or address."""
        wanted = lookups(found)
        return [
            row
            for row in self.rows.values()
            if row.key in wanted.keys or row.guid in wanted.guids or row.url in wanted.urls
        ]

    def prune(self) -> None:
        """Delete all entries, keeping their identity only."""
        self.rows = {
            row_id: replace(row, id=0, content_hash="", title="")
            for row_id, row in self.rows.items()
        }


def known_entry(row_id: int, key: str, digest: str, of: ParsedEntry) -> KnownEntry:
    return KnownEntry(
        id=row_id, key=key, guid=of.guid, url=of.url, content_hash=digest, title=of.title
    )


def keys(*entries: ParsedEntry) -> list[str]:
    return [key for key, _, _ in keyed(entries)]


def counts(decided: Decided) -> tuple[int, int, int, int]:
    return len(decided.new), len(decided.revised), len(decided.rekeyed), len(decided.seen)


def test_the_key_is_the_guid_else_the_link_else_the_text() -> None:
    by_guid, by_link, by_text = keys(
        entry("g", "https://a.example/1", "t"),
        entry("", "https://a.example/2", "t"),
        entry("", "", "t"),
    )
    assert by_guid == "guid:g"
    assert by_link == "link:https://a.example/2"
    assert by_text.startswith("hash:")


def test_a_long_guid_makes_a_short_key() -> None:
    first, second = keys(entry("g" * 5000 + "1", "", "a"), entry("g" * 5000 + "2", "", "b"))
    assert first != second
    assert len(first) < 100


def test_one_guid_on_ten_entries_is_no_identity() -> None:
    assert keys(*(story(n, guid="same") for n in range(10))) == [
        f"link:{SITE}{n}" for n in range(10)
    ]
    no_links = keys(*(story(n, guid="same", url=SITE) for n in range(10)))
    assert len({key for key in no_links if key.startswith("hash:")}) == 10


def test_an_entry_listed_twice_is_one() -> None:
    assert keys(story(1), story(2), story(1)) == ["guid:g1", "guid:g2"]
    assert len(keys(entry(title="x"), entry(title="x"))) == 1


def test_of_two_versions_in_one_document_the_later_is_kept() -> None:
    early, late = (
        replace(story(1, text=text), updated_at=datetime(2026, 11, day, tzinfo=UTC))
        for day, text in ((1, "early"), (2, "late"))
    )
    for pair in ((early, late), (late, early)):
        ((_, _, kept),) = keyed(pair)
        assert kept.text == "late"


def test_texts_that_share_guid_link_and_title_but_not_a_date_are_apart() -> None:
    notes = [entry("v1", SITE, "Release 1", text) for text in ("Faster.", "Safer.", "Faster.")]
    comments = [entry("", f"{SITE}c", "Re: Rule", text) for text in ("I agree.", "I do not.")]
    store = Store()
    assert counts(store.receive(*notes, *comments)) == (4, 0, 0, 0)
    assert counts(store.receive(*comments, *notes)) == (0, 0, 0, 4)


def test_pictures_without_words_are_told_apart() -> None:
    shown = [ParsedEntry(html=f'<img src="https://a.example/{n}.png">') for n in range(3)]
    assert len(set(keys(*shown))) == 3


def test_entries_with_one_link_and_two_guids_are_two() -> None:
    live = [story(n, url=f"{SITE}live") for n in range(3)]
    assert keys(*live) == ["guid:g0", "guid:g1", "guid:g2"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Text  with\nspace ", "Text with space"),
        ("Long text. 12 comments", "Long text. 15 comments"),
        ("Points: 45 # Comments: 3", "Points: 51 # Comments: 11"),
        ("Posted 3 hours ago", "Posted 2 days ago"),
        ("See https://a.example/x?utm_source=a1", "See https://a.example/x?utm_source=b2"),
    ],
)
def test_trivial_changes_do_not_change_the_hash(before: str, after: str) -> None:
    assert content_hash(entry(text=before)) == content_hash(entry(text=after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The rule applies", "The rule does not apply"),
        ("ai act", "AI Act"),
        ("10 firms", "12 firms"),
        ("in 2026", "in 2027"),
    ],
)
def test_real_changes_do(before: str, after: str) -> None:
    assert content_hash(entry(text=before)) != content_hash(entry(text=after))


def test_ten_entries_with_one_guid_are_stored_once_each() -> None:
    for shared_link in (False, True):
        document = [
            story(n, guid="same", **({"url": SITE} if shared_link else {})) for n in range(10)
        ]
        store = Store()
        assert counts(store.receive(*document)) == (10, 0, 0, 0)
        assert counts(store.receive(*document)) == (0, 0, 0, 10)


def test_a_guid_that_turns_out_to_be_shared_loses_nothing() -> None:
    store = Store()
    assert counts(store.receive(story(1, guid="same"))) == (1, 0, 0, 0)
    both = [story(1, guid="same"), story(2, guid="same")]
    assert counts(store.receive(*both)) == (1, 0, 0, 1)
    assert counts(store.receive(story(2, guid="same"))) == (0, 0, 0, 1)
    assert counts(store.receive(story(3, guid="same"))) == (1, 0, 0, 0)


def test_all_guids_changed_with_the_same_links_brings_nothing_new() -> None:
    store = Store()
    store.receive(*(story(n) for n in range(10)))
    changed = [story(n, guid=f"new-{n}") for n in range(10)]
    decided = store.receive(*changed)
    assert counts(decided) == (0, 0, 10, 0)
    assert decided.notes == ("10 x guids changed, links did not: nothing new",)
    assert counts(store.receive(*changed)) == (0, 0, 0, 10)


def test_53_all_guids_changed_and_a_few_texts_rewritten_brings_revisions_only() -> None:
    store = Store()
    store.receive(*(story(n) for n in range(5)))
    same = [story(n, guid=f"new-{n}") for n in range(3)]
    rewritten = [story(n, guid=f"new-{n}", title="!", text="?") for n in (3, 4)]
    assert counts(store.receive(*same, *rewritten)) == (0, 2, 3, 0)


def test_other_stories_under_addresses_that_stay_are_new() -> None:
    """When guid, title and text all differ, the address alone proves nothing: nothing is lost."""
    store = Store()
    store.receive(
        entry("1", f"{SITE}/jobs", "Ban on chips", "Text one"),
        entry("2", f"{SITE}/news", "Court rules", "Text two"),
    )
    later = store.receive(
        entry("3", f"{SITE}/jobs", "EU fines lab", "Text three"),
        entry("4", f"{SITE}/news", "New model out", "Text four"),
    )
    assert counts(later) == (2, 0, 0, 0)


def test_episodes_of_one_title_and_link_are_told_apart_by_their_enclosures() -> None:
    def episode(number: int) -> ParsedEntry:
        sound = Enclosure(f"{SITE}/{number}.mp3?token={number}", "audio/mpeg")
        return replace(entry(str(number), SITE, "Daily brief", ""), enclosures=(sound,))

    store = Store()
    store.receive(episode(1), episode(2))
    assert counts(store.receive(episode(3), episode(4))) == (2, 0, 0, 0)


def test_a_site_that_moves_to_https_brings_nothing_new() -> None:
    store = Store()
    old = [story(n, guid=f"http://a.example/{n}", url=f"http://a.example/{n}") for n in range(5)]
    new = [story(n, guid=f"https://a.example/{n}", url=f"https://a.example/{n}") for n in range(5)]
    store.receive(*old)
    assert counts(store.receive(*new)) == (0, 0, 5, 0)
    assert counts(store.receive(*new)) == (0, 0, 0, 5)


def test_a_new_date_is_neither_new_nor_a_revision() -> None:
    store = Store()
    store.receive(story(1))
    dated = replace(story(1), published_at=datetime(2026, 11, 23, tzinfo=UTC), published_raw="x")
    assert counts(store.receive(dated)) == (0, 0, 0, 1)


def test_an_old_date_does_not_keep_an_entry_from_being_new() -> None:
    store = Store()
    store.receive(story(1))
    old = replace(story(2), published_at=datetime(2001, 1, 1, tzinfo=UTC))
    assert counts(store.receive(old, story(1))) == (1, 0, 0, 1)


def test_a_guid_that_follows_the_headline_is_the_same_entry() -> None:
    store = Store()
    store.receive(story(1, guid="parliament-delays-vote"))
    edited = story(1, guid="parliament-postpones-vote", title="Parliament postpones liability vote")
    decided = store.receive(edited)
    assert counts(decided) == (0, 1, 0, 0)
    assert decided.revised[0].key == "guid:parliament-postpones-vote"
    assert counts(store.receive(edited)) == (0, 0, 0, 1)


def test_an_edited_entry_is_revised_once_per_edit() -> None:
    store = Store()
    store.receive(story(1), story(2))
    for text in ("Text corrected.", "Text corrected again."):
        decided = store.receive(story(1, text=text), story(2))
        assert counts(decided) == (0, 1, 0, 1)
        assert decided.revised[0].note == ""


def test_a_guid_reused_for_another_story_is_revised_with_a_note() -> None:
    store = Store()
    store.receive(story(1))
    decided = store.receive(story(2, guid="g1"))
    assert counts(decided) == (0, 1, 0, 0)
    assert "guid reused" in decided.revised[0].note
    assert "guid reused" in decided.notes[0]


def test_guids_that_count_places_in_the_list_lose_nothing() -> None:
    store = Store()
    store.receive(*(story(n, guid=f"place-{n}") for n in range(5)))
    shifted = [story(9, guid="place-0"), *(story(n, guid=f"place-{n + 1}") for n in range(4))]
    decided = store.receive(*shifted)
    assert len(decided.new) == 1
    assert decided.new[0].entry.title == TITLES[9]
    assert decided.revised == ()
    assert counts(store.receive(*shifted))[:2] == (0, 0)


def test_an_entry_that_vanished_and_returned_is_seen() -> None:
    store = Store()
    store.receive(story(1), story(2))
    assert counts(store.receive(story(2))) == (0, 0, 0, 1)
    assert counts(store.receive(story(1), story(2))) == (0, 0, 0, 2)


def test_the_order_and_the_page_do_not_matter() -> None:
    store = Store()
    pages = [story(n) for n in range(6)], [story(n) for n in range(6, 12)]
    assert counts(store.receive(*pages[1])) == (6, 0, 0, 0)
    assert counts(store.receive(*reversed(pages[1]))) == (0, 0, 0, 6)
    assert counts(store.receive(*pages[0])) == (6, 0, 0, 0)
    assert counts(store.receive(*pages[1])) == (0, 0, 0, 6)


def test_a_live_page_keeps_its_updates_apart() -> None:
    live = [story(n, url=f"{SITE}live", title="Live: the hearing") for n in range(6)]
    store = Store()
    assert counts(store.receive(*live[:3])) == (3, 0, 0, 0)
    assert counts(store.receive(*live[2:5])) == (2, 0, 0, 1)
    assert counts(store.receive(*live)) == (1, 0, 0, 5)


def test_deleted_entries_count_as_seen() -> None:
    store = Store()
    store.receive(story(1), story(2, guid=""), entry(title="Only words"))
    store.prune()
    assert counts(
        store.receive(story(1, text="edited"), story(2, guid=""), entry(title="Only words"))
    ) == (0, 0, 0, 0)


def test_deleted_entries_whose_guids_all_changed_are_not_new() -> None:
    store = Store()
    store.receive(*(story(n) for n in range(5)))
    store.prune()
    assert counts(store.receive(*(story(n, guid=f"x{n}") for n in range(5)))) == (0, 0, 0, 0)


def test_many_entries_under_one_link_are_decided_quickly() -> None:
    many = [entry(f"g{n}", SITE, f"Title {n}", f"Text {n}") for n in range(5000)]
    store = Store()
    assert counts(store.receive(*many)) == (5000, 0, 0, 0)
    assert counts(store.receive(*many[::-1])) == (0, 0, 0, 5000)


letters = st.sampled_from(["", "a", "b", "c"])
entries = st.lists(
    st.builds(
        lambda guid, url, title, text: entry(
            guid and f"guid {guid}", url and f"https://x.example/{url}", title, text
        ),
        letters, letters, st.sampled_from(["", "Rule on chips", "Rule on chip", "Act"]), letters,
    ),
    max_size=7,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(entries, min_size=1, max_size=4))
def test_deciding_again_brings_nothing(history: list[list[ParsedEntry]]) -> None:
    store = Store()
    for document in history:
        store.receive(*document)
    again = store.receive(*history[-1])
    assert counts(again)[:2] == (0, 0)
    assert store.receive(*history[-1]).rekeyed == ()


@settings(max_examples=150, deadline=None)
@given(entries)
def test_every_text_of_a_document_is_kept(document: list[ParsedEntry]) -> None:
    decided = Store().receive(*document)
    kept = {(new.entry.title, new.entry.text, new.entry.url) for new in decided.new}
    assert kept == {(each.title, each.text, each.url) for each in document}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 11), unique=True), st.lists(st.integers(0, 11), unique=True))
def test_ordinary_entries_are_new_once(first: list[int], second: list[int]) -> None:
    store = Store()
    store.receive(*map(story, first))
    decided = store.receive(*map(story, second))
    assert {new.entry.guid for new in decided.new} == {f"g{n}" for n in set(second) - set(first)}
    assert decided.revised == ()
    assert decided.rekeyed == ()
    store.prune()
    assert counts(store.receive(*map(story, first + second))) == (0, 0, 0, 0)
