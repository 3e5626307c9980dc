"""Labelled entries: reading them, and grouping real ones as well as it is said in docs/stories.md."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import UsageError
from monitor.stories.arriving import arrived
from monitor.stories.evaluation import evaluate
from monitor.stories.labelled import read_labelled, read_lookalikes

SHARED = Path(os.environ.get("MONITOR_SHARED", Path(__file__).parents[3] / "shared"))
FOLDER = SHARED / "stories-eval"

LINE = (
    '{"id": "a", "title": "Chips", "published": "2026-03-02T08:00:00+01:00", "story": "s1", '
    '"copy": null, "language": "zh-TW", "url": "topic 7", "more": 1}'
)


def test_a_line_is_an_entry_with_its_labels() -> None:
    (found,) = read_labelled(["", LINE, "  "], "f.jsonl")
    assert (found.name, found.story, found.copy) == ("a", "s1", "alone a")
    assert found.entry.seen_at == datetime(2026, 3, 2, 7, tzinfo=UTC)
    assert (found.entry.url, found.entry.language, found.entry.excerpt) == ("", "zh-tw", "")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["", "{"], "f.jsonl:2: this is not JSON"),
        (["[]"], "f.jsonl:1: an object is expected"),
        (["[" * 100_000], "f.jsonl:1: this is not JSON"),
        (['{"id": "a"}'], 'f.jsonl:1: "title" is missing'),
        ([LINE.replace('"s1"', "7")], 'f.jsonl:1: "story" is missing, or is no text'),
        (
            [LINE.replace("2026-03-02T08:00:00+01:00", "Monday")],
            "f.jsonl:1: \"published\" is 'Monday'",
        ),
        ([LINE, LINE], "f.jsonl:2: the id 'a' stands on an earlier line"),
        (["", " "], "f.jsonl holds no labelled entry"),
    ],
)
def test_what_is_no_labelled_entry_is_refused_with_its_place(lines: list[str], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_labelled(lines, "f.jsonl")
    assert said in str(refused.value)


def test_pairs_of_unknown_entries_are_refused() -> None:
    known = read_labelled([LINE])
    other = LINE.replace('"a"', '"b"', 1).replace('"s1"', '"s2"')
    both = read_labelled([LINE, other])
    assert read_lookalikes(['{"a": "a", "b": "b", "why": "x"}'], both) == [("a", "b")]
    with pytest.raises(UsageError, match="apart:1: 'a' and 'a' are labelled as one story"):
        read_lookalikes(['{"a": "a", "b": "a"}'], known, "apart")
    with pytest.raises(UsageError, match="apart:1: no labelled entry has the id 'z'"):
        read_lookalikes(['{"a": "a", "b": "z"}'], known, "apart")


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(UsageError):
        assert read_labelled(text.split("\n"))


@pytest.mark.skipif(
    not (FOLDER / "dev.jsonl").exists(),
    reason="labelled stories not present (folder named by MONITOR_SHARED): skipped",
)
def test_labelled_entries_are_grouped_as_well_as_promised() -> None:
    labelled, pairs = (
        (FOLDER / name).read_text("utf-8").split("\n")
        for name in ("dev.jsonl", "lookalikes-dev.jsonl")
    )
    truth = read_labelled(labelled)
    found = evaluate(truth, arrived(each.entry for each in truth), read_lookalikes(pairs, truth))
    assert found.bcubed.f1 >= 0.93
    assert found.pairwise.f1 >= 0.80
    assert found.ari >= 0.80
    assert found.lookalikes_merged <= 0.03
    assert found.copies.precision >= 0.99
    assert found.copies.recall >= 0.90
