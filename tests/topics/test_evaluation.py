"""Precision, recall and F1 against labelled entries; labelled files are checked line by line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from monitor.errors import UsageError
from monitor.topics import Evaluation, evaluate_topics, read_labelled
from monitor.topics.evaluation import wilson
from tests.topics.builders import NOW, compiled

ITEMS = [
    {"id": "a", "title": "chips", "summary": "", "labels": ["chips"], "language": "en"},
    {"id": "b", "title": "chips", "summary": "", "labels": [], "language": "en"},
    {"id": "c", "title": "", "summary": "wafers", "labels": ["chips", "law"], "language": "de"},
    {"title": "wood", "labels": [], "published": "2026-01-02T03:04:05Z", "source": "S", "note": 1},
]


def measured() -> Evaluation:
    lines = [json.dumps(item) for item in ITEMS]
    topics = [compiled("chips", name="chips"), compiled("nothing", name="none")]
    return evaluate_topics(read_labelled([*lines, "", "  \n"]), topics, NOW)


def test_right_wrong_and_missed_are_counted_and_listed() -> None:
    result = measured()
    score = result.topics["chips"]
    assert (score.tp, score.fp, score.fn) == (1, 1, 1)
    assert (score.precision, score.recall, score.f1) == (0.5, 0.5, 0.5)
    assert [(wrong.kind, wrong.id) for wrong in result.errors] == [("fp", "b"), ("fn", "c")]
    assert result.errors[0].evidence[0].words == "chips"
    assert result.unknown == ("law",)
    assert result.macro_f1 == 0.25
    assert result.languages["de"]["chips"].fn == 1
    assert set(result.languages) == {"de", "en", "unknown"}


def test_the_json_has_the_keys_of_the_command() -> None:
    shown = measured().as_json(errors=True)
    assert shown["items"] == 4
    assert shown["macro_f1"] == 0.25
    chips = shown["topics"]["chips"]
    assert {"precision", "recall", "f1", "support", "tp", "fp", "fn"} <= set(chips)
    assert chips["support"] == 2
    assert shown["topics"]["none"]["f1"] == 0.0
    assert shown["errors"][0]["why"] == [{"clause": "chips", "words": "chips"}]
    assert "errors" not in measured().as_json()


def test_an_entry_counts_for_the_topics_it_was_judged_for_alone() -> None:
    lines = [
        '{"title": "chips", "labels": ["chips"], "judged": ["chips"]}',
        '{"title": "chips law", "labels": [], "judged": ["law"]}',
        '{"title": "law", "labels": ["law"], "judged": []}',
        '{"title": "chips", "labels": []}',
    ]
    topics = [compiled("chips", name="chips"), compiled("law", name="law")]
    result = evaluate_topics(read_labelled(lines), topics, NOW)
    chips, law = result.topics["chips"], result.topics["law"]
    assert (chips.tp, chips.fp, chips.fn) == (1, 1, 0)
    # A label says by itself that the topic was looked at.
    assert (law.tp, law.fp, law.fn) == (1, 1, 0)
    only = evaluate_topics(read_labelled(lines[:1]), topics, NOW)
    assert list(only.topics) == ["chips"]
    assert only.macro_f1 == 1.0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "f:1: this is no JSON"),
        ("[" * 200_000, "f:1: this is no JSON"),
        ("[]", "f:1: a JSON object was expected"),
        ('{"title": "x"}', "`labels` must be a list"),
        ('{"title": "x", "labels": [1]}', "`labels` must be a list"),
        ('{"title": 5, "labels": []}', "`title` must be text"),
        ('{"labels": []}', "neither `title` nor `summary`"),
        ('{"title": "x", "labels": [], "published": "soon"}', "`published` must be a time"),
        ('{"title": "x", "labels": [], "judged": "chips"}', "`judged` must be a list"),
        ("", "holds no labelled entry"),
    ],
)
def test_a_line_that_is_no_labelled_entry_is_named(line: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_labelled([line], "f")


def test_wilson_intervals_hold_the_share_and_stay_within_bounds() -> None:
    assert wilson(0, 0) == [0.0, 1.0]
    low, high = wilson(8, 10)
    assert 0.4 < low < 0.8 < high < 1.0
    assert wilson(10, 10)[1] == 1.0


def test_the_labelled_development_file_can_be_read() -> None:
    shared = Path(os.environ.get("MONITOR_SHARED", Path(__file__).parents[3] / "shared"))
    file = shared / "topics-eval" / "dev.jsonl"
    if not file.is_file():
        pytest.skip("third-party test data not present (set MONITOR_SHARED to its folder)")
    items = read_labelled(file.read_text(encoding="utf-8").splitlines(), str(file))
    result = evaluate_topics(items, [compiled("DeepSeek OR 深度求索", name="deepseek")], NOW)
    assert result.items == 1085
    assert result.topics["deepseek"].f1 > 0.85
