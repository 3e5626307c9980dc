"""The page and the API of a story that was corrected by hand, or compared with others."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

import httpx
import pytest

from monitor.model.ruling import Wish
from monitor.model.story import Related, StoryDecision, Weighed
from monitor.service.wiring import Services
from tests.store.builders import HOUR, NOW, add, alone, match, new, ungrouped
from tests.web.conftest import Browser
from tests.web.reading import Read


def fill(services: Services) -> None:
    """Story 1 of e1 and e2, story 2 of e3, story 3 of e4; the last is close to the first."""
    wanted = [new(f"{n}", title=f"Title <b>{n}</b>", matches=(match(),)) for n in range(1, 5)]
    ungrouped(services.store, add(services.store, *wanted))
    joined = StoryDecision(
        entry=2,
        story=None,
        founder=1,
        copy_of=None,
        why=("shares “chips”",),
        score=1.25,
        features=(Weighed("words in <common>", 0.5, 2.0), Weighed("days apart", 1.0, -0.75)),
        version=3,
    )
    close = Related(1, 1, -0.25, "shares <i>chips</i>")
    services.store.stories.attach(
        [alone(1), joined, alone(3), replace(alone(4), related=(close,))], NOW
    )


def test_a_merged_story_leads_to_the_one_its_entries_went_to(
    services: Services, browser: Browser
) -> None:
    fill(services)
    services.store.rulings.rule(Wish("merge", 1, (2,)), NOW + HOUR)
    services.store.rulings.rule(Wish("merge", 3, (1,)), NOW + HOUR)
    for path in ("/stories/s2", "/stories/s1", "/stories/S1"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (308, "/stories/s3")
        assert "content-security-policy" in answer.headers
    page = Read(browser.get("/stories/s3").text)
    assert page.problems == []
    assert "The addresses of s1, s2 lead here" in page.text
    assert "s2 was merged into s1 with 1 entry" in page.text
    assert page.text.count("pinned") == 4
    document = browser.get("/api/stories/s2").json()
    assert (document["id"], document["asked"], document["merged"]) == ("s3", "s2", ["s1", "s2"])
    assert [each["pinned"] for each in document["entries"]] == [True] * 4
    assert [each["kind"] for each in document["rulings"]] == ["merge", "merge"]


def test_a_story_shows_what_was_compared_and_what_may_be_related(
    services: Services, browser: Browser
) -> None:
    fill(services)
    page = Read(browser.get("/stories/s1").text)
    assert page.problems == []
    assert "What was compared: score +1.25" in page.text
    assert "words in <common>0.50+2.00" in page.text
    assert "Possibly related" in page.text
    assert "/stories/s3" in page.links
    assert "shares <i>chips</i>" in page.text
    document = browser.get("/api/stories/s1").json()
    assert document["related"] == ["s3"]
    assert document["related_why"] == [
        {
            "story": "s3",
            "title": "Title <b>4</b>",
            "score": -0.25,
            "why": "shares <i>chips</i>",
        }
    ]
    second = document["entries"][1]
    assert (second["score"], second["version"], second["pinned"]) == (1.25, 3, False)
    assert second["features"][0] == {"name": "words in <common>", "value": 0.5, "points": 2.0}
    assert browser.get("/api/stories/s3").json()["related"] == ["s1"]


def notice(answer: httpx.Response) -> str:
    return unquote(answer.headers["set-cookie"].split("=", 1)[1].split(";")[0])


def test_a_person_splits_merges_pins_and_takes_it_back(
    services: Services, browser: Browser
) -> None:
    fill(services)
    page = Read(browser.get("/stories/s1").text)
    assert "Correct this story" in page.text
    answer = browser.post("/stories/s1/split", {"entry": ["e2"]})
    assert (answer.status_code, answer.headers["location"]) == (303, "/stories/s1")
    assert "1 entry was split off from s1 into s4" in notice(answer)
    page = Read(browser.get("/stories/s1").text)
    assert "1 entry was split off from s1 into s4" in page.text
    answer = browser.post("/rulings/r1/undo")
    assert answer.headers["location"] == "/stories/s1"
    assert "Taken back" in notice(answer)
    assert len(browser.get("/api/stories/s1").json()["entries"]) == 2
    assert browser.post("/stories/s1/merge", {"other": "s3"}).status_code == 303
    assert len(browser.get("/api/stories/s1").json()["entries"]) == 3
    assert browser.post("/stories/s2/pin").status_code == 303
    assert browser.get("/api/stories/s2").json()["entries"][0]["pinned"]


@pytest.mark.parametrize(
    ("path", "form", "status", "said"),
    [
        ("/stories/s1/split", {}, 400, "none was chosen"),
        ("/stories/s1/split", {"entry": "s7"}, 404, "is a story"),
        ("/stories/s1/merge", {"other": "<b>"}, 404, "<b>"),
        ("/stories/s1/merge", {"other": "s99"}, 404, "s99"),
        ("/stories/s1/merge", {}, 400, "other"),
        ("/rulings/r9/undo", {}, 404, "r9"),
        ("/rulings/nine/undo", {}, 400, "no ruling"),
        ("/stories/e1/pin", {}, 404, "is an entry"),
    ],
)
def test_what_cannot_be_decided_is_said(
    services: Services,
    browser: Browser,
    path: str,
    form: dict[str, str],
    status: int,
    said: str,
) -> None:
    fill(services)
    answer = browser.post(path, form)
    assert answer.status_code == status
    assert said in Read(answer.text).text
    assert services.store.rulings.rulings() == []


def test_the_edits_of_its_reports_are_shown(reader: Browser) -> None:
    entry = next(
        each
        for each in reader.get("/api/search?q=plant").json()["results"]
        if "late" in each["title"]
    )
    page = Read(reader.get(f"/stories/{entry['story']}").text)
    assert "What was edited" in page.text
    assert "added: late" in page.text


def test_only_what_can_be_undone_now_has_a_button_and_the_newest_stands_first(
    services: Services, browser: Browser
) -> None:
    fill(services)
    services.store.rulings.rule(Wish("merge", 1, (2,)), NOW + HOUR)
    services.store.rulings.rule(Wish("merge", 3, (1,)), NOW + 2 * HOUR)
    page = Read(browser.get("/stories/s3").text)
    assert page.text.index("s1 was merged into s3") < page.text.index("s2 was merged into s1")
    assert undo_buttons(browser) == ["/rulings/r2/undo"]
    assert browser.post("/rulings/r2/undo").status_code == 303
    assert undo_buttons(browser, "/stories/s1") == ["/rulings/r1/undo"]


def undo_buttons(browser: Browser, path: str = "/stories/s3") -> list[str]:
    return re.findall(r'action="(/rulings/r[0-9]+/undo)"', browser.get(path).text)
