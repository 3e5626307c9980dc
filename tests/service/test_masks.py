"""A webhook's address is a secret; everything else deliveries go to is shown."""

from __future__ import annotations

import pytest

from monitor.service.masks import shown_to


@pytest.mark.parametrize(
    ("channel", "to", "shown"),
    [
        ("webhook", "https://hooks.example/services/T0/B0/secret?key=secret", "hooks.example/…"),
        ("webhook", "https://user:secret@hooks.example:8443/secret", "hooks.example/…"),
        ("webhook", "https://[secret", "address/…"),
        ("webhook", "hooks.example/secret", "address/…"),
        ("slack", "SLACK_WEBHOOK", "SLACK_WEBHOOK"),
        ("mail", "ann@example.org", "ann@example.org"),
        ("folder", "digests", "digests"),
        ("notify", "mailto://user:secret@host", "host/…"),
    ],
)
def test_no_secret_is_shown(channel: str, to: str, shown: str) -> None:
    assert shown_to(channel, to) == shown
