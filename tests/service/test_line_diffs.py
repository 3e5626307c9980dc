"""What differs between two texts: always enough to make one of the other, and soon, however long they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.model.config_edit import ConfigEdit, FileChange
from monitor.service.editing import diffs_of
from monitor.service.line_diffs import opcodes_of
from tests.store.builders import NOW

LINES = st.lists(st.sampled_from("abcdefgh"), max_size=30)


@given(LINES, LINES)
def test_one_is_made_of_the_other(before: list[str], after: list[str]) -> None:
    made: list[str] = []
    at = to = 0
    for what, i1, i2, j1, j2 in opcodes_of(before, after):
        assert (i1, j1) == (at, to)
        assert (before[i1:i2] == after[j1:j2]) == (what == "equal")
        made += before[i1:i2] if what == "equal" else after[j1:j2]
        at, to = i2, j2
    assert (at, to) == (len(before), len(after))
    assert made == after


def test_an_edit_of_each_of_many_feeds_is_told_at_once() -> None:
    """difflib alone takes more than ten minutes for it."""
    feeds = "".join(
        f'[[feed]]\nurl = "https://n{number}.example/feed.xml"\ntags = ["a", "b"]\n\n'
        for number in range(20_000)
    )
    change = FileChange("config/feeds.toml", feeds, feeds.replace('"a"', '"c"'))
    (diff,) = diffs_of(ConfigEdit(1, NOW, "Tagged", (change,)))
    kinds = [line.kind for line in diff.lines]
    assert kinds[:6] == ["place", "same", "same", "removed", "added", "same"]
    assert kinds.count("removed") == kinds.count("added")
    assert len(diff.lines) + diff.left_out > 80_000
