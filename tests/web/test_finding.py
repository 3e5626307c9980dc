"""The page Search: every state is an address, what surrounds a result is reached without scripts."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from monitor.service.wiring import Services, utc_now
from tests.store.builders import add, match, new
from tests.web.conftest import Browser
from tests.web.reading import Read


@pytest.fixture
def filled(services: Services, browser: Browser) -> Browser:
    """A browser before a home with 60 entries of chips over three days."""
    now = utc_now()
    for day in (2, 1, 0):
        entries = (
            new(
                f"{day}-{n}",
                title=f"Chip {day} {n:02}",
                tags=("<b>odd</b> & tag",),
                matches=(match("chips"),) if n % 2 else (),
            )
            for n in range(20)
        )
        add(services.store, *entries, at=now + timedelta(minutes=day - 10))
    return browser


def read(browser: Browser, path: str) -> Read:
    answer = browser.get(path)
    assert answer.status_code == 200
    return Read(answer.text)


def test_filters_are_reached_by_a_link_and_lead_to_narrower_searches(filled: Browser) -> None:
    plain = read(filled, "/search?q=chip&group=entry")
    (with_filters,) = [link for link in plain.links if "filters=1" in link]
    page = read(filled, with_filters)
    assert "Topic Chips 30" in page.text
    assert "<b>odd</b> & tag 60" in page.text
    (narrower,) = [link for link in page.links if link.endswith("q=chip+topic%3Achips&group=entry")]
    narrowed = read(filled, narrower)
    assert "30 entries for chip AND topic:chips" in narrowed.text
    assert "/search?q=chip&group=entry" in narrowed.links  # the filter taken away again


def test_the_part_with_the_filters_is_the_same_by_itself(filled: Browser) -> None:
    part = filled.get("/search/facets?q=chip&group=entry")
    assert part.status_code == 200
    assert part.text.startswith('<div id="around"')
    assert "<html" not in part.text
    assert filled.get("/search/facets?q=%22").status_code == 200
    assert filled.get("/search/facets").status_code == 200
    assert "<b>month</b>" in filled.get("/search/facets?q=chip&by=month").text


def test_text_that_is_no_query_is_told_where(filled: Browser) -> None:
    page = read(filled, "/search?q=chip AND (")
    assert "This is not a query, so its words were searched as they stand." in page.text
    assert "at character 11" in page.text
    refused = filled.get("/search?q=((")
    assert refused.status_code == 400
    assert "Without it" not in refused.text
    offered = read(filled, "/search?q=chip published:>soon lang:en")
    assert "/search?q=chip+lang%3Aen" in offered.links
    assert "There is no word to search for" in Read(refused.text).text


def test_a_search_can_be_saved_from_its_page(filled: Browser) -> None:
    text = filled.get('/search?q="chip list" OR (=BIS <x>)').text
    assert 'action="/searches"' in text
    assert 'name="query" value="&#34;chip list&#34; OR (=BIS &lt;x&gt;)"' in text
    assert 'value="chip-list-or-bis-x"' in text


@pytest.mark.parametrize(
    ("ending", "kind", "count"),
    [
        ("csv", "text/csv", lambda text: len(list(csv.DictReader(io.StringIO(text))))),
        ("jsonl", "application/jsonl", lambda text: len(text.splitlines())),
        ("md", "text/markdown", lambda text: text.count("\n- ")),
        ("bib", "application/x-bibtex", lambda text: text.count("@misc{")),
        ("ris", "application/x-research-info-systems", lambda text: text.count("\r\nER  - \r\n")),
    ],
)
def test_files_hold_the_whole_result(
    filled: Browser, ending: str, kind: str, count: object
) -> None:
    answer = filled.get(f"/search.{ending}?q=chip")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    name = re.search(r'filename="([^"]*)"', answer.headers["content-disposition"])
    assert name
    assert re.fullmatch(rf"chip-\d{{4}}-\d\d-\d\d\.{ending}", name[1])
    assert callable(count)
    assert count(answer.text) == 60
    assert filled.get(f"/search.{ending}?q=((").status_code == 400


def test_feeds_of_a_search_are_the_same_until_something_new_is_found(filled: Browser) -> None:
    for ending in ("atom", "json"):
        first = filled.get(f"/search.{ending}?q=chip")
        again = filled.get(f"/search.{ending}?q=chip", if_none_match=first.headers["etag"])
        assert (first.status_code, again.status_code) == (200, 304)
    document = json.loads(filled.get("/search.json?q=chip").text)
    assert len(document["items"]) == 50
    assert document["feed_url"].endswith("/search.json?q=chip")


def test_a_file_is_named_after_the_query_in_plain_letters(filled: Browser) -> None:
    for text, begun in (('"Chip / List"  x', "chip-list-x-"), ("出口管制", "search-")):
        answer = filled.get(f"/search.jsonl?q={quote(text)}")
        assert f'filename="{begun}2' in answer.headers["content-disposition"]


def test_how_many_stories_hold_what_was_found_is_said(filled: Browser) -> None:
    by_story = read(filled, "/search?q=chip topic:chips").text
    assert re.search(r"30 entries in [0-9]+ (story|stories) for", by_story)
    assert "Save or export" in by_story
    assert "60 entries by story for" in read(filled, "/search?q=chip").text
    assert "60 entries for" in read(filled, "/search?q=chip&group=entry").text


def test_pages_of_entries_end_after_so_many(
    filled: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("monitor.web.finding", "monitor.web.api.search"):
        monkeypatch.setattr(f"{module}.FURTHEST", 40)
    last = read(filled, "/search?q=chip&group=entry&page=2")
    assert "Pages end after 40 entries." in last.text
    assert not any("page=3" in link for link in last.links)
    assert "Page 2" in read(filled, "/search?q=chip&group=entry&page=9999999").text
    address, seen = "/api/search?q=chip&limit=20", 0
    while address:
        answer = filled.get(address).json()
        seen += len(answer["results"])
        address = answer["next"]
    assert seen == 60  # what the last cursor led to is the last
    address, seen = "/api/search?q=chip&sort=newest&limit=7", 0
    while address:
        answer = filled.get(address).json()
        seen += len(answer["results"])
        address = answer["next"]
    assert seen == 60
