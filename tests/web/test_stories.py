"""The page and the API of a story that was corrected by hand, or compared with others."""

from __future__ import annotations

from dataclasses import replace

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
    assert "Possibly related: 1 story" in page.text
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
