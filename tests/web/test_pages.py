"""What each page shows of a home that has seen something, and of an empty one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model.judgement import Judgement
from monitor.service import glancing, grouping
from monitor.service.grouping import attach_stories
from monitor.service.wiring import Services, open_services, utc_now
from monitor.settings.home import Home
from monitor.web.app import create_app
from tests.conftest import Command
from tests.store.builders import add, match, new, outcome, revised, ungroup
from tests.web.conftest import Browser
from tests.web.reading import Read

PAGES = [
    "/", "/?digest=daily", "/search", "/search?q=chip", "/search?q=chip&sort=newest&page=2", "/search?q=%22%22%22",
    "/digests", "/topics", "/topics/chips", "/feeds", "/feeds?sort=state", "/feeds?sort=nonsense",
    "/feeds/1", "/status", "/nowhere", "/search?page=many",
]  # fmt: skip
OF_THE_SEEN = ["/entries/e1", "/entries/e3", "/entries/e4", "/stories/s1", "/feeds/3"]


NOT_YET = {"/trends", "/settings"}  # the frame leads there already


def read(browser: Browser, path: str) -> Read:
    return Read(browser.get(path).text)


@pytest.mark.parametrize("path", [*PAGES, *OF_THE_SEEN])
def test_every_page_is_sound_accessible_html(reader: Browser, path: str) -> None:
    assert read(reader, path).problems == []


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_an_empty_home_is_sound(still: Browser, path: str) -> None:
    answer = still.get(path)
    assert answer.status_code in (200, 400, 404)
    assert Read(answer.text).problems == []


def test_links_within_the_page_lead_somewhere(reader: Browser) -> None:
    wanted = {"/"}
    done: set[str] = set()
    while wanted - done - NOT_YET:
        path = min(wanted - done - NOT_YET)
        done.add(path)
        answer = reader.get(path)
        assert answer.status_code == 200, path
        if answer.headers["content-type"].startswith("text/html") and not path.endswith(".html"):
            found = {link for link in Read(answer.text).links if link.startswith("/")}
            # One address with filters leads on to a search with each: more than can be gone through.
            wanted |= {
                link for link in found if not link.startswith("/static") and "filters=1" not in link
            }
    assert {"/status", "/topics/chips", "/stories/s1", "/entries/e1", "/feeds/1"} <= done


def test_today_after_an_edition_begins_anew(reader: Browser) -> None:
    page = read(reader, "/")
    assert "Nothing has matched since the last edition, that of" in page.text
    assert "The next one is due" in page.text
    assert any(link.startswith("/digests/daily-") for link in page.links)
    assert "Next edition" in page.text
    assert "1 failing" in page.text


def test_today_before_the_first_edition_shows_cards_with_their_reasons(
    services: Services, browser: Browser
) -> None:
    add(services.store, new("1", matches=(match("chips"),)), at=utc_now())
    attach_stories(services, utc_now())
    page = read(browser, "/")
    assert "Licences for chips" in page.text
    assert "Why “chips” chips v1 chip* title “chips”" in page.text
    assert any(link.startswith("/stories/s") for link in page.links)


def test_what_nearly_matches_comes_after_the_page_or_when_asked_for(home: Path) -> None:
    topic = "[topics.licences]\nquery = 'wafers title:licences'\n"
    (home / "config" / "topics.toml").write_text(topic)
    with open_services(Home(home), utc_now()) as services:
        near = new("1", title="Wafers for all", text="Of licences and wafers.")
        add(services.store, near, at=utc_now())
        browser = Browser(create_app(services, utc_now))
        page = read(browser, "/")
        assert "Wafers for all" not in page.text
        assert "/?digest=daily&near=yes" in page.links
        assert 'hx-get="/today/daily/near"' in browser.get("/").text
        assert "Wafers for all" in read(browser, "/?digest=daily&near=yes").text
        assert "Wafers for all" in browser.get("/today/daily/near", hx_request="true").text
        services.store.judgements.judge([Judgement(1, "licences", False, utc_now())])
        assert "Nothing else nearly matches" in browser.get("/today/daily/near").text


def test_an_edition_that_is_too_large_to_be_looked_at_shows_its_newest_and_says_so(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = utc_now() + timedelta(hours=6)
    browser = Browser(create_app(services, lambda: now))
    for hour, title in ((4, "Chip law of old"), (2, "Chip sales"), (1, "Chip plant")):
        entry = new(title, title=title, url=f"https://{hour}.example/", matches=(match("chips"),))
        add(services.store, entry, at=now - timedelta(hours=hour))
    page = read(browser, "/")
    assert "This edition is large" not in page.text
    assert "Chip law of old" in page.text
    monkeypatch.setattr(glancing, "MOST_MATCHED", 2)
    page = read(browser, "/")
    assert "This edition is large: 3 entries match since" in page.text
    assert "Chip plant" in page.text
    assert "Chip sales" in page.text
    assert "Chip law of old" not in page.text
    assert "It is large: 3 entries match" in read(browser, "/digests/daily/send").text
    whole = browser.get("/api/digests/daily/preview").json()
    assert whole["coverage"]["entries_matched"] == 3
    monkeypatch.setattr(glancing, "MOST_MATCHED", 1_000)
    monkeypatch.setattr(glancing, "MOST_SEEN", 1)
    assert "Chip sales" not in read(browser, "/").text


def test_a_look_at_today_groups_a_few_of_what_waits(
    services: Services, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "BATCH", 2)
    now = utc_now()
    for number in range(5):
        add(services.store, new(f"{number}", matches=(match("chips"),)), at=now)
    ungroup(services.store)
    waiting = len(services.store.stories.waiting(0, 10))
    read(browser, "/")
    assert len(services.store.stories.waiting(0, 10)) == waiting - 2


def test_today_says_what_is_missing_in_an_empty_home(browser: Browser) -> None:
    assert "No feeds are watched yet" in read(browser, "/").text


def test_a_home_without_a_digest_still_has_its_page(home: Path) -> None:
    (home / "config" / "monitor.toml").write_text("")
    with open_services(Home(home), utc_now()) as opened:
        page = read(Browser(create_app(opened, utc_now)), "/")
    assert page.problems == []
    assert "No digest is configured" in page.text


def test_with_several_digests_each_has_its_tab(home: Path) -> None:
    settings = home / "config" / "monitor.toml"
    weekly = '[digests.weekly]\ntitle = "The week"\nat = "08:00"\ntimezone = "UTC"\n'
    settings.write_text(settings.read_text() + weekly)
    with open_services(Home(home), utc_now()) as opened:
        page = read(Browser(create_app(opened, utc_now)), "/?digest=weekly")
    assert page.problems == []
    assert {"/?digest=daily", "/?digest=weekly"} <= set(page.links)
    assert "What the next edition of The week holds" in page.text


def test_search_marks_the_words_found_and_says_how_it_understood(reader: Browser) -> None:
    page = read(reader, "/search?q=entity list -potato")
    assert "2 entries in 1 story for entity AND list AND NOT potato" in page.text
    assert {"entity", "list"} <= set(page.marks)
    assert "/search.atom?q=entity+list+-potato" in page.links
    assert "/api/search?q=entity+list+-potato&sort=relevance" in page.links


def test_search_text_that_is_no_query_is_searched_word_for_word(reader: Browser) -> None:
    page = read(reader, "/search?q=plant (opens")
    assert "This is not a query" in page.text
    assert "1 entry" in page.text


@pytest.mark.parametrize(
    "text", ["%22", "(", "%00", "-", "a" * 5000, "%F0%9F%92%A9", "%ff%fe", "é" * 300]
)
def test_search_text_of_any_kind_gets_an_answer(reader: Browser, text: str) -> None:
    answer = reader.get(f"/search?q={text}")
    assert answer.status_code in (200, 400)
    assert Read(answer.text).problems == []


def test_search_pages_through_all_hits_and_says_where_they_end(
    services: Services, browser: Browser
) -> None:
    add(services.store, *(new(str(n), title=f"Chip {n:02}") for n in range(45)), at=utc_now())
    titles = []
    for number in (1, 2, 3):
        page = read(browser, f"/search?q=chip&sort=newest&page={number}")
        assert f"Page {number} of 3" in page.text
        titles += [link for link in page.links if link.startswith("/entries/")]
    assert len(titles) == len(set(titles)) == 45
    assert "There is no page 4; the last is page 3" in read(browser, "/search?q=chip&page=4").text


def test_an_entry_shows_its_text_its_reasons_and_no_picture(reader: Browser) -> None:
    page = read(reader, "/entries/e1")
    assert "Why it matched" in page.text
    assert "Export controls version 1" in page.text
    assert "entity list" in page.marks
    assert "Picture: The list" in page.text
    assert "https://a.example/p.png" in page.links
    assert "The Wire" in page.text  # the same text elsewhere


def test_an_edited_entry_shows_its_earlier_text(reader: Browser) -> None:
    page = read(reader, "/entries/e3")
    assert "Plant opens late" in page.text
    assert "Earlier texts" in page.text


def test_a_story_shows_who_wrote_it_and_why_it_belongs(reader: Browser) -> None:
    page = read(reader, "/stories/s1")
    assert "2 entries from 1 independent outlet, 1 copy of the same text" in page.text
    assert "copy of e" in page.text
    assert page.text.count("Why here") == 2


def test_an_edition_is_shown_with_its_deliveries_and_its_forms(
    reader: Browser, seen: Command
) -> None:
    edition = seen("digest", "list", "--json").json["editions"][0]["edition"]
    page = read(reader, f"/digests/{edition}")
    assert page.problems == []
    assert "sent folder digests" in page.text
    assert "Ministry widens entity list" in page.text
    for form, suffix in (("html", "html"), ("text", "txt"), ("markdown", "md"), ("json", "json")):
        answer = reader.get(f"/digests/{edition}.{suffix}")
        assert answer.text == seen("digest", "show", edition, "--format", form).out


def test_feeds_are_listed_with_state_and_error_and_can_be_sorted(reader: Browser) -> None:
    page = read(reader, "/feeds?sort=state")
    assert "3 feeds" in page.text
    assert "404" in page.text
    assert page.text.index("Lost") < page.text.index("Wire")
    assert "never" in read(reader, "/feeds/3").text


def test_a_topic_shows_its_query_and_its_newest_matches(reader: Browser) -> None:
    page = read(reader, "/topics/chips")
    assert "@chips AND NOT potato" in page.text
    assert "Plant opens late" in page.text


def test_status_tells_what_is_stored_and_what_comes_next(reader: Browser) -> None:
    text = read(reader, "/status").text
    assert "entries4" in text
    assert "next edition" in text


def test_an_edit_is_marked_word_by_word_and_escaped(services: Services, browser: Browser) -> None:
    (entry,) = add(
        services.store, new("1", title="Chips <b>may</b> come", text="Ten & more."), at=utc_now()
    )
    (feed,) = [each.id for each in services.store.feeds.feeds()]
    change = revised(entry, "1", title="Chips <script>will</script> come", text="12 & more.")
    services.store.refresh.record(outcome(feed, revised=(change,), at=utc_now()), utc_now())
    page = read(browser, f"/entries/e{entry}")
    assert page.problems == []
    assert "removed: Ten" in page.text
    assert "added: 12" in page.text
    assert page.tags.count("ins") == page.tags.count("del")
    assert page.tags.count("ins") > 2


def test_a_withdrawn_entry_and_its_story_say_so(services: Services, browser: Browser) -> None:
    (entry,) = add(services.store, new("1", matches=(match("chips"),)), at=utc_now())
    attach_stories(services, utc_now())
    (feed,) = [each.id for each in services.store.feeds.feeds()]
    services.store.refresh.record(outcome(feed, withdrawn=(entry,), at=utc_now()), utc_now())
    page = read(browser, f"/entries/e{entry}")
    assert page.problems == []
    assert "Withdrawn: its feed shows it no more, though older ones" in page.text
    (story,) = [link for link in page.links if link.startswith("/stories/")]
    told = read(browser, story)
    assert told.problems == []
    assert "What changed" in told.text
    assert "withdrawn: a.example shows “Licences for chips” no more" in told.text.replace(
        "news.example", "a.example"
    )


def test_a_form_that_is_refused_leads_back_within_the_frame(reader: Browser) -> None:
    here = f"{reader.base}/stories/s1?a=b"
    answer = reader.post("/stories/s1/merge", {"other": "e1"}, referer=here)
    page = Read(answer.text)
    assert (answer.status_code, page.problems) == (404, [])
    assert "That could not be done" in page.text
    assert {"/feeds", "/topics", "/stories/s1?a=b"} <= set(page.links)
    gone = reader.post("/rulings/r9/undo")
    assert gone.status_code == 404
    assert "That could not be done" in gone.text
    assert "Back to where you were" not in gone.text
    assert "There is nothing here" in reader.get("/stories/s9").text


@pytest.mark.parametrize(
    "referer",
    ["https://elsewhere.example/stories/s1", "http://127.0.0.1:8710//elsewhere.example/",
     "http://127.0.0.1:8710/logout", "http://127.0.0.1:8710@elsewhere.example/", "javascript:alert(1)",
     "http://[", "/stories/s1", "http://127.0.0.1:8710/%2e%2e/x"],
)  # fmt: skip
def test_a_refused_form_leads_nowhere_else(reader: Browser, referer: str) -> None:
    answer = reader.post("/stories/s1/merge", {"other": "e1"}, referer=referer)
    assert answer.status_code == 404
    assert "Back to where you were" not in answer.text
