"""The starter packs and the sample feeds of the demo."""

from datetime import UTC, datetime

NOW = datetime(2026, 3, 12, 14, 30, 15, tzinfo=UTC)
