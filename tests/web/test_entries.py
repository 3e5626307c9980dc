"""What a person says of an entry, and why it matches a topic or does not."""

from __future__ import annotations

from dataclasses import replace

from monitor.model.topic import Evidence, Span, StoredMatch
from monitor.service import showing
from monitor.service.wiring import Services
from monitor.web.entries import places_of
from tests.web.conftest import Browser
from tests.web.reading import Read


def an_entry(browser: Browser) -> tuple[str, str]:
    """Return an entry's id and a topic it matches."""
    found = browser.get("/api/search?q=entity").json()["results"][0]
    return found["id"], found["topics"][0]


def test_an_entry_is_judged_and_the_judgement_taken_back(reader: Browser) -> None:
    entry, topic = an_entry(reader)
    here = f"/entries/{entry}"
    assert "Does it belong here?" in Read(reader.get(here).text).text
    for said, told in (("yes", "You said it belongs here"), ("no", "it does not belong here")):
        answer = reader.post(f"{here}/judge", {"topic": topic, "said": said})
        assert (answer.status_code, answer.headers["location"]) == (303, here)
        assert told in Read(reader.get(here).text).text
    assert reader.post(f"{here}/judge", {"topic": topic, "said": "nothing"}).status_code == 303
    assert "Does it belong here?" in Read(reader.get(here).text).text


def test_what_cannot_be_judged_is_said(reader: Browser) -> None:
    entry, topic = an_entry(reader)
    for path, form, status in (
        (f"/entries/{entry}/judge", {"topic": "nothing-such", "said": "yes"}, 404),
        (f"/entries/{entry}/judge", {"topic": topic, "said": "perhaps"}, 400),
        (f"/entries/{entry}/judge", {"topic": topic, "said": "nothing"}, 404),
        ("/entries/e999/judge", {"topic": topic, "said": "yes"}, 404),
        ("/entries/s1/judge", {"topic": topic, "said": "yes"}, 404),
    ):
        assert reader.post(path, form).status_code == status


def test_it_is_explained_why_an_entry_does_not_match(reader: Browser) -> None:
    entry = reader.get("/api/search?q=potato").json()["results"][0]["id"]
    topic = reader.get("/api/topics").json()["topics"][0]["name"]
    page = Read(reader.get(f"/entries/{entry}?topic={topic}").text)
    assert page.problems == []
    assert "does not match" in page.text
    assert "fails" in page.text
    assert reader.get(f"/entries/{entry}?topic=nothing-such").status_code == 404


def test_pictures_are_loaded_only_when_somebody_asks_for_them(reader: Browser) -> None:
    entry, _ = an_entry(reader)
    before = reader.get(f"/entries/{entry}")
    assert "<img" not in before.text
    assert "Show its pictures" in before.text
    assert "https:" not in before.headers["content-security-policy"]
    shown = reader.get(f"/entries/{entry}?pictures=true")
    assert '<img src="https://a.example/p.png" alt="The list" loading="lazy"' in shown.text
    assert 'referrerpolicy="no-referrer"' in shown.text
    assert "img-src 'self' https:;" in shown.headers["content-security-policy"]
    assert "unsafe" not in shown.headers["content-security-policy"]


def test_each_place_is_told_once_with_all_that_holds_there(
    seen: object, services: Services
) -> None:
    pieces = (f"{n} firms join the entity list of {n}. " + "and so on " * 30 for n in range(10, 16))
    entry = replace(showing.whole_entry(services, 1)[0], title="Eleven firms", text="".join(pieces))
    places = [at for at in range(len(entry.text)) if entry.text.startswith("list", at)]
    spans = [Span("text", at, at + 4) for at in places]
    evidence = [
        Evidence(clause, "list", span)
        for clause in ("list", "lists (+2)", "list* (+1)")
        for span in spans
    ]
    evidence += [
        Evidence("entity (+1)", "entity", Span("text", 18, 24)),
        Evidence("outlet:a.example (+1)", "a.example"),
        Evidence("title:eleven (+1)", "Eleven", Span("title", 0, 6)),
    ]
    found = places_of(entry, StoredMatch("chips", 1, 5, tuple(evidence)))
    assert [(place.field, len(place.clauses)) for place in found.shown] == [
        ("title", 1), ("text", 4), ("text", 3), ("text", 3), ("text", 3), ("about", 1)
    ]  # fmt: skip
    assert entry.text[18:24] == "entity"
    assert str(found.shown[1].piece).count("<mark>") == 2
    assert len({place.piece for place in found.shown}) == len(found.shown)
    assert found.more == len(spans) - 4
