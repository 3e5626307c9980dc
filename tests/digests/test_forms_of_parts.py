"""The parts of an edition beyond its sections, in every form; and the line a mail program shows."""

from __future__ import annotations

import html
import json
import re
import shlex
from dataclasses import replace
from datetime import date, timedelta

import pytest
from markdown_it import MarkdownIt

from monitor.digests.chart import bars
from monitor.digests.excerpts import columns
from monitor.digests.links import page_url
from monitor.digests.rendering import TO_MARKER, render
from monitor.model.edition import Changed, Coverage, Edition, Section, Summary, Trouble, Volume
from tests.digests import full_day
from tests.digests.builders import UNTIL, WINDOW, a_card, a_coverage, an_edition

FORMS = ("text", "markdown", "html")


def read(edition: Edition, form: str) -> str:
    """Return what a reader of a form sees, on one line."""
    text = getattr(render(edition), form)
    if form == "markdown":
        text = MarkdownIt("commonmark").render(text)
    if form != "text":
        text = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
        text = html.unescape(re.sub(r"<br ?/?>|</?(p|div|li|h\d)\b[^>]*>", " ", text))
        text = re.sub(r"<(?!\w+@)[^>]*>", "", text)
    # In the text form a quoted line begins anew with its mark.
    return " ".join(re.sub(r"^ *> ?", "", text, flags=re.MULTILINE).split())


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_every_part_in_this_order(form: str) -> None:
    text = read(full_day.edition(), form)
    told = (
        "AI policy",
        "Monday 23 November 2026",
        "First seen Sun 22 Nov 07:00 – Mon 23 Nov 07:00 (Europe/Berlin)",
        "Stories of 21 November were grouped anew on Sunday.",
        "41 of 43 feeds checked; 1 failing for 2 days; 1 silent",
        "1,204 entries seen, 63 matched, 12 copies folded, 31 stories; 3 told before, nothing new",
        "Quiet Valley Institute: silent for 4 days (usually something new every 4 hours)",
        "In short",
        "Federal Trade Bulletin · 4 outlets · Export controls",
        "Export controls",
        "The addition takes effect on publication.",
        "Also",
        "Harbour Post, Semicircle Weekly, Kupfer & Kreide · 7 copies of the same text",
        "Additions to the Entity List, docket 26-118",
        'export-controls v3 – "entity list": title “Entity List”; @chips: text “accelerators”',
        "出口管制新规",
        "+17 more stories",
        "Open-weight models",
        "Fabs & data centres",
        "edited since",
        "Fabs & data centres – packaging: title “Packaging”",
        "هيئة الاتصالات",
        "+2 more stories",
        "Developing",
        "Told in the edition of Sat 21 Nov; since then: 2 more independent outlets; first official statement.",
        "+1 more story, not shown here",
        "Primary documents",
        "Report A-214/2026",
        "+2 more documents, not shown here",
        "In their own words",
        "“A licence that nobody can get is a ban that nobody has to defend.”",
        "Ines Halvorsen, Harbour Post",
        "Edited or withdrawn since",
        "Grid operator puts data centre queue at 27 gigawatts",
        "Before: Grid operator puts data centre queue at 72 gigawatts",
        "Grid & Compute · edited Mon 23 Nov 01:00 · told in daily-2026-11-20",
        "Civic Wire · withdrawn, noticed Mon 23 Nov 04:00 · told in daily-2026-11-21",
        "+1 more entry, not shown here",
        "How much there was",
        "19 stories in 24 hours; usual for such a day: 1 to 6",
        "nusually many (by chance about 1 in 2,000)",
        "0 stories in 24 hours; usual for such a day: 2 to 8",
        "nusually few",
        "0 stories in 24 hours; too few days are known to say what is usual",
        "Should these match?",
        "Delta Courier · nearly Export controls · “server shipment” is not among @chips",
        "monitor topics judge e1101 export-controls yes",
        "Nothing new on: Liability, Biometrics.",
        "take your address out there",
        "config/topics.toml",
        "Edition daily-2026-11-23.",
    )
    if form == "html":
        text = text[text.index("First seen") - 40 :]  # the hidden line before it repeats headlines
    at = 0
    for each in told:
        found = text.find(each, at)
        assert found >= 0, (
            f"{each!r} is missing or out of place after {text[max(0, at - 40) : at]!r}"
        )
        at = found


@pytest.mark.parametrize("form", FORMS)
def test_excerpts_and_summaries_are_marked_as_what_they_are(form: str) -> None:
    text = read(full_day.edition(), form)
    mark = "(excerpt)" if form == "markdown" else "[excerpt]"
    assert f"The addition takes effect on publication. {mark}" in text
    assert (
        "Summary written by a model (harbour-small-2), not by the outlet: The bureau put eleven"
    ) in text
    unnamed = replace(a_card(), summary=Summary("It may.", "", 1))
    assert "by a model (not named)" in read(an_edition(unnamed), form)
    assert "written by a model" not in read(an_edition(a_card()), form)


@pytest.mark.parametrize("form", FORMS)
def test_with_a_public_page_there_are_links_and_without_commands(form: str) -> None:
    linked = getattr(render(full_day.edition()), form).replace("&amp;", "&")
    for address in (
        "https://monitor.example/stories/s101",
        "https://monitor.example/search?q=topic%3Aexport-controls&sort=newest",
        "https://monitor.example/search?q=packaging+OR+%22data+centre%2A%22+OR+",
        "https://monitor.example/digests/daily-2026-11-23",
        "https://monitor.example/digests/daily-2026-11-23.json",
    ):
        assert address in linked
    assert "monitor search" not in linked
    plain = read(full_day.edition(page_url=""), form)
    assert "monitor.example" not in plain
    assert "+17 more stories: " in plain
    assert "monitor search topic:export-controls --sort newest" in plain
    assert "monitor search 'packaging OR \"data centre*\" OR مراكز' --sort newest" in plain


def test_the_json_has_every_part() -> None:
    document = json.loads(render(full_day.edition()).json)
    first = document["sections"][0]["cards"][0]
    assert first["rank"] == {
        "points": 3.0,
        "title": 2.0,
        "tier": 2.0,
        "outlets": 1.58,
        "novelty": 0.5,
    }
    assert first["document"] == {
        "entry": "e1019", "title": "Additions to the Entity List, docket 26-118",
        "url": "https://bureau.example/26-118", "outlet": "Commerce bureau",
    }  # fmt: skip
    assert first["summary"]["model"] == "harbour-small-2"
    assert document["sections"][2]["topic"] == ""
    assert document["sections"][2]["search"].startswith("packaging OR")
    assert document["coverage"]["told_before"] == 3
    assert document["leads"][0]["outlets"] == 4
    developing = document["developing"][0]
    assert (developing["told_in"], developing["told_on"]) == ("daily-2026-11-21", "2026-11-21")
    assert set(developing["card"]) == set(first) == set(document["documents"][0])
    assert document["quotes"][0]["entry"] == "e1012"
    assert [one["kind"] for one in document["changed"]] == ["edited", "withdrawn"]
    assert document["volumes"][0]["words"] == [
        "19 stories in 24 hours; usual for such a day: 1 to 6", "unusually many (by chance about 1 in 2,000)",
    ]  # fmt: skip
    assert document["near_misses"][1]["topic"] == "open-weights"
    more = ("more_developing", "more_documents", "more_changed")
    assert [document[name] for name in more] == [1, 2, 1]


def test_the_mark_for_what_is_one_recipients_stands_at_the_top_and_in_the_footer() -> None:
    rendered = render(full_day.edition())
    top, middle, end = rendered.html.split(TO_MARKER)
    assert top.rstrip().endswith("</div>")
    assert "<h1" in middle
    assert end.split()[:2] == ["</div>", "</footer>"]
    for form in (rendered.text, rendered.markdown, rendered.json):
        assert TO_MARKER not in form


def test_a_full_day_is_far_from_the_size_mail_programs_cut() -> None:
    assert len(render(full_day.edition()).html.encode()) < 40_000


def test_summaries_yield_where_the_mail_would_be_cut_the_last_first() -> None:
    told = Summary("出口" * 200, "harbour-small-2", 3)
    cards = tuple(
        replace(a_card(story=n, title=f"Story {n}", excerpt="word " * 60), summary=told)
        for n in range(1, 51)
    )
    sections = (
        Section(topic="chips", title="Chips", cards=cards[:25]),
        Section(topic="law", title="Law", cards=cards[25:]),
    )
    rendered = render(an_edition(sections=sections, coverage=a_coverage(stories=50)))
    assert 85_000 < len(rendered.html.encode()) <= 90_000
    document = json.loads(rendered.json)
    kept = [
        card["summary"] is not None for section in document["sections"] for card in section["cards"]
    ]
    assert len(kept) == 50
    assert kept == sorted(kept, reverse=True)
    assert 0 < kept.count(True) < 50
    note = f"{kept.count(False)} summaries are left out for want of room."
    assert document["notes"] == [note]
    for form in FORMS:
        assert note in getattr(rendered, form)


@pytest.mark.parametrize(
    ("edition", "subject"),
    [
        pytest.param(
            full_day.edition(),
            "AI policy: 28 stories, 3 developing – Commerce bureau adds eleven firms to the Entity List over "
            "chip… (Mon 23 Nov)",
            id="the first lead",
        ),
        pytest.param(
            an_edition(a_card(title="A plain thing")), "AI policy: 1 story – A plain thing (Mon 23 Nov)",
            id="without leads the first card",
        ),
        pytest.param(
            replace(
                an_edition(a_card(title="A plain thing")),
                window=replace(WINDOW, from_at=UNTIL - timedelta(hours=4)),
            ),
            "AI policy: 1 story – A plain thing (Mon 23 Nov 07:00)", id="the second of a day",
        ),
        pytest.param(
            an_edition(coverage=replace(a_coverage(stories=3, matched=4), told_before=3)),
            "AI policy: nothing new (Mon 23 Nov)", id="all told before",
        ),
        pytest.param(
            an_edition(a_card(title="News"), title="A digest whose name goes on and on, well past what is good"),
            "A digest whose name goes on and on…: 1 story – News (Mon 23 Nov)", id="a long title",
        ),
    ],
)  # fmt: skip
def test_the_subject_tells_the_lead_the_counts_and_the_day(edition: Edition, subject: str) -> None:
    assert render(edition).subject == subject
    assert columns(subject) <= 120


def test_the_line_beside_the_subject_has_the_next_two_headlines_and_the_coverage() -> None:
    html = render(full_day.edition()).html
    hidden = html[html.index("display:none") :].split(">", 1)[1].split("<", 1)[0]
    assert hidden == (
        "Meridian-2: weights, training code and an evaluation card · Zweite Fabrik für Packaging in Grünau "
        "genehmigt · 41 of 43 feeds checked; 1 failing for 2 days; 1 silent"
    )


@pytest.mark.parametrize("form", FORMS)
def test_stories_that_were_all_told_before_are_another_message_than_nothing(form: str) -> None:
    def old(number: int) -> Coverage:
        return replace(a_coverage(stories=number, matched=number), told_before=number)

    said = "Nothing new: the 3 stories that matched were told before and have gained nothing since."
    assert said in read(an_edition(coverage=old(3)), form)
    assert "the one story that matched was told before" in read(an_edition(coverage=old(1)), form)
    blind = replace(old(3), checked=0)
    assert "We could not look" in read(an_edition(coverage=blind), form)


def test_how_long_a_feed_fails_is_said_only_where_one_does_and_it_is_known() -> None:
    one = Trouble("Feed", "https://f.example/", "failing", "gone", UNTIL - timedelta(days=2))
    for coverage, said in (
        (a_coverage(troubles=(one,)), "1 failing for 2 days; 1 silent"),
        (a_coverage(failing=2, troubles=(one,)), "2 failing; 1 silent"),
        (a_coverage(), "1 failing; 1 silent"),
        (a_coverage(troubles=(replace(one, since_at=UNTIL),)), "1 failing; 1 silent"),
        (a_coverage(troubles=(replace(one, since_at=None),)), "1 failing; 1 silent"),
        (a_coverage(failing=2, gone=1, troubles=(one,)), "1 failing for 2 days; 1 gone; 1 silent"),
        (a_coverage(gone=1, troubles=(replace(one, state="gone"),)), "checked; 1 gone; 1 silent"),
        (
            a_coverage(failing=3, gone=1, quarantined=1),
            "1 failing; 1 gone; 1 quarantined; 1 silent",
        ),
    ):
        assert said in read(an_edition(a_card(), coverage=coverage), "text")


def test_a_former_year_is_named() -> None:
    one = full_day.edition().developing[0]
    edition = replace(an_edition(), developing=(replace(one, told_on=date(2025, 12, 30), news=()),))
    assert "Told in the edition of Tue 30 Dec 2025." in read(edition, "text")


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        ((), ""),
        ((0, 0), "▁▁"),
        ((0, 1, 2, 4), "▁▃▅█"),
        ((1, 1_000), "▂█"),
        ((5,) * 40, "█" * 29),
        ((0, -1, 7), "▁▁█"),
    ],
)
def test_the_chart_shows_the_newest_days_and_lifts_whatever_is_not_nothing(
    days: tuple[int, ...], shown: str
) -> None:
    assert bars(days) == shown


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"count": 1, "low": 0, "high": 3}, "1 story in 24 hours; usual for such a day: 0 to 3"),
        ({"count": 2, "low": 2, "high": 2}, "2 stories in 24 hours; usual for such a day: 2"),
        ({"count": 31, "span": 7, "low": 20, "high": 35}, "31 stories in 7 days; usual for such days: 20 to 35"),
        ({"count": 4}, "4 stories in 24 hours; too few days are known"),
        ({"count": 9, "low": 0, "high": 3, "unusual": "many", "chance": 0.0}, "0 to 3 – unusually many"),
        ({"count": 9, "low": 0, "high": 3, "unusual": "many", "chance": 1e-9}, "about 1 in more than 1,000,000)"),
        ({"count": 9, "low": 0, "high": 3, "unusual": "many", "chance": 0.03}, "0 to 3 – unusually many"),
    ],
)  # fmt: skip
def test_volume_is_told_in_words(values: dict[str, object], said: str) -> None:
    whole = {
        "topic": "chips",
        "title": "Chips",
        "span": 1,
        "low": None,
        "high": None,
        "days": (1, 2),
    }
    volume = Volume(**{**whole, **values})  # type: ignore[arg-type]
    assert said in read(replace(an_edition(), volumes=(volume,)), "text")


def test_bars_are_for_the_eye_alone() -> None:
    html = render(full_day.edition()).html
    assert html.count('aria-hidden="true">▃') >= 1
    assert re.findall(r"▁[^<]*<b", html)


@pytest.mark.parametrize("form", FORMS)
def test_a_part_without_anything_is_not_there(form: str) -> None:
    text = read(an_edition(a_card()), form)
    for heading in ("In short", "Developing", "Primary documents", "In their own words", "Edited or",
                    "How much", "Should these"):  # fmt: skip
        assert heading not in text


def test_a_story_edited_without_a_new_headline_has_no_former_one() -> None:
    one = Changed(kind="edited", entry=1, title="T", before="", outlet="O", url="", at=UNTIL, told_in="",
                  language="")  # fmt: skip
    text = read(replace(an_edition(), changed=(one,)), "text")
    assert "Before:" not in text
    assert "O · edited Mon 23 Nov 07:00" in text


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("https://m.example", "https://m.example/search?q=a+b%26c&sort=newest"),
        ("https://m.example/in/", "https://m.example/in/search?q=a+b%26c&sort=newest"),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_addresses_on_the_page_are_spelled_out(base: str, address: str) -> None:
    assert page_url(base, "search", q="a b&c", sort="newest") == address


def test_commands_quote_what_a_shell_would_take_apart() -> None:
    section = Section(topic="", title="Odd", cards=(a_card(),), more=1, query='it\'s `rm`\n"x"')
    text = read(an_edition(sections=(section,), coverage=a_coverage(stories=2)), "text")
    command = text[text.index("monitor search") : text.index(" --sort newest")]
    assert shlex.split(command) == ["monitor", "search", "it's 'rm' \"x\""]
