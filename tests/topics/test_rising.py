"""Words on the rise."""

from __future__ import annotations

from monitor.query.document import Document
from monitor.topics.rising import rising


def entry(title: str, outlet: str) -> Document:
    return Document(title=title, text="", outlet=outlet)


OLD = [entry(f"Fab output of week {n} in the valley", f"o{n % 7}") for n in range(60)]


def test_a_word_that_came_up_lately_rises_and_one_that_was_always_there_does_not() -> None:
    lately = [entry(f"Lithography export curbs, part {n} of the valley", f"o{n}") for n in range(8)]
    words = {each.text.lower(): each for each in rising(lately, OLD, 10)}
    assert any("curbs" in word for word in words)
    assert not any(word == "valley" for word in words)
    top = next(iter(words.values()))
    assert (top.lately, top.before) == (8, 0)


def test_what_one_outlet_alone_writes_does_not_rise() -> None:
    lately = [entry("Lithography curbs", "o1") for _ in range(9)]
    assert rising(lately, OLD, 10) == []


def test_too_little_says_nothing() -> None:
    assert rising([], [], 5) == []
    assert rising([entry("Curbs", "a"), entry("Curbs", "b")], OLD, 5) == []


def test_at_most_so_many_are_told_the_clearest_first() -> None:
    lately = [entry("Lithography curbs and a tariff truce", f"o{n}") for n in range(9)]
    assert len(rising(lately, OLD, 1)) == 1
