"""An edition with every part, on its page, in the list and as feeds for feed readers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from monitor.digests.rendering import render
from monitor.model.digest import Recipient
from monitor.service.wiring import Services, utc_now
from monitor.web.app import create_app
from monitor.web.edition_feeds import IN_FEED
from monitor.web.frozen import frozen
from tests.digests import full_day
from tests.digests.builders import UNTIL
from tests.digests.hostile import PAYLOADS, filled
from tests.web.conftest import Browser
from tests.web.reading import Read

ATOM = "{http://www.w3.org/2005/Atom}"
TO = (Recipient("folder", "digests"), Recipient("mail", "ann@example.org"))


def freeze(services: Services, days: int = 0, hostile: str = "") -> str:
    """Store an edition as it is sent, of a day after the sample's; return its id."""
    edition = filled(hostile) if hostile else full_day.edition()
    window = edition.window
    later = timedelta(days=days)
    edition = replace(
        edition,
        id=f"daily-{days}",
        slot=f"slot {days}",
        local_on=edition.local_on + later,
        window=replace(
            window, from_at=window.from_at + later, until_at=window.until_at + later
        ),
    )  # fmt: skip
    services.store.editions.freeze(edition, render(edition), TO, UNTIL + later, 0, 0)
    return edition.id


def test_the_page_of_an_edition_shows_every_part(services: Services, browser: Browser) -> None:
    edition = full_day.edition()
    page = Read(browser.get(f"/digests/{freeze(services)}").text)
    assert page.problems == []
    cards = [
        *(card for section in edition.sections for card in section.cards),
        *(one.card for one in edition.developing),
        *edition.documents,
    ]
    for told in (
        "41 of 43 feeds checked; 1 failing for 2 days; 1 silent",
        "1,204 entries seen, 63 matched, 12 copies folded, 31 stories; 3 told before, nothing new",
        "Stories of 21 November were grouped anew on Sunday.",
        "In short",
        *(lead.title for lead in edition.leads),
        *(card.title for card in cards),
        *(card.excerpt for card in cards),
        "Also Harbour Post, Semicircle Weekly, Kupfer & Kreide · 7 copies of the same text",
        "Primary document Additions to the Entity List, docket 26-118, Commerce bureau",
        "Summary written by a model (harbour-small-2), not by the outlet:",
        "Rank 9.1",
        "Why “Packaging”",
        "Fabs & data centres packaging title “Packaging”",
        "points 3.0 + title 2.0 + tier 2.0 + outlets 1.6 + novelty 0.5",
        "Told in the edition of Sat 21 Nov; since then: 2 more independent outlets; first official statement.",
        "“A licence that nobody can get is a ban that nobody has to defend.”",
        "Ines Halvorsen, Harbour Post",
        "Before: Grid operator puts data centre queue at 72 gigawatts",
        "withdrawn, noticed",
        "19 stories in 24 hours; usual for such a day: 1 to 6",
        "Unusually many (by chance about 1 in 2,000)",
        "Should these match?",
        "monitor topics judge e1101 export-controls yes",
        "Nothing new on: Liability, Biometrics.",
        "+2 more documents, not shown here",
        "planned folder digests",
        "planned mail ann@example.org",
    ):
        assert told in page.text
    assert (
        "/search?q=packaging+OR+%22data+centre%2A%22+OR+%D9%85%D8%B1%D8%A7%D9%83%D8%B2&sort=newest"
        in page.links
    )
    assert {"/stories/s101", "/entries/e1019", "/digests/daily-2026-11-21", "/topics/export-controls"} <= set(
        page.links
    )  # fmt: skip


def test_an_edition_of_an_older_version_still_has_its_page(services: Services) -> None:
    document = json.loads(render(full_day.edition()).json)
    for part in ("leads", "developing", "documents", "quotes", "changed", "volumes", "near_misses", "notes",
                 "notice", "subject", "more_developing", "more_documents", "more_changed"):  # fmt: skip
        del document[part]
    del document["coverage"]["words"], document["coverage"]["told_before"]
    for section in document["sections"]:
        del section["search"], section["query"]
        for card in section["cards"]:
            del card["rank"], card["document"], card["summary"], card["topic_title"]
    edition = full_day.edition()
    rendered = replace(render(edition), json=json.dumps(document))
    services.store.editions.freeze(edition, rendered, (), UNTIL, 0, 0)
    page = Read(Browser(create_app(services, utc_now)).get(f"/digests/{edition.id}").text)
    assert page.problems == []
    assert "41 of 43 feeds checked; 1 failing; 1 silent" in page.text
    assert "Meridian-2: weights" in page.text


def test_nothing_of_an_edition_is_missing_in_what_the_page_is_made_from() -> None:
    document = frozen(render(full_day.edition()).json)
    cards = [card for section in document["sections"] for card in section["cards"]]
    keys = set(cards[0])
    assert all(set(one["card"]) == keys for one in document["developing"])
    assert all(set(card) == keys for card in [*cards, *document["documents"]])


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_hostile_text_in_any_part_stays_text_on_the_page_and_in_the_feeds(
    services: Services, browser: Browser, payload: str
) -> None:
    edition = freeze(services, hostile=payload)
    for path in (f"/digests/{edition}", "/digests"):
        assert Read(browser.get(path).text).problems == [], path
    atom = ElementTree.fromstring(browser.get("/digests/daily.atom").content)
    (content,) = [each.text or "" for each in atom.iter(f"{ATOM}content")]
    (item,) = browser.get("/digests/daily.json").json()["items"]
    assert item["content_html"] == content
    for never in ("<script", "<img", "<form", "<iframe", "<base", 'javascript:alert(1)"'):
        assert never not in content


def test_a_digest_is_a_feed_of_its_editions(services: Services, browser: Browser) -> None:
    first = freeze(services)
    before = browser.get("/digests/daily.atom")
    assert before.headers["content-type"] == "application/atom+xml; charset=utf-8"
    again = browser.get("/digests/daily.atom", if_none_match=before.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    second = freeze(services, days=1)
    after = browser.get("/digests/daily.atom", if_none_match=before.headers["etag"])
    assert after.status_code == 200
    atom = ElementTree.fromstring(after.content)
    entries = atom.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert ids == [f"urn:ai-policy-monitor:edition:{each}" for each in (second, first)]
    assert entries[1].findtext(f"{ATOM}updated") == "2026-11-23T06:00:00+00:00"
    assert entries[1].findtext(f"{ATOM}title") == render(full_day.edition()).subject
    content = entries[1].findtext(f"{ATOM}content") or ""
    assert "Meridian-2: weights" in content
    assert "style=" not in content
    assert "display:none" not in content
    document = browser.get("/digests/daily.json")
    assert document.headers["content-type"] == "application/feed+json; charset=utf-8"
    items = document.json()["items"]
    assert [item["id"] for item in items] == ids
    assert items[0]["url"].endswith(f"/digests/{second}")
    assert (
        browser.get("/digests/daily.json", if_none_match=document.headers["etag"]).status_code
        == 304
    )


def test_a_feed_has_the_newest_editions_and_no_more(services: Services, browser: Browser) -> None:
    for day in range(IN_FEED + 2):
        freeze(services, days=day)
    items = browser.get("/digests/daily.json").json()["items"]
    assert len(items) == IN_FEED
    assert items[0]["id"].endswith(f"daily-{IN_FEED + 1}")


def test_a_digest_without_editions_has_an_empty_feed(browser: Browser) -> None:
    assert browser.get("/digests/daily.json").json()["items"] == []
    atom = browser.get("/digests/daily.atom")
    assert ElementTree.fromstring(atom.content).findall(f"{ATOM}entry") == []
    assert browser.get("/digests/other.atom").status_code == 404


def test_the_json_of_an_edition_is_no_feed(
    services: Services, browser: Browser, home: Path
) -> None:
    edition = freeze(services)
    assert (
        browser.get(f"/digests/{edition}.json").text
        == render(replace(full_day.edition(), id=edition, slot="slot 0")).json
    )
