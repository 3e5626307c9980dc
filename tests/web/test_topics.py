"""Topics and lists are written, tried, judged and taken back on the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.service.wiring import Services
from tests.conftest import Command
from tests.web.conftest import Browser
from tests.web.reading import Read

NEW = {
    "new": "yes",
    "name": "plants",
    "title": "New plants",
    "guide": "Plants.\r\nNot flowers.",
    "query": "plant OR\r\nfab",
    "boost_query": ["title:plant", "", "mayor"],
    "boost_points": ["2", "", "+1"],
    "floor": "2",
}


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def sent(reader: Browser, path: str, **fields: Any) -> httpx.Response:
    """Send a form with the stamp that its page carries."""
    page = reader.get("/topics/new" if path.endswith("/new") else path).text
    return reader.post(path, {"seen": value_of(page, "seen"), **fields})


@pytest.fixture
def config(home: Path) -> Path:
    return home / "config"


def test_a_topic_is_tried_reviewed_saved_and_taken_back(reader: Browser, config: Path) -> None:
    before = (config / "topics.toml").read_text()

    tried = Read(sent(reader, "/topics/new", **NEW, step="preview").text)
    assert tried.problems == []
    assert "1 entry would match" in tried.text
    assert "Plant" in tried.marks
    assert (config / "topics.toml").read_text() == before

    reviewed = sent(reader, "/topics/new", **NEW, step="review")
    read = Read(reviewed.text)
    assert read.problems == []
    assert "+[topics.plants]" in read.text
    assert (config / "topics.toml").read_text() == before

    saved = sent(reader, "/topics/new", **NEW, step="save")
    assert saved.status_code == 303
    assert (config / "topics.toml").read_text() == (
        f"{before}\n[topics.plants]\ntitle = \"New plants\"\nguide = '''\nPlants.\nNot flowers.'''\n"
        "query = '''\nplant OR\nfab\n'''\nboost = [\n"
        '  {query = "title:plant", points = 2},\n  {query = "mayor", points = 1},\n]\nfloor = 2\n'
    )
    shown = reader.get(saved.headers["location"])
    read = Read(shown.text)
    assert read.problems == []
    assert "Added the topic plants" in read.text
    assert "It is still to be applied to 4 stored entries." in read.text
    assert "version before" not in read.text
    assert "0 in 7 days" not in read.text
    assert "No stored entry matches" not in read.text
    part = reader.get("/topics/plants/standing")
    assert 'hx-trigger="every 3s"' in part.text
    assert "hx-refresh" not in part.headers
    (undo,) = [form for form in read.forms if form.endswith("/undo")]
    assert reader.post(undo).status_code == 303
    assert (config / "topics.toml").read_text() == before
    assert reader.get("/topics/plants").status_code == 404


def test_editing_changes_the_file_where_it_must_and_makes_a_version(
    reader: Browser, seen: Command, config: Path
) -> None:
    before = (config / "topics.toml").read_text()
    form = reader.get("/topics/chips/edit")
    assert Read(form.text).problems == []
    saved = sent(
        reader, "/topics/chips/edit", title="Chips", query="@chips AND NOT crisp", step="save"
    )
    assert saved.status_code == 303
    assert (config / "topics.toml").read_text() == before.replace("NOT potato", "NOT crisp")
    page = Read(reader.get("/topics/chips").text)
    assert "Version 2, in force" in page.text
    assert "removed: potato" in page.text
    assert "added: crisp" in page.text
    assert "until then their matches are those of the version before" in page.text
    assert seen("topics", "rematch", "chips").status == 0
    assert reader.get("/topics/chips/standing").headers["hx-refresh"] == "true"
    assert "every 3s" not in reader.get("/topics/chips").text


def test_gained_and_lost_are_told_against_what_is_stored(reader: Browser) -> None:
    draft = {"new": "no", "name": "chips", "query": "@chips", "floor": "1"}
    text = Read(f"<h1>x</h1>{reader.post('/topics/preview', draft).text}").text
    assert "Gained against what is stored: 1" in text
    assert "Crisp news" in text
    draft["query"] = "potato"
    text = Read(f"<h1>x</h1>{reader.post('/topics/preview', draft).text}").text
    assert "Lost: 1" in text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"query": "plant AND (fab"}, "^"),
        ({"query": "plant AND (fab"}, "Put ) where it ends."),
        ({"query": ""}, "no query yet"),
        ({"name": "New Plants"}, "no name for a topic"),
        ({"name": "preview"}, "address of the page"),
        ({"name": "chips"}, "There is a topic chips already"),
        ({"boost_points": ["x", "", "1"]}, "whole number"),
        ({"boost_query": ['"open', "", ""]}, "never closed"),
        ({"floor": "high"}, "whole number"),
        ({"query": "topic:chips plant"}, "cannot ask for topics"),
        ({"query": "@nowhere"}, "no list @nowhere"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost_or_written(
    reader: Browser, config: Path, fields: dict[str, Any], says: str
) -> None:
    before = (config / "topics.toml").read_text()
    answer = sent(reader, "/topics/new", **{**NEW, **fields}, step="save")
    assert answer.status_code == 400
    read = Read(answer.text)
    assert read.problems == []
    assert says in read.text
    assert "Not flowers." in read.text
    assert (config / "topics.toml").read_text() == before


def test_who_edited_by_hand_meanwhile_is_not_overwritten(reader: Browser, config: Path) -> None:
    seen = value_of(reader.get("/topics/chips/edit").text, "seen")
    by_hand = (config / "topics.toml").read_text().replace("NOT potato", "NOT poker")
    (config / "topics.toml").write_text(by_hand)
    mine = {"title": "Chips", "query": "@chips", "step": "save"}
    answer = reader.post("/topics/chips/edit", {"seen": seen, **mine})
    assert answer.status_code == 409
    read = Read(answer.text)
    assert read.problems == []
    assert "NOT poker" in read.text
    assert (config / "topics.toml").read_text() == by_hand
    again = reader.post(
        "/topics/chips/edit", {"seen": value_of(answer.text.split('id="yours"')[1], "seen"), **mine}
    )
    assert again.status_code == 303
    assert "query = '@chips'" in (config / "topics.toml").read_text()


def test_more_rows_come_without_scripts(reader: Browser) -> None:
    answer = sent(reader, "/topics/new", **NEW, step="rows")
    assert answer.text.count('name="boost_query"') == 7
    assert reader.get("/topics/boost-row").text.count('name="boost_query"') == 1


def test_judging_is_kept_counted_and_taken_back(reader: Browser, services: Services) -> None:
    page = Read(reader.get("/topics/chips").text)
    assert "Nothing is judged yet" in page.text
    (number,) = {link for link in page.links if link.startswith("/entries/e")}
    entry = number.removeprefix("/entries/")

    answer = reader.post("/topics/chips/judge", {"entry": entry, "verdict": "no"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/topics/chips#{entry}")
    page = Read(reader.get("/topics/chips").text)
    assert "0 of 1 judged match" in page.text
    assert "95 % interval" in page.text
    assert "matches, but does not belong" in page.text

    part = reader.post("/topics/chips/judge", {"entry": entry, "verdict": "yes"}, hx_request="true")
    assert "You said: belongs" in part.text
    assert "<html" not in part.text
    assert part.headers["hx-trigger"] == "judged"  # what "Quality so far" waits for
    assert [each.belongs for each in services.store.judgements.judgements("chips")] == [True]

    reader.post("/topics/chips/judge", {"entry": entry, "verdict": "remove"})
    assert services.store.judgements.judgements("chips") == []


@pytest.mark.parametrize(
    ("entry", "verdict", "status"),
    [("e1", "maybe", 400), ("s1", "yes", 404), ("e999", "yes", 404), ("x", "yes", 404)],
)
def test_a_judgement_that_is_none_is_refused(
    reader: Browser, entry: str, verdict: str, status: int
) -> None:
    fields = {"entry": entry, "verdict": verdict}
    assert reader.post("/topics/chips/judge", fields).status_code == status
    assert reader.post("/topics/nowhere/judge", fields).status_code in (400, 404)


def test_a_topic_that_nothing_names_can_go(reader: Browser, config: Path) -> None:
    ask = reader.get("/topics/chips/remove")
    assert "-[topics.chips]" in Read(ask.text).text
    answer = reader.post("/topics/chips/remove", {"seen": value_of(ask.text, "seen")})
    assert answer.headers["location"] == "/topics?edited=1"
    assert "/edits/1/undo" in Read(reader.get("/topics?edited=1").text).forms
    assert "chips" not in (config / "topics.toml").read_text()


def test_a_topic_that_a_digest_names_stays(reader: Browser, config: Path) -> None:
    file = config / "monitor.toml"
    file.write_text(file.read_text().replace('at = "07:00"', 'at = "07:00"\ntopics = ["chips"]'))
    ask = Read(reader.get("/topics/chips/remove").text)
    assert "the digest daily" in ask.text
    assert not any("remove" in form for form in ask.forms)
    assert reader.post("/topics/chips/remove").status_code == 400


def test_applying_to_stored_entries_is_long_work(reader: Browser) -> None:
    answer = reader.post("/topics/chips/rematch")
    assert answer.headers["location"].startswith("/jobs/")
    assert "Apply the topic chips" in Read(reader.get("/topics/chips").text).text


def test_a_list_is_edited_like_a_topic(reader: Browser, config: Path) -> None:
    file = config / "lists" / "chips.txt"
    before = file.read_text()
    page = reader.get("/topics/lists/chips")
    assert Read(page.text).problems == []
    assert "topics.chips.query" in page.text
    fields = {"seen": value_of(page.text, "seen"), "text": f"{before}wafer\r\n"}
    reviewed = reader.post("/topics/lists/chips", {**fields, "step": "review"})
    assert Read(reviewed.text).problems == []
    assert "+wafer" in Read(reviewed.text).text
    assert file.read_text() == before
    assert reader.post("/topics/lists/chips", {**fields, "step": "save"}).status_code == 303
    assert file.read_text() == f"{before}wafer\n"
    stale = reader.post("/topics/lists/chips", {**fields, "step": "save"})
    assert stale.status_code == 409
    assert Read(stale.text).problems == []


def test_a_new_list_comes_and_goes(reader: Browser, config: Path) -> None:
    fields = {"name": "@Makers", "text": "# who\nNorrland\n"}
    wrong = reader.post("/topics/lists/new", {**fields, "text": "*", "step": "save"})
    assert wrong.status_code == 400
    assert Read(wrong.text).problems == []
    assert reader.post("/topics/lists/new", {**fields, "step": "save"}).status_code == 303
    assert (config / "lists" / "Makers.txt").read_text() == "# who\nNorrland\n"
    assert reader.post("/topics/lists/new", {**fields, "step": "save"}).status_code == 400
    assert reader.post("/topics/lists/chips/remove").status_code == 400
    assert reader.post("/topics/lists/Makers/remove").status_code == 303
    assert not (config / "lists" / "Makers.txt").exists()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    query=st.one_of(
        st.text(max_size=30),
        st.lists(
            st.sampled_from(["chip", "OR", "AND", "NOT", "(", ")", '"', "NEAR/3", "@chips", "title:", "\x00", "topic:", "a" * 300]),
            max_size=12,
        ).map(" ".join),
    ),
    points=st.text(max_size=6),
    floor=st.text(max_size=6),
    name=st.text(max_size=12),
)  # fmt: skip
def test_nothing_typed_breaks_a_preview(
    reader: Browser, query: str, points: str, floor: str, name: str
) -> None:
    fields = {"query": query, "boost_query": query, "boost_points": points, "floor": floor}
    for new in ("yes", "no"):
        answer = reader.post("/topics/preview", {**fields, "new": new, "name": name})
        assert answer.status_code == 200
        assert Read(f"<main><title>x</title><h1>x</h1>{answer.text}</main>").problems == [
            "forms: []"
        ]


def test_the_command_line_writes_the_same(seen: Command, config: Path) -> None:
    added = seen(
        "topics", "add", "plants", "--query", 'plant OR "new fab"', "--title", "Plants", "--json"
    )
    assert added.json["name"] == "plants"
    assert "query = 'plant OR \"new fab\"'" in (config / "topics.toml").read_text()
    assert seen("topics", "edit", "plants", "--query", "plant", "--floor", "1").status == 0
    assert "\nquery = 'plant'\n" in (config / "topics.toml").read_text()
    assert seen("topics", "edit", "plants", "--query", "plant AND").status == 2
    assert seen("topics", "add", "plants", "--query", "x").status == 2
    assert seen("topics", "remove", "plants").status == 0
    assert "plants" not in (config / "topics.toml").read_text()
    assert seen("topics", "remove", "plants").status == 1


def test_a_list_that_is_too_long_is_refused_and_not_cut_off(reader: Browser, config: Path) -> None:
    long = "word\n" * 200_001
    sent = {"name": "Long", "text": long, "step": "save"}
    assert reader.post("/topics/lists/new", sent).status_code == 400
    assert not (config / "lists" / "Long.txt").exists()
