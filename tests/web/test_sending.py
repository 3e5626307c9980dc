"""Sending, trying again and dismissing from the page; stars."""

from __future__ import annotations

import threading
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest

from monitor.errors import UsageError
from monitor.model.delivery import Delivery
from monitor.service.alerting import look
from monitor.service.outbox import deliver_open
from monitor.service.ways import ways_of
from monitor.service.wiring import Services, rewired, utc_now
from monitor.web.app import create_app
from monitor.web.handing import hand_over
from tests.conftest import Command
from tests.store.builders import match, new, outcome, record, watch
from tests.web.conftest import Browser
from tests.web.reading import Read

MORE = """
[mail]
host = "127.0.0.1"
port = 9
security = "none"
from = "monitor@home.example"

[digests.desk]
at = "08:00"
timezone = "UTC"
to = [{mail = "ann@reader.example"}, {webhook = "https://hooks.example/services/T0/secret"}]

[alerts.licences]
title = "Licences"
query = "licences"
to = [{folder = "alerts"}]
"""


@pytest.fixture
def desk(home: Path, services: Services) -> Services:
    """A home with a digest that goes out by mail, to a server that is not there, and by a webhook."""
    settings = home / "config" / "monitor.toml"
    settings.write_text(settings.read_text() + MORE)
    now = utc_now()
    wired = rewired(services, now)
    (feed, *_) = watch(wired.store, "https://a.example/feed", now=now)
    record(wired.store, outcome(feed, new("1", matches=(match("chips"),)), at=now), now)
    return wired


def deliveries(services: Services) -> list[Delivery]:
    return [one for each in services.store.editions.editions() for one in each.deliveries]


def text(browser: Browser, path: str) -> str:
    page = Read(browser.get(path).text)
    assert page.problems == []
    return page.text


def test_an_edition_is_sent_from_the_page_and_its_failed_delivery_dismissed(desk: Services) -> None:
    browser = Browser(create_app(desk, utc_now))
    asked = text(browser, "/digests/desk/send")
    assert "Licences for chips" in asked
    assert "mail ann@reader.example" in asked
    assert "webhook hooks.example/…" in asked
    assert "secret" not in asked
    assert desk.store.editions.editions() == []  # asking changes nothing
    sent = browser.post("/digests/desk/send")
    assert sent.status_code == 303
    (edition,) = desk.store.editions.editions()
    assert sent.headers["location"] == f"/digests/{edition.id}"
    mail, hook = edition.deliveries
    assert (mail.state, hook.state) == ("failed", "failed")
    page = browser.get(f"/digests/{edition.id}")
    assert Read(page.text).problems == []
    assert "127.0.0.1:9 cannot be reached" in page.text
    assert "/services/T0/secret" not in page.text
    assert f'action="/deliveries/{mail.id}/retry"' in page.text
    again = browser.post(f"/deliveries/{mail.id}/retry")
    assert again.headers["location"] == f"/digests/{edition.id}"
    assert deliveries(desk)[0].attempts == 2
    assert "2 deliveries are open" in text(browser, "/digests")
    assert browser.post(f"/deliveries/{mail.id}/dismiss").status_code == 303
    assert [each.id for each in desk.store.deliveries.open_deliveries()] == [hook.id]
    assert browser.post("/deliveries/retry").headers["location"] == "/digests"
    dismissed, tried = deliveries(desk)
    assert (dismissed.attempts, dismissed.next_at, dismissed.error) == (
        2,
        None,
        "dismissed by hand",
    )
    assert tried.attempts == 2
    shown = browser.get(f"/digests/{edition.id}").text
    assert "dismissed" in shown
    assert f'formaction="/deliveries/{mail.id}/dismiss"' not in shown
    assert browser.post(f"/deliveries/{mail.id}/retry").status_code == 303  # a mind may change
    assert deliveries(desk)[0].attempts == 3
    assert "Nothing new" in _notice(browser.post("/digests/desk/send"))


def test_what_cannot_be_is_said(seen: Command, services: Services, browser: Browser) -> None:
    (sent,) = deliveries(services)
    with pytest.raises(UsageError, match="has been sent"):
        services.store.deliveries.dismiss(sent.id, utc_now())
    assert browser.post(f"/deliveries/{sent.id}/dismiss").status_code == 400
    assert browser.post(f"/deliveries/{sent.id}/retry").status_code == 400
    for path in ("/deliveries/999/retry", "/deliveries/999/dismiss", "/digests/none/send",
                 "/alerts/messages/1", "/alerts/messages/99999999999999999999"):  # fmt: skip
        assert browser.post(path).status_code in (404, 405), path
    for path in (
        "/digests/none/send",
        "/alerts/messages/1",
        "/alerts/messages/1.html",
        "/today/none",
        "/digests/none/mail",
    ):
        assert browser.get(path).status_code == 404, path
    assert browser.get("/deliveries/1/retry").status_code == 405


def test_what_an_alert_told_is_shown_as_it_was_sent(desk: Services) -> None:
    (feed,) = [each.id for each in desk.store.feeds.feeds()]
    now = utc_now()
    record(desk.store, outcome(feed, new("2", title="More licences"), at=now), now)
    look(desk, now)
    deliver_open(desk, ways_of(desk, {}), utc_now, alerts=True)
    browser = Browser(create_app(desk, utc_now))
    listed = text(browser, "/alerts")
    assert "Licences licences nothing waits" in listed
    assert "sent folder alerts" in listed
    shown = text(browser, "/alerts/messages/1")
    assert "More licences" in shown
    (message,) = desk.store.alerts.messages()
    answer = browser.get("/alerts/messages/1.html")
    assert answer.text == message.rendered.html
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert browser.get("/alerts/messages/1.txt").text == message.rendered.text
    assert "sent" in browser.get("/alerts/messages/1/deliveries").text


def test_stars_are_set_and_taken_away_with_and_without_scripts(reader: Browser) -> None:
    assert 'action="/entries/e1/star"' in reader.post("/entries/e1/unstar", hx_request="true").text
    button = reader.post("/entries/e1/star", hx_request="true")
    assert 'action="/entries/e1/unstar"' in button.text
    assert "<html" not in button.text
    plainly = reader.post("/entries/e2/star")
    assert (plainly.status_code, plainly.headers["location"]) == (303, "/entries/e2")
    assert reader.post("/entries/e999/star").status_code == 404
    assert reader.post("/entries/s1/star").status_code == 404
    assert reader.post("/entries/e1/star", origin="https://evil.example").status_code == 403
    edition = next(link for link in Read(reader.get("/digests").text).links if "/daily-" in link)
    assert "/entries/e1/unstar" in reader.get(edition).text


def test_work_that_takes_longer_than_a_reader_waits_goes_on() -> None:
    go_on, ended = threading.Event(), threading.Event()

    def work() -> str:
        go_on.wait(10)
        ended.set()
        return "done"

    assert hand_over(work, patience=0.01) is None
    go_on.set()
    assert ended.wait(10)
    assert hand_over(lambda: "at once") == "at once"


def test_a_fault_of_config_is_shown_on_every_page_until_it_is_mended(
    home: Path, services: Services
) -> None:
    browser = Browser(create_app(services, utc_now))
    topics = home / "config" / "topics.toml"
    before = topics.read_text()
    topics.write_text(before + '\n[topics.broken]\nquery = "(chips"\n')
    shown = text(browser, "/feeds")
    assert "config/ was edited and cannot be read" in shown
    assert "config/topics.toml:" in shown
    topics.write_text(before)
    assert "cannot be read" not in text(browser, "/feeds")


def _notice(answer: httpx.Response) -> str:
    return unquote(answer.headers["set-cookie"])
