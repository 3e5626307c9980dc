"""What chat gets of any document: within every limit, and nothing of a feed calls, links or formats."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.digests import slack, teams
from monitor.digests.packing import units

HOSTILE = st.sampled_from(
    [
        "<!channel> all", "<!here|x>", "<@U123>", "@here @channel @everyone", "<https://evil.example|Bank>",
        "[Bank](https://evil.example)", "![x](https://evil.example/p.png)", "*bold* _it_ ~no~ `code` ```",
        "a\u202eevil\u202c", "\u200fabc", "line\nbreak\r\nagain", "\x00\x1b[31m", "&lt;!channel&gt;", "&amp;",
        "<at>Ann</at>", "{{DATE(2026-11-23T00:00:00Z, SHORT)}}", ":skull:", "|", "# head", "- list", "1. one",
        "\ud800", "出口管制" * 50, "😀" * 300, "&" * 10_000, "x" * 10_000, "<" * 10_000, "A B " * 3_000, "", " ",
    ]
)  # fmt: skip
TEXT = HOSTILE | st.text(max_size=60)
URL = st.sampled_from(
    [
        "https://a.example/x?a=1&b=2", "https://a.example/x)y(z|w", "javascript:alert(1)", "", "nonsense",
        "https://a.example/" + "x" * 5_000, "https://a.example/>evil<", "https://user:pw@a.example/",
    ]
)  # fmt: skip
ODD: st.SearchStrategy[Any] = (
    st.none() | st.integers() | st.booleans() | st.just([]) | st.just({}) | st.just(10**30)
)

REASON = st.fixed_dictionaries(
    {"topic": TEXT, "version": st.integers(0, 9), "clause": TEXT, "words": TEXT, "field": TEXT}
)
CARD = st.fixed_dictionaries(
    {},
    optional={
        "title": TEXT | ODD,
        "url": URL | ODD,
        "outlet": TEXT | ODD,
        "outlets": st.lists(TEXT, max_size=12) | ODD,
        "copies": st.integers(0, 9) | ODD,
        "why": st.lists(REASON, max_size=4) | ODD,
        "revised": st.booleans() | ODD,
    },
)
CARDS = st.lists(CARD, max_size=12)
LEAD = st.fixed_dictionaries(
    {}, optional={"title": TEXT, "url": URL, "outlet": TEXT, "outlets": st.integers(0, 9), "topic_title": TEXT}
)  # fmt: skip
SECTION = st.fixed_dictionaries(
    {}, optional={"title": TEXT | ODD, "topic": TEXT, "cards": CARDS | ODD, "more": st.integers() | ODD}
)  # fmt: skip
DEVELOPMENT = st.fixed_dictionaries(
    {}, optional={"card": CARD | ODD, "news": st.lists(TEXT, max_size=4) | ODD, "told_on": TEXT | st.just("2026-11-20")}
)  # fmt: skip
WINDOW = st.fixed_dictionaries(
    {},
    optional={
        "from": st.sampled_from(
            ["2026-11-22T06:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01", "?"]
        ),
        "until": st.sampled_from(["2026-11-23T06:00:00Z", "never"]),
        "timezone": st.sampled_from(["Europe/Berlin", "Nowhere/Gone", "../etc", "", "UTC\x00"]),
    },
)
EDITION = st.fixed_dictionaries(
    {},
    optional={
        "title": TEXT | ODD,
        "edition": TEXT | ODD,
        "local_on": st.sampled_from(["2026-11-23", "?"]) | ODD,
        "missed": st.integers(-1, 3) | ODD,
        "window": WINDOW | ODD,
        "coverage": st.fixed_dictionaries({}, optional={"words": st.lists(TEXT, max_size=9), "feeds": st.integers()})
        | ODD,
        "notice": TEXT | ODD,
        "notes": st.lists(TEXT, max_size=20) | ODD,
        "leads": st.lists(LEAD, max_size=3) | ODD,
        "sections": st.lists(SECTION, max_size=8) | ODD,
        "developing": st.lists(DEVELOPMENT, max_size=4) | ODD,
        "more_developing": st.integers() | ODD,
        "documents": CARDS | ODD,
        "changed": st.lists(CARD, max_size=3) | ODD,
        "quiet": st.lists(TEXT, max_size=20) | ODD,
    },
)  # fmt: skip
ALERT = st.fixed_dictionaries(
    {"alert": TEXT}, optional={"title": TEXT, "stories": CARDS | ODD, "note": TEXT | ODD}
)
DOCUMENT: st.SearchStrategy[dict[str, Any]] = EDITION | ALERT

MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x09\x0b-\x1f\x7f]")
LINK = re.compile(r"<(https?://[^|<>\s]+)\|[^<>]*>")


def slack_texts(payload: dict[str, Any]) -> list[str]:
    found = []
    for block in payload["blocks"]:
        texts = block["elements"] if "elements" in block else [block["text"]]
        found += [text["text"] for text in texts]
    return found


def check_slack(payloads: list[dict[str, Any]]) -> None:
    assert 1 <= len(payloads) <= slack.MOST_MESSAGES
    for payload in payloads:
        texts = slack_texts(payload)
        assert len(payload["blocks"]) <= 50
        assert sum(map(units, texts)) + units(payload["text"]) < 12_000
        assert all(0 < units(text) <= 3_000 for text in texts)
        assert units(payload["blocks"][0]["text"]["text"]) <= 150
        for text in [*texts[1:], payload["text"]]:
            assert not MARKS.search(text)
            assert not re.search(r"@\w", text)
            # What is left without our own links holds no bracket at all: no call, no link.
            assert not re.search(r"[<>`]", LINK.sub("", text))
        json.dumps(payload).encode()


def check_teams(payloads: list[dict[str, Any]]) -> None:
    assert 1 <= len(payloads) <= teams.MOST_MESSAGES
    for payload in payloads:
        assert len(json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")) <= 25_000
        for block in payload["attachments"][0]["content"]["body"]:
            text = block["text"]
            assert text
            assert not MARKS.search(text)
            assert not re.search(r"@\w", text)
            assert not re.search(r"[<>]|\{\{", text)
            # Brackets that are not escaped are those of our one link.
            assert len(re.findall(r"(?<!\\)(?:\\\\)*\[", text)) <= (1 if "](http" in text else 0)
            assert "](https://evil" not in re.sub(r"\\.", "", text)


@given(DOCUMENT, TEXT, URL, st.booleans(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_every_document_fits_and_deceives_nobody(
    document: dict[str, Any], subject: str, permalink: str, again: bool, trial: bool
) -> None:
    check_slack(slack.messages(document, subject, permalink=permalink, again=again, trial=trial))
    check_teams(teams.messages(document, subject, permalink=permalink, again=again, trial=trial))


@pytest.mark.parametrize("filling", ["word ", "&", "芯片", "😀", "<x>", "[x]"])
def test_the_fullest_edition_fits_and_counts_the_rest(filling: str) -> None:
    long = filling * 3_000
    card = {
        "title": long, "url": "https://a.example/" + "x" * 400, "outlet": long, "outlets": [long] * 12, "copies": 9,
        "why": [{"topic": "t", "version": 1, "clause": long, "words": long, "field": "title"}] * 5,
    }  # fmt: skip
    sections = [{"title": long, "cards": [card] * 40, "more": 1} for _ in range(60)]
    document = {"title": long, "sections": sections, "coverage": {"words": [long] * 9}, "notes": [long] * 20}  # fmt: skip
    for payloads, check in (
        (slack.messages(document, long), check_slack),
        (teams.messages(document, long), check_teams),
    ):
        check(payloads)
        said = json.dumps(payloads)
        shown = said.count("https://a.example/")
        counted = re.findall(r"\+([\d,]+) more (?:stor|in parts)", said)
        assert shown > 5
        assert shown + sum(int(each.replace(",", "")) for each in counted) == 60 * 41


def test_what_is_not_shown_is_called_what_it_is() -> None:
    row = {"title": "A notice", "kind": "withdrawn", "card": {"title": "A story"}}
    document = {
        "title": "All",
        "developing": [row], "more_developing": 1, "documents": [row], "more_documents": 2,
        "changed": [row], "more_changed": 3,
    }  # fmt: skip
    for payloads in (slack.messages(document, ""), teams.messages(document, "")):
        said = json.dumps(payloads).replace("\\", "")
        for part, counted in (
            ("Developing", "+1 more story"),
            ("Primary documents", "+2 more documents"),
            ("Edited or withdrawn since", "+3 more entries"),
        ):
            assert said.index(part) < said.index(counted)


def test_a_flood_in_one_section_leaves_room_for_the_others() -> None:
    def section(name: str, number: int) -> dict[str, Any]:
        cards = [{"title": f"{name} {n} " + "long " * 30, "outlet": "Post"} for n in range(number)]
        return {"title": name, "cards": cards}

    document = {"title": "All", "sections": [section("Flood", 2_000), section("Quiet", 2)]}
    for said in (str(slack.messages(document, "")), str(teams.messages(document, ""))):
        assert "Quiet 0" in said
        assert "Quiet 1" in said
        assert "Flood 0" in said
