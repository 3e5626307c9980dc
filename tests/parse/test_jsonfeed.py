import json
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.model.entry import Enclosure
from tests.parse.feeds import failed, only, parsed

ENTRY = {
    "id": "1",
    "url": "/one?utm_source=x",
    "title": "One <b> & two",
    "content_html": "<p>Text <a href='/y'>here</a></p>",
    "summary": "Short.",
    "date_published": "2026-11-20T10:00:00+01:00",
    "date_modified": "2026-11-21T10:00:00Z",
    "authors": [{"name": "A"}, {"name": "B"}],
    "tags": ["chips", "chips", "law"],
    "language": "de",
    "attachments": [{"url": "/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 12}],
}


def feed(*items: Any, **keys: Any) -> bytes:
    version = "https://jsonfeed.org/version/1.1"
    return json.dumps({"version": version, "title": "L", "items": items} | keys).encode()


def test_an_entry_with_everything() -> None:
    got = parsed(feed(ENTRY, home_page_url="https://l.example/", language="en-US"))
    assert (got.format, got.title, got.site_url, got.language) == (
        "json11", "L", "https://l.example/", "en-us",
    )  # fmt: skip
    entry = only(got)
    assert got.notes == ()
    assert entry.guid == "1"
    assert entry.link == "https://ledger.example/one?utm_source=x"
    assert entry.url == "https://ledger.example/one"
    assert entry.title == "One <b> & two"
    assert entry.text == "Short. Text here"
    assert 'href="https://ledger.example/y"' in entry.html
    assert entry.author == "A, B"
    assert entry.language == "de"
    assert entry.tags == ("chips", "law")
    assert entry.published_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert entry.updated_at == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert entry.enclosures == (
        Enclosure(url="https://ledger.example/a.mp3", type="audio/mpeg", length=12),
    )


def test_version_1_0_with_its_single_author() -> None:
    body = feed(
        {"id": "1", "content_text": "Plain <b>\n\ntext"},
        version="https://jsonfeed.org/version/1",
        author={"name": "The desk"},
    )
    got = parsed(body)
    assert got.format == "json10"
    assert only(got).author == "The desk"
    assert only(got).html == "<p>Plain &lt;b&gt;</p><p>text</p>"


def test_wrong_types_cost_the_value_and_are_noted() -> None:
    got = parsed(
        feed(
            {"id": 7, "title": None, "content_text": "a"},
            {"id": "8", "title": ["x"], "content_html": {"y": 1}, "tags": "no", "url": True},
            {"id": "9", "authors": "someone", "attachments": {"url": "/f"}, "title": "t"},
            {"id": 1.5, "title": "t", "tags": [1, "ok", None]},
            None,
            "text",
            {},
        )
    )
    assert [entry.guid for entry in got.entries] == ["7", "8", "9", "1.5", ""]
    assert got.entries[2].author == "someone"
    assert got.entries[3].tags == ("ok",)
    assert "entry 2: title is no text" in got.notes
    assert "entry 5 is no object and is left out" in got.notes


def test_many_problems_are_counted() -> None:
    got = parsed(feed(*[{"id": "1", "title": []}] * 50))
    assert len(got.entries) == 50
    assert got.notes[-1] == "and 30 more such problems"


def test_the_usual_oddities_of_encoding() -> None:
    body = feed({"id": "1", "title": "ü 芯\x00"})
    assert only(parsed(b"\xef\xbb\xbf\n" + body)).title == "ü 芯"
    assert only(parsed(json.dumps(json.loads(body)).encode("utf-16"))).title == "ü 芯"
    lone = body.replace(b"\\u0000", b"\\ud800")
    assert only(parsed(lone)).title == "ü 芯"


def test_a_missing_version_is_sloppy() -> None:
    assert parsed(b'{"items": [{"id": "1"}]}').notes[0].startswith("sloppy")


def test_a_document_that_breaks_off_gives_the_entries_before_the_break() -> None:
    body = feed(ENTRY, ENTRY | {"id": "2"}, ENTRY | {"id": "3"})
    got = parsed(body[:-100])
    assert got.partial
    assert got.title == "L"
    assert [entry.guid for entry in got.entries] == ["1", "2"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "broken"),
        (b'{"items": [', "broken"),
        (b'{"items": [} ]}', "broken"),
        (b'{"version": "https://jsonfeed.org/version/1"}', "not-a-feed"),
        (b'{"items": {}}', "not-a-feed"),
        (b"[" * 100_000, "too-complex"),
        (b'{"items": ' + b"[" * 100_000, "too-complex"),
    ],
)
def test_what_is_no_feed_is_a_failure(body: bytes, kind: str) -> None:
    assert failed(body).kind == kind


def test_numbers_of_any_length_are_harmless() -> None:
    body = b'{"items": [{"id": %s, "x": 1e999999, "y": -0.5}]}' % (b"9" * 10_000)
    assert only(parsed(body)).guid.startswith("999")
