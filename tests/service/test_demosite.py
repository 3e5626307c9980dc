"""The demo's server keeps the promises publishers make, over real HTTP."""

from __future__ import annotations

import gzip
import http.client
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from monitor.errors import NotFoundError
from monitor.service.demodates import fill
from monitor.service.demosite import DemoSite, Request

SEEDS = Path(__file__).parents[2] / "seeds" / "demo"
NOW = datetime(2026, 3, 12, 14, 30, 15, 123456, tzinfo=UTC)  # a Thursday


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def get(site: DemoSite, path: str, **headers: str) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(site.base_url).netloc, timeout=10)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers=names)
        response = connection.getresponse()
        return Answer(
            response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
        )
    finally:
        connection.close()


@pytest.fixture
def site() -> Iterator[DemoSite]:
    with DemoSite(SEEDS, NOW) as running:
        yield running


def test_a_first_answer_carries_a_strong_etag_a_last_modified_and_the_type(site: DemoSite) -> None:
    answer = get(site, "/harbour-wire/rss.xml")
    assert answer.status == 200
    assert answer.headers["etag"].startswith('"')
    assert answer.headers["last-modified"] == "Thu, 12 Mar 2026 13:30:15 GMT"
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert answer.body.startswith(b"<?xml")


@pytest.mark.parametrize(
    ("path", "asked_with"),
    [
        ("/harbour-wire/rss.xml", "etag"),
        ("/harbour-wire/rss.xml", "last-modified"),
        ("/meridian-courier/rss.xml", "last-modified"),
        ("/policy-lantern/feed.json", "etag"),
    ],
)
def test_asked_again_with_its_validator_a_document_answers_304_without_a_body(
    site: DemoSite, path: str, asked_with: str
) -> None:
    first = get(site, path)
    header = "If_None_Match" if asked_with == "etag" else "If_Modified_Since"
    again = get(site, path, **{header: first.headers[asked_with]})
    assert (again.status, again.body) == (304, b"")


def test_an_etag_that_differs_wins_over_a_date_that_fits(site: DemoSite) -> None:
    first = get(site, "/harbour-wire/rss.xml")
    answer = get(
        site,
        "/harbour-wire/rss.xml",
        If_None_Match='"another"',
        If_Modified_Since=first.headers["last-modified"],
    )
    assert answer.status == 200


@pytest.mark.parametrize("date", ["yesterday", "Thu, 12 Mar 2026 13:30:14 GMT", ""])
def test_a_date_that_is_older_or_no_date_gets_the_document(site: DemoSite, date: str) -> None:
    assert get(site, "/meridian-courier/rss.xml", If_Modified_Since=date).status == 200


def test_a_document_comes_gzipped_when_asked_and_the_etag_says_so(site: DemoSite) -> None:
    plain = get(site, "/silicon-ledger/feed.atom")
    zipped = get(site, "/silicon-ledger/feed.atom", Accept_Encoding="gzip, deflate")
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == plain.body
    assert zipped.headers["etag"] != plain.headers["etag"]


def test_the_moved_feed_answers_301_and_its_new_address_has_it(site: DemoSite) -> None:
    moved = get(site, "/old-quay/rss.xml")
    assert moved.status == 301
    assert get(site, moved.headers["location"]).status == 200


def test_the_gone_feed_answers_410(site: DemoSite) -> None:
    assert get(site, "/vanished-ventures/rss.xml").status == 410


def test_an_unknown_path_answers_404(site: DemoSite) -> None:
    assert get(site, "/nothing/here").status == 404


def test_the_edited_feed_is_corrected_from_the_second_request_on(site: DemoSite) -> None:
    path = "/bureau-gazette/notices.atom"
    first = get(site, path)
    second = get(site, path, If_None_Match=first.headers["etag"])
    third = get(site, path, If_None_Match=second.headers["etag"])
    assert b"twenty-one entities" in first.body
    assert second.status == 200
    assert b"twenty-three entities, not twenty-one" in second.body
    assert third.status == 304


@pytest.mark.parametrize("path", ["/harbour-wire/rss.xml", "/meridian-courier/rss.xml"])
def test_a_feed_that_publishes_more_is_sent_anew_and_then_not_again(
    site: DemoSite, path: str
) -> None:
    def again(answer: Answer) -> Answer:
        etag = answer.headers.get("etag")
        known = {"If_None_Match": etag} if etag else {}
        return get(site, path, If_Modified_Since=answer.headers["last-modified"], **known)

    first = get(site, path)
    assert again(first).status == 304
    site.publish_more(NOW)
    more = again(first)
    assert more.status == 200
    assert more.body.count(b"<item>") > first.body.count(b"<item>")
    assert again(more).status == 304
    assert get(site, "/lab-notebook/index.rdf").status == 200


def test_every_feed_of_the_demo_is_served_and_its_address_is_filled_in(site: DemoSite) -> None:
    feeds = site.feeds()
    assert len(feeds) >= 12
    assert all(feed.url.startswith(f"{site.base_url}/") for feed in feeds)
    assert "{base}" not in site.feeds_toml()
    statuses = [get(site, urlsplit(feed.url).path).status for feed in feeds]
    assert 404 not in statuses
    assert sorted(set(statuses)) == [200, 301, 410]


def test_the_requests_are_kept_in_order(site: DemoSite) -> None:
    get(site, "/harbour-wire/rss.xml")
    get(site, "/vanished-ventures/rss.xml")
    assert site.requests == (
        Request("GET", "/harbour-wire/rss.xml", 200),
        Request("GET", "/vanished-ventures/rss.xml", 410),
    )


def test_after_the_block_nothing_listens_and_nothing_was_printed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with DemoSite(SEEDS, NOW) as site:
        # A client that hangs up in the middle of its question.
        with socket.create_connection(("127.0.0.1", urlsplit(site.base_url).port or 0)) as rude:
            rude.sendall(b"GET /policy-lantern/feed.json HTTP/1.1\r\nHost: x\r\n")
        get(site, "/harbour-wire/rss.xml")
        address = urlsplit(site.base_url)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", address.port or 0), timeout=2)
    assert capfd.readouterr() == ("", "")


def test_a_folder_without_sample_feeds_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=str(tmp_path)):
        DemoSite(tmp_path, NOW)


@pytest.mark.parametrize(
    ("written", "filled"),
    [
        ("{{-2d 09:15 rfc822}}", "Tue, 10 Mar 2026 09:15:00 GMT"),
        ("{{-2d 09:15 rfc3339}}", "2026-03-10T09:15:00Z"),
        ("on {{-12d weekday}}, twice: {{-0d weekday}}", "on Saturday, twice: Thursday"),
        ("{{-2d 09:15 other}} {{2d}}", "{{-2d 09:15 other}} {{2d}}"),
    ],
)
def test_dates_are_counted_back_from_the_start(written: str, filled: str) -> None:
    assert fill(written.encode(), NOW) == filled.encode()


def test_filling_leaves_the_bytes_of_other_encodings_alone() -> None:
    document = "Müll {{-1d 00:00 rfc3339}}".encode("iso-8859-1")
    assert fill(document, NOW) == "Müll 2026-03-11T00:00:00Z".encode("iso-8859-1")
