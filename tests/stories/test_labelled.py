"""Grouping on real, labelled entries: figures that must not get worse unnoticed."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

import pytest

from monitor.model.story import StoryEntry
from monitor.stories.evaluation import evaluate, partitions
from monitor.stories.grouping import group

SHARED = Path(os.environ.get("MONITOR_SHARED", Path(__file__).parents[3] / "shared"))
FOLDER = SHARED / "stories-eval"


@pytest.mark.skipif(
    not (FOLDER / "dev.jsonl").exists(),
    reason="labelled stories not present (folder named by MONITOR_SHARED): skipped",
)
def test_labelled_entries_are_grouped_as_well_as_measured() -> None:
    rows, pairs = (
        [json.loads(line) for line in (FOLDER / name).read_text("utf-8").split("\n") if line]
        for name in ("dev.jsonl", "lookalikes-dev.jsonl")
    )
    entries = [
        StoryEntry(
            id=number,
            title=row["title"],
            excerpt=row["summary"],
            url=row["url"] if row["url"].startswith("http") else "",
            outlet=row["source"],
            language=row["language"],
            seen_at=datetime.fromisoformat(row["published"]),
        )
        for number, row in enumerate(rows, 1)
    ]
    stories, copies = partitions(group(entries), {k: row["id"] for k, row in enumerate(rows, 1)})
    found = evaluate(
        {row["id"]: row["story"] for row in rows},
        stories,
        {row["id"]: row["copy"] for row in rows},
        copies,
        [(pair["a"], pair["b"]) for pair in pairs],
    )
    assert found.copies.precision >= 0.99
    assert found.copies.recall >= 0.95
    assert found.bcubed.f1 >= 0.90
    assert found.pairwise.f1 >= 0.57
    assert found.lookalikes_merged <= 0.07
