"""What a feed brings is inert in a real browser: nothing runs, nothing is loaded, nothing is styled.

The fixtures note every dialog, every request that leaves, every report of the Content-Security-Policy
and every error, and fail the test at its end.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from monitor.model.entry import Enclosure
from monitor.model.topic import Evidence, Span, StoredMatch
from monitor.parse.cleaning import clean_markup
from monitor.service import alerting
from monitor.service.digesting import send_now
from monitor.service.grouping import attach_stories
from monitor.service.outbox import deliver_open
from monitor.service.ways import ways_of
from monitor.service.wiring import rewired, utc_now
from tests.store.builders import new, outcome, record, revised
from tests.web.browser.conftest import FULL, Served
from tests.web.browser.looking import shot
from tests.web.browser.pages import PAGES
from tests.web.test_hostile import LINKS, PAYLOADS

ACTIVE = (
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<img src=http://canary.example/p.png srcset='http://canary.example/2.png 2x'>",
    "<div style='background:url(http://canary.example/s.png)'>s</div><style>@import 'http://canary.example/i.css'</style>",
    "<link rel=stylesheet href=http://canary.example/l.css><meta http-equiv=refresh content='0;http://canary.example/'>",
    "<p hx-get='http://canary.example/' hx-trigger='load' hx-on:click='alert(1)' data-hx-get='/status' data-hx-trigger=load>h</p>",
    "<div data-live=1 hx-get=/status id=today>i</div><dialog open id=keys>d</dialog><p id=said class=unseen>p</p>",
    "<a href='java\\tscript:alert(1)' autofocus onfocus=alert(1)>a</a><input autofocus onfocus=alert(1)>",
    "<video src=http://canary.example/v autoplay></video><audio src=http://canary.example/a autoplay></audio>",
    "<object data=http://canary.example/o></object><embed src=http://canary.example/e>",
    "<form action=http://canary.example/ id=f><button form=f autofocus>b</button></form>",
    "</textarea></title></script></iframe></svg><script src=http://canary.example/s.js></script>",
)
NASTY = (*PAYLOADS, *ACTIVE)


def fill(served: Served) -> None:
    """Store every payload in every field there is, twice, edited, told by a digest and an alert."""
    settings = served.home / "config" / "monitor.toml"
    settings.write_text(
        settings.read_text() + FULL.replace('query = "potato"', 'query = "feed:nasty"')
    )
    listed = served.home / "config" / "feeds.toml"
    nasty = [f"https://nasty.example/{number}" for number in range(len(NASTY))]
    listed.write_text(listed.read_text() + "".join(f'\n[[feed]]\nurl = "{url}"\n' for url in nasty))
    at = utc_now()
    services = rewired(served.services, at)
    feeds = [each.id for each in services.store.feeds.feeds() if each.url in nasty]
    standing: dict[str, Any] = {}
    for number, (feed, payload) in enumerate(zip(feeds, NASTY, strict=True)):
        link = LINKS[number % len(LINKS)]
        clauses = tuple(
            Evidence(payload, payload, span)
            for span in (Span("text", 0, 5), Span("title", 0, 4), None)
        )
        matches = (StoredMatch("chips", 1, 1, clauses),)
        fields = {
            "title": f"{payload} n{number}", "author": payload, "text": f"{payload} number {number}",
            "excerpt": payload, "language": payload[:30], "published_raw": payload, "tags": (payload,),
            "url": link, "link": link, "domain": payload,
            "html": clean_markup(payload, "https://nasty.example/").html,
            "enclosures": (Enclosure(link, payload),),
        }  # fmt: skip
        standing = {"error": payload, "title": payload, "site_url": link, "state": "failing"}
        first = new(f"n{number}", matches=matches, **(fields | {"guid": payload}))
        record(services.store, outcome(feed, first, at=at, **standing), at)
    newest = services.store.entries.newest_id()
    again = [
        revised(newest - back, f"r{back}", matches=(StoredMatch("chips", 1, 1, ()),), title=payload, text=payload + "!")
        for back, payload in enumerate(reversed(NASTY))
    ]  # fmt: skip
    for back, each in enumerate(again):
        record(services.store, outcome(feeds[-1 - back], at=at, revised=(each,), error="nasty"), at)
    attach_stories(services, utc_now())
    alerting.look(services, utc_now())
    ways = ways_of(services, {})
    send_now(services, "weekly", ways, utc_now)
    deliver_open(services, ways, utc_now, alerts=True)


@pytest.mark.timeout(600)
def test_nasty_feeds_are_inert_on_every_page(served: Served, tab: Page) -> None:
    fill(served)
    store = served.services.store
    newest = store.entries.newest_id()
    edition = store.editions.editions("weekly", limit=1)[0].id
    feeds = [each.id for each in store.feeds.feeds()][-len(NASTY) :]
    entries = range(newest - len(NASTY) + 1, newest + 1)
    stories = {entry.story for entry in store.entries.entries(list(entries))}
    paths = [
        *(path.format(edition=edition) for path in PAGES.values()),
        "/?digest=weekly", "/search?q=number", f"/digests/{edition}.html", "/alerts/messages/1.html",
        "/search?q=%3Cscript%3Ealert(1)%3C/script%3E", "/%3Cscript%3Ealert(1)%3C/script%3E",
        *(f"/entries/e{entry}" for entry in entries),
        *(f"/stories/s{story}" for story in sorted(filter(None, stories))[::3]),
        *(f"/feeds/{feed}" for feed in feeds[:: len(feeds) // 6]),
    ]  # fmt: skip
    for path in paths:
        tab.goto(path, wait_until="load")
        styled = "" if path.endswith(".html") else ", main style, main [style]"  # mail has them
        found = tab.locator(f"main script, main [onclick], main [hx-get^=http], main img{styled}")
        assert found.count() == 0, path
    tab.goto("/")
    for number in range(3):  # what is fetched in afterwards is no less tame
        tab.locator(".card .star button").nth(number).click()
    shot(tab, "hostile-today", whole=False)
    tab.goto(f"/entries/e{newest}")
    tab.keyboard.press("Tab")
    tab.wait_for_timeout(300)  # what would run late had its time
