"""What a reader reads: the four forms of an edition, and its different kinds of nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.digests.rendering import render
from monitor.model.edition import Edition, Reason, Section, Trouble, Window
from tests.digests import sample
from tests.digests.builders import UNTIL, a_card, a_coverage, an_edition

FORMS = ("text", "markdown", "html")


def test_the_same_edition_renders_byte_for_byte_the_same() -> None:
    assert render(sample.edition()) == render(sample.edition())


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_complete_on_its_own(form: str) -> None:
    edition = sample.edition()
    text = " ".join(getattr(render(edition), form).replace("&amp;", "&").split())
    for section in edition.sections:
        assert section.title in text
        for card in section.cards:
            assert card.title.split("\n")[0][:40] in text
            assert card.url in text
            assert card.outlet in text
            assert card.excerpt[:30] in text
    assert "41 of 43 feeds checked; 1 failing for 3 days; 1 silent" in text
    assert "1,204 entries seen, 24 matched, 5 copies folded, 12 stories" in text
    assert "Harbour Authority notices: failing for 3 days" in text
    assert "First seen Sun 22 Nov 07:00 – Mon 23 Nov 07:00 (Europe/Berlin)" in text
    assert "daily-2026-11-23-0700" in text


def test_the_json_has_the_documented_keys() -> None:
    document = json.loads(render(sample.edition()).json)
    assert {"digest", "edition", "window", "coverage", "sections"} <= document.keys()
    assert document["edition"] == "daily-2026-11-23-0700"
    assert document["window"] == {
        "from": "2026-11-22T06:00:00Z",
        "until": "2026-11-23T06:00:00Z",
        "timezone": "Europe/Berlin",
    }
    counts = "feeds ok failing silent entries_seen entries_matched copies_folded stories"
    assert set(counts.split()) <= document["coverage"].keys()
    first = next(section for section in document["sections"] if section["topic"])
    assert first["topic"] == "export-controls"
    assert first["title"] == "Export controls"
    card = first["cards"][0]
    keys = "story title url outlet published_at excerpt outlets copies why entries"
    assert set(keys.split()) <= card.keys()
    assert card["story"] == "s101"
    assert card["entries"] == ["e16", "e17", "e18", "e19", "e20", "e21", "e22", "e23", "e24"]
    assert card["published_at"] == "2026-11-23T03:30:00Z"
    assert card["outlets"][0] == card["outlet"] == "Federal Trade Bulletin"
    assert card["copies"] == 4
    assert card["why"][0] == {
        "topic": "export-controls",
        "version": 3,
        "clause": '"export control*"',
        "words": "export controls",
        "field": "text",
    }


def test_a_preview_has_no_edition_and_says_so() -> None:
    rendered = render(sample.edition(edition_id=""))
    assert json.loads(rendered.json)["edition"] is None
    for form in FORMS:
        words = " ".join(getattr(rendered, form).split())
        assert "This is a preview: no edition of it was recorded" in words
        assert "You get this because" not in words  # nobody gets a preview
        sent = " ".join(getattr(render(sample.edition()), form).split())
        assert "You get this because" in sent


@pytest.mark.parametrize(
    ("edition", "subject", "said"),
    [
        pytest.param(
            an_edition(coverage=a_coverage(feeds=0, checked=0, seen=0), quiet=()),
            "AI policy: no feeds yet (Mon 23 Nov)", "No feeds are watched yet", id="no feeds",
        ),
        pytest.param(
            an_edition(coverage=a_coverage(checked=0, seen=0)),
            "AI policy: we could not look (Mon 23 Nov)",
            "We could not look: none of the 43 feeds was read", id="could not look",
        ),
        pytest.param(
            an_edition(coverage=a_coverage(feeds=1, checked=0, seen=0)),
            "AI policy: we could not look (Mon 23 Nov)",
            "We could not look: its one feed was not read", id="could not look at the only one",
        ),
        pytest.param(
            an_edition(coverage=a_coverage()),
            "AI policy: nothing matched (Mon 23 Nov)",
            "Nothing matched: 41 of 43 feeds checked, 1,204 new entries read, and none fits a topic",
            id="nothing matched",
        ),
        pytest.param(
            an_edition(coverage=a_coverage(seen=0)),
            "AI policy: nothing matched (Mon 23 Nov)",
            "Nothing new: 41 of 43 feeds checked, and none had a new entry", id="nothing new",
        ),
        pytest.param(
            an_edition(coverage=a_coverage(), quiet=()),
            "AI policy: no topics yet (Mon 23 Nov)", "This digest has no topics", id="no topics",
        ),
    ],
)  # fmt: skip
def test_each_kind_of_nothing_is_its_own_message(edition: Edition, subject: str, said: str) -> None:
    rendered = render(edition)
    assert rendered.subject == subject
    for form in FORMS:
        assert said in " ".join(getattr(rendered, form).split())


def test_stories_that_came_before_all_feeds_failed_are_shown_with_the_warning() -> None:
    rendered = render(an_edition(a_card(), coverage=a_coverage(checked=0, stories=1, matched=1)))
    assert rendered.subject.startswith("AI policy: 1 story – Ministry opens")
    for form in FORMS:
        assert "We could not look" in getattr(rendered, form)
        assert "Ministry opens" in getattr(rendered, form)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("missed", "said"), [(1, "also covers 1 edition that"), (3, "also covers 3 editions that")]
)
def test_a_catch_up_edition_is_labelled(form: str, missed: int, said: str) -> None:
    assert said in " ".join(getattr(render(an_edition(a_card(), missed=missed)), form).split())
    assert "Catching up" not in getattr(render(an_edition(a_card())), form)


@pytest.mark.parametrize("form", FORMS)
def test_what_the_caps_left_out_is_counted_with_the_way_to_it(form: str) -> None:
    section = Section(topic="chips", title="Chips", cards=(a_card(),), more=17)
    text = getattr(render(an_edition(sections=(section,), coverage=a_coverage(stories=18))), form)
    assert "+17 more stories" in text
    assert "monitor search topic:chips --sort newest" in text


@pytest.mark.parametrize("form", FORMS)
def test_a_card_tells_when_it_was_published_or_else_seen(form: str) -> None:
    told = [
        (a_card(published_at=UNTIL - timedelta(hours=2)), "Mon 23 Nov 05:00"),
        (a_card(published_at=None), "seen Mon 23 Nov 06:00"),
        (a_card(published_at=UNTIL - timedelta(days=400)), "Sun 19 Oct 2025 08:00"),
        (a_card(revised=True), "edited since"),
    ]
    for card, expected in told:
        assert expected in " ".join(getattr(render(an_edition(card)), form).split())


@pytest.mark.parametrize("form", FORMS)
def test_other_outlets_are_named_up_to_a_bound_and_copies_counted(form: str) -> None:
    card = a_card(outlets=tuple(f"Outlet {n}" for n in range(12)), copies=7)
    text = " ".join(getattr(render(an_edition(card)), form).split())
    assert (
        "Outlet 1, Outlet 2, Outlet 3, Outlet 4, Outlet 5, Outlet 6, Outlet 7 and 4 more outlets"
        in text
    )
    assert "7 copies of the same text" in text


def test_why_names_topic_version_clause_field_and_words() -> None:
    why = (
        Reason("export-controls", 2, '"entity list" OR @bis', "Entity List", "title"),
        Reason("export-controls", 2, "@chips", "H99", "text"),
        Reason("export-controls", 2, "@chips", "A77", "text"),
        Reason("chips", 5, "", "", ""),
    )
    text = " ".join(render(an_edition(a_card(why=why))).text.split())
    assert (
        'Why: export-controls v2 – "entity list" OR @bis: title “Entity List”; '
        "@chips: text “H99” “A77” · also chips v5"
    ) in text


def test_feeds_in_trouble_are_named_up_to_a_bound() -> None:
    troubles = tuple(
        Trouble(
            f"Feed {n}",
            f"https://f.example/{n}",
            "failing",
            "timed out.",
            UNTIL - timedelta(hours=n),
        )
        for n in range(1, 60)
    )
    rendered = render(an_edition(coverage=a_coverage(failing=59, troubles=troubles)))
    for form in FORMS:
        text = getattr(rendered, form)
        assert "Feed 5: failing for 5 hours (timed out)" in text
        assert "and 53 more" in text  # with the command that lists them
        assert "Feed 30" not in text
    assert len(json.loads(rendered.json)["coverage"]["troubles"]) == 59


def test_topics_on_which_there_was_nothing_are_named_beside_the_stories() -> None:
    rendered = render(an_edition(a_card(), quiet=("Licences", "Robots")))
    for form in FORMS:
        assert "Nothing new on: Licences, Robots." in getattr(rendered, form)


def test_times_are_in_the_zone_of_the_edition() -> None:
    edition = replace(
        an_edition(a_card()), window=Window(UNTIL - timedelta(days=1), UNTIL, "Asia/Tokyo")
    )
    assert "First seen Sun 22 Nov 15:00 – Mon 23 Nov 15:00 (Asia/Tokyo)" in render(edition).text


def test_text_lines_stay_within_a_terminal() -> None:
    lines = render(sample.edition()).text.splitlines()
    assert [line for line in lines if len(line) > 78 and "https://" not in line] == []


def test_the_subject_stays_short_and_ends_with_the_day() -> None:
    subject = render(an_edition(a_card(title="A very long headline " * 20))).subject
    assert len(subject) <= 120
    assert subject.endswith("… (Mon 23 Nov)")
