"""docs/schema.md says what the database holds."""

from __future__ import annotations

from pathlib import Path

from monitor.store.schema_doc import schema_markdown, undescribed

PAGE = Path(__file__).parents[2] / "docs" / "schema.md"


def test_every_table_is_described_and_nothing_that_is_not_there() -> None:
    assert undescribed() == []


def test_the_page_is_that_of_the_present_schema() -> None:
    assert PAGE.read_text() == schema_markdown(), (
        "write it anew: python -m monitor.store.schema_doc > docs/schema.md"
    )
