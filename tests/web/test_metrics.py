"""/metrics: figures that Prometheus can read, and nothing that is not meant for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from monitor.service.wiring import Services, utc_now
from monitor.settings import extras
from monitor.web.app import create_app
from tests.conftest import Command
from tests.web.conftest import Browser


def figures(text: str) -> dict[tuple[str, ...], float]:
    """Return each sample by its name and the values of its labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_monitor_is_told_in_figures(reader: Browser) -> None:
    answer = reader.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = figures(answer.text)
    assert found["monitor_feeds", "ok"] == 2
    assert found["monitor_feeds", "quarantined"] == 0
    assert found["monitor_entries",] == 4
    assert found["monitor_matches", "export-controls"] == 2
    assert found["monitor_deliveries", "sent"] == 1
    assert found["monitor_editions",] == 1
    assert found["monitor_edition_age_seconds", "daily"] >= 0
    assert found["monitor_database_bytes",] > 0
    assert found["monitor_config_ok",] == 1
    assert all(name.startswith("monitor_") for name, *_ in found)


def test_figures_are_given_again_for_a_moment(seen: Command, services: Services) -> None:
    now = utc_now()
    browser = Browser(create_app(services, lambda: now))
    before = browser.get("/metrics").text
    services.store.stars.star([1], now)
    assert seen("feeds", "remove", "lost").status == 0
    assert browser.get("/metrics").text == before
    now += timedelta(seconds=11)
    assert figures(browser.get("/metrics").text) != figures(before)


def test_without_the_extra_it_is_named(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda _name: None)
    answer = browser.get("/metrics")
    assert answer.status_code == 404
    assert "in the checkout of monitor, with: .venv/bin/pip install" in answer.text
    assert ".[metrics]" in answer.text
