"""Which entries of a document are edited, where that hangs on what is trivial."""

from __future__ import annotations

from dataclasses import replace

from tests.parse.test_identity import Store, counts, entry, story


def test_a_number_within_a_sentence_is_an_edit_even_of_what_is_counted() -> None:
    store = Store()
    store.receive(entry("", "", "The vote", "It passed with 12 votes in the end"))
    decided = store.receive(entry("", "", "The vote", "It passed with 21 votes in the end"))
    assert counts(decided) == (0, 1, 0, 0)


def test_hashes_that_were_made_otherwise_bring_nothing_twice() -> None:
    documents = [story(n) for n in range(4)] + [
        entry("", "", "The vote", "Passed with 12 votes now")
    ]
    store = Store()
    store.receive(*documents)
    store.rows = {at: replace(row, content_hash=f"former {at}") for at, row in store.rows.items()}
    assert counts(store.receive(*documents)) == (0, 5, 0, 0)
    assert counts(store.receive(*documents)) == (0, 0, 0, 5)
