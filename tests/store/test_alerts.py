"""The contract of AlertStore: found once, told once, whatever a story is called by then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.model.alert import AlertPiece, AlertStanding
from monitor.model.digest import Recipient
from monitor.model.edition import Rendered
from monitor.model.ruling import Wish
from monitor.store import Store
from tests.store.builders import (
    DAY,
    HOUR,
    NOW,
    add,
    match,
    new,
    outcome,
    record,
    revised,
    ungrouped,
)

RENDERED = Rendered("Subject", "text", "# md", "<p>é</p>", '{"a": "b"}')
TO = (
    Recipient("folder", "a"),
    Recipient("webhook", "https://x.example/", "KEY"),
    Recipient("folder", "a"),
)


def standing(store: Store, name: str = "chips") -> AlertStanding:
    found = store.alerts.standing(name)
    assert found is not None
    return found


def find(store: Store, *keys: str, name: str = "chips") -> list[str] | None:
    """Note that an alert found something, and that it has looked at all there is."""
    at = standing(store, name)
    piece = store.alerts.piece(at, 100) or AlertPiece(at.next_id, at.next_change)
    return store.alerts.found(at, piece, keys, NOW)


def test_an_alert_begins_with_the_next_entry_and_is_forgotten_when_config_has_it_no_more(
    store: Store,
) -> None:
    assert store.alerts.standing("chips") is None
    (first,) = add(store, new("1"))
    store.alerts.keep(["chips"], NOW)
    assert standing(store) == AlertStanding(
        name="chips",
        began_at=NOW,
        first_id=first + 1,
        first_change=0,
        next_id=first + 1,
        next_change=0,
    )
    store.alerts.keep(["chips", "other"], NOW + HOUR)
    assert standing(store).began_at == NOW
    assert standing(store, "other").began_at == NOW + HOUR
    find(store, "e1")
    find(store, "e1", name="other")
    store.alerts.keep(["other"], NOW + DAY)
    assert store.alerts.standing("chips") is None
    store.alerts.keep(["chips", "other"], NOW + DAY)
    assert store.alerts.queue("chips").found == ()
    assert [each.key for each in store.alerts.queue("other").found] == ["e1"]


def test_pieces_go_through_entries_and_edits_in_order(store: Store) -> None:
    (old,) = add(store, new("0"))
    store.alerts.keep(["chips"], NOW)
    assert store.alerts.piece(standing(store), 2) is None
    ids = add(store, *(new(str(n)) for n in range(1, 4)))
    at = standing(store)
    piece = store.alerts.piece(at, 2)
    assert piece == AlertPiece(ids[2], 0)
    assert store.alerts.found(at, piece, [], NOW) == []
    at = standing(store)
    assert store.alerts.piece(at, 2) == AlertPiece(ids[2] + 1, 0)
    # The one who comes second has looked in vain, and goes on from there.
    assert store.alerts.found(replace(at, next_id=old), AlertPiece(9, 0), ["e1"], NOW) is None
    assert find(store) == []
    feed_id = store.feeds.feeds()[0].id
    record(store, outcome(feed_id, revised=(revised(old, "0", title="Other"),)))
    piece = store.alerts.piece(standing(store), 2)
    assert piece == AlertPiece(ids[2] + 1, 1, (old,))


def test_a_piece_ends_before_an_entry_that_waits_for_its_story(store: Store) -> None:
    store.alerts.keep(["chips"], NOW)
    first, second, third = add(
        store, new("1"), new("2", matches=(match(),)), new("3", matches=(match(),))
    )
    ungrouped(store, [second, third])
    assert store.alerts.piece(standing(store), 9) == AlertPiece(second, 0)
    store.stories.attach_new([second], NOW)
    assert store.alerts.piece(standing(store), 9) == AlertPiece(third, 0)
    assert first < second


def test_a_story_is_found_once_by_any_of_its_names(store: Store) -> None:
    store.alerts.keep(["chips", "other"], NOW)
    titles = ("Orchid growers meet in the valley", "Lanterns for the harbour", "Barley is rare")
    ids = add(store, *(new(t[:3], title=t, matches=(match(),)) for t in titles))
    alone, lonely = add(store, new("x", title="Violins"), new("y", title="Saddles"))
    assert find(store, "s1", f"e{alone}") == ["s1", f"e{alone}"]
    assert find(store, "s1", f"e{ids[0]}", f"e{alone}") == []
    assert store.alerts.untold("chips", ["s1", "s2", f"e{alone}", f"e{lonely}", "day 2026-11-23"]) == [
        "s2", f"e{lonely}", "day 2026-11-23",
    ]  # fmt: skip
    assert store.alerts.untold("other", ["s1"]) == ["s1"]
    store.rulings.rule(Wish("merge", 2, (1,)), NOW)
    assert store.alerts.untold("chips", ["s1", "s2", "s3"]) == ["s3"]
    store.rulings.rule(Wish("merge", 3, (2,)), NOW)
    assert store.alerts.untold("chips", ["s1", "s2", "s3"]) == []
    assert find(store, "s3", "s2", "s1") == []
    assert find(store, "s9") == ["s9"]  # of a database that was put back


def test_a_message_is_frozen_once_with_what_waits_and_its_deliveries(store: Store) -> None:
    store.alerts.keep(["chips"], NOW)
    add(store, new("1", matches=(match(),)), new("2", title="Violins", matches=(match(),)))
    find(store, "s1", "s2")
    queue = store.alerts.queue("chips")
    assert (queue.last_at, queue.next_message) == (None, 1)
    assert [(each.key, each.story, each.told_in) for each in queue.found] == [
        ("s1", 1, None), ("s2", 2, None),
    ]  # fmt: skip
    message = store.alerts.freeze("chips", queue, RENDERED, TO, NOW)
    assert message is not None
    assert (message.id, message.alert, message.created_at) == (1, "chips", NOW)
    assert (message.rendered, message.stories) == (RENDERED, ("s1", "s2"))
    assert [(each.channel, each.to, each.state, each.alert_message) for each in message.deliveries] == [
        ("folder", "a", "planned", 1), ("webhook", "https://x.example/", "planned", 1),
    ]  # fmt: skip
    assert store.alerts.freeze("chips", queue, RENDERED, TO, NOW) is None
    assert store.alerts.message(1) == message
    assert store.alerts.messages() == store.alerts.messages("chips", 1) == [message]
    assert store.alerts.messages("other") == []
    assert store.alerts.message(2) is None
    assert store.alerts.queue("chips").last_at == NOW


def test_a_queue_that_has_changed_freezes_nothing(store: Store) -> None:
    store.alerts.keep(["chips", "other"], NOW)
    add(store, new("1", matches=(match(),)), new("2", title="Violins", matches=(match(),)))
    find(store, "s1")
    queue = store.alerts.queue("chips")
    find(store, "s2")
    assert store.alerts.freeze("chips", queue, RENDERED, TO, NOW) is None
    queue = store.alerts.queue("chips")
    store.rulings.rule(Wish("merge", 1, (2,)), NOW)
    assert store.alerts.freeze("chips", queue, RENDERED, TO, NOW) is None
    # Another alert was first, and has the number that is written in ours.
    queue = store.alerts.queue("chips")
    find(store, "s1", name="other")
    assert store.alerts.freeze("other", store.alerts.queue("other"), RENDERED, TO, NOW)
    assert store.alerts.freeze("chips", queue, RENDERED, TO, NOW) is None
    message = store.alerts.freeze("chips", store.alerts.queue("chips"), RENDERED, TO, NOW)
    assert message is not None
    assert (message.id, message.stories) == (2, ("s1", "s2"))


def test_who_carries_a_story_is_told_with_copies(store: Store) -> None:
    text = "The same words at every outlet. " * 20
    (first,) = add(store, new("1", matches=(match(),), text=text, domain="a.example"))
    (second,) = add(
        store, new("2", matches=(match(),), text=text), at=NOW + HOUR, feed="https://b.example/feed"
    )
    (members,) = store.alerts.carried([1]).values()
    assert [(each.entry, each.outlet, each.copy_of) for each in members] == [
        (first, "a.example", None), (second, "b.example", first),
    ]  # fmt: skip
    assert members[1].first_seen_at == NOW + HOUR
    assert store.alerts.carried([]) == store.alerts.carried([99]) == {}


def test_former_texts_are_those_from_when_the_alert_began(store: Store) -> None:
    old, untouched = add(store, new("1", title="First", text="one"), new("2"))
    feed_id = store.feeds.feeds()[0].id
    second = revised(old, "1", title="Second", text="two")
    record(store, outcome(feed_id, revised=(second,)), NOW + HOUR)
    store.alerts.keep(["chips"], NOW + 2 * HOUR)
    assert store.alerts.former(standing(store), [old, untouched]) == []
    for number, title in enumerate(("Third", "Fourth"), start=3):
        changed = revised(old, "1", title=title, text=title, matches=(match(),))
        record(store, outcome(feed_id, revised=(changed,)), NOW + timedelta(hours=number))
    (entry,) = store.alerts.former(standing(store), [old, untouched])
    assert (entry.id, entry.title, entry.text, entry.matches) == (old, "Second", "two", ())
